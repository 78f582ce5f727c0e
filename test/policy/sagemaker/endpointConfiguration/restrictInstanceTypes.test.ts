import { expect } from "chai";
import { restrictInstanceTypes } from "../../../../policy/sagemaker/endpointConfiguration/restrictInstanceTypes";
import { judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { endpointConfiguration } from "./resource";

const PRODUCTION = "productionVariants[0].instanceType";
const SHADOW = "shadowProductionVariants[0].instanceType";

describe("policy sagemaker/endpointConfiguration/restrictInstanceTypes", () => {
  it("accepts ml.m5.xlarge", async () => {
    expect((await judge(restrictInstanceTypes, endpointConfiguration)).violations).to.deep.equal(
      [],
    );
  });

  for (const path of [PRODUCTION, SHADOW]) {
    for (const value of ["ml.m5.large", "ml.m5.xlarge ", "", null]) {
      it(`refuses ${path} ${JSON.stringify(value)}, naming the property and the fix`, async () => {
        // Act
        const mutant = withValue(endpointConfiguration, path, value);
        const { violations } = await judge(restrictInstanceTypes, mutant);

        // Assess
        expect(violations.map(({ message }) => message)).to.deep.equal([
          `The instance type is not approved: set \`${path}\` to ml.m5.xlarge.`,
        ]);
      });
    }

    it(`refuses a variant without ${path}`, async () => {
      const mutant = without(endpointConfiguration, path);
      expect((await judge(restrictInstanceTypes, mutant)).violations).to.have.length(1);
    });

    it(`leaves an unknown ${path} to the update`, async () => {
      const mutant = withValue(endpointConfiguration, path, UNKNOWN);
      const { violations, silencedBy } = await judge(restrictInstanceTypes, mutant);
      expect({ violations, silencedBy }).to.deep.equal({ violations: [], silencedBy: undefined });
    });
  }

  it("reports every variant that is wrong", async () => {
    // Prepare
    const mutant = withValue(
      withValue(endpointConfiguration, PRODUCTION, "ml.t2.medium"),
      SHADOW,
      "ml.p4d.24xlarge",
    );

    // Act
    const { violations } = await judge(restrictInstanceTypes, mutant);

    // Assess
    expect(violations).to.have.length(2);
  });

  it("takes the allowed types from the policy's config", async () => {
    // Prepare
    const config = { allowed: ["ml.c7i.large", "ml.c7i.xlarge"] };
    const mutant = withValue(endpointConfiguration, PRODUCTION, "ml.c7i.xlarge");

    // Act
    const { violations } = await judge(restrictInstanceTypes, mutant, config);

    // Assess
    expect(violations.map(({ message }) => message)).to.deep.equal([
      `The instance type is not approved: set \`${SHADOW}\` to ml.c7i.large or ml.c7i.xlarge.`,
    ]);
  });
});
