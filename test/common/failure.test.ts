import { expect } from "chai";
import { describeFailure } from "../../common/failure";

describe("the description of a failure", () => {
  it("is the error's name and message", () => {
    expect(describeFailure(new RangeError("too far"))).to.equal("RangeError: too far");
    expect(describeFailure("thrown")).to.equal("Error: thrown");
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
