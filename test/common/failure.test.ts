import { expect } from "chai";
import { describeFailure } from "../../common/failure";

describe("the description of a failure", () => {
  it("is the error's name and message", () => {
    expect(describeFailure(new RangeError("too far"))).to.equal("RangeError: too far");
    expect(describeFailure("thrown")).to.equal("Error: thrown");
  });

  it("ends a message once, whether or not it ends in a full stop", () => {
    const error = (message: string) => Object.assign(new Error(message), { name: "ExpiredToken" });

    expect(describeFailure(error("It is old."))).to.equal(describeFailure(error("It is old")));
  });

  it("says what to do about credentials, whoever finds them at fault", () => {
    for (const name of [
      "CredentialsProviderError",
      "ExpiredTokenException",
      "InvalidAccessKeyId",
    ]) {
      const error = Object.assign(new Error("no"), { name });

      expect(describeFailure(error)).to.match(
        new RegExp(`^${name}: no\\. Log in, or .*AWS_PROFILE`),
      );
    }
  });
});
