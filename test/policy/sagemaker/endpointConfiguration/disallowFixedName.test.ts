import { expect } from "chai";
import { disallowFixedName } from "../../../../policy/sagemaker/endpointConfiguration/disallowFixedName";
import { judge, UNKNOWN, withValue } from "../../../support/policy";
import { endpointConfiguration } from "./resource";

function judgeName(name: unknown) {
  return judge(disallowFixedName, withValue(endpointConfiguration, "name", name));
}

describe("policy sagemaker/endpointConfiguration/disallowFixedName", () => {
  it("accepts a configuration without a name", async () => {
    expect((await judge(disallowFixedName, endpointConfiguration)).violations).to.deep.equal([]);
  });

  for (const name of ["hosting-0a1b2c3", "ml-workflow-aws-dev-hosting-0a1b2c3d4e", null]) {
    it(`accepts ${JSON.stringify(name)}, which the engine gives`, async () => {
      expect((await judgeName(name)).violations).to.deep.equal([]);
    });
  }

  it("accepts a name prefix", async () => {
    const mutant = withValue(endpointConfiguration, "namePrefix", "hosting-");
    expect((await judge(disallowFixedName, mutant)).violations).to.deep.equal([]);
  });

  for (const name of [
    "hosting",
    "classifier",
    "hosting-v2",
    "other-0a1b2c3",
    "-0a1b2c3",
    "hosting-0a1b2c3-old",
    "hosting-0a1b2c3x",
    "hosting-",
  ]) {
    it(`refuses ${name}, naming the property and the fix`, async () => {
      // Act
      const { violations } = await judgeName(name);

      // Assess
      expect(violations.map(({ message }) => message)).to.deep.equal([
        "A fixed name makes replacement impossible: leave out `name`, or use `namePrefix`.",
      ]);
    });
  }

  it("refuses a name that is unknown in a preview, for the engine's own is known", async () => {
    const { violations, silencedBy } = await judgeName(UNKNOWN);
    expect(violations).to.have.length(1);
    expect(silencedBy).to.equal(undefined);
  });
});
