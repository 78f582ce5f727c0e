import { expect } from "chai";
import { restrictInstanceTypes } from "../../../../policy/sagemaker/trainingJob/restrictInstanceTypes";
import { judge, UNKNOWN, withValue, without, type Subject } from "../../../support/policy";
import { trainingJob } from "./resource";

const TYPE = "resourceConfig.instanceType";
const ALLOWED = "ml.g4dn.xlarge or ml.g4dn.2xlarge or ml.g5.xlarge or ml.g5.2xlarge";

async function complaints(mutant: Subject, config = {}): Promise<string[]> {
  const verdict = await judge(restrictInstanceTypes, mutant, config);
  expect(verdict.silencedBy).to.equal(undefined);
  return verdict.violations.map(({ message }) => message);
}

function withGroups(groups: unknown): Subject {
  return withValue(without(trainingJob, TYPE), "resourceConfig.instanceGroups", groups);
}

describe("policy sagemaker/trainingJob/restrictInstanceTypes", () => {
  it("accepts an approved type", async () => {
    expect(await complaints(trainingJob)).to.deep.equal([]);
  });

  for (const value of ["ml.p4d.24xlarge", "ml.m5.xlarge", "", null]) {
    it(`refuses ${JSON.stringify(value)}, naming the property and the fix`, async () => {
      expect(await complaints(withValue(trainingJob, TYPE, value))).to.deep.equal([
        `The instance type is not approved: set \`${TYPE}\` to ${ALLOWED}.`,
      ]);
    });
  }

  it("refuses a job without any type", async () => {
    expect(await complaints(without(trainingJob, TYPE))).to.have.length(1);
    expect(await complaints(without(trainingJob, "resourceConfig"))).to.have.length(1);
  });

  it("judges every group of a job with several", async () => {
    // Prepare
    const job = withGroups([
      { instanceGroupName: "a", instanceType: "ml.g5.xlarge" },
      { instanceGroupName: "b", instanceType: "ml.p3.16xlarge" },
      { instanceGroupName: "c" },
    ]);

    // Assess
    expect(await complaints(job)).to.deep.equal([
      `The instance type is not approved: set \`resourceConfig.instanceGroups[1].instanceType\` to ${ALLOWED}.`,
      `The instance type is not approved: set \`resourceConfig.instanceGroups[2].instanceType\` to ${ALLOWED}.`,
    ]);
  });

  it("leaves what is unknown to the update", async () => {
    expect(await complaints(withValue(trainingJob, TYPE, UNKNOWN))).to.deep.equal([]);
    expect(await complaints(withValue(trainingJob, "resourceConfig", UNKNOWN))).to.deep.equal([]);
    expect(await complaints(withGroups(UNKNOWN))).to.deep.equal([]);
  });

  it("does not apply to serverless jobs", async () => {
    const job = withValue(trainingJob, "serverlessJobConfig", { jobType: "FINE_TUNING" });
    const { notApplicable } = await judge(restrictInstanceTypes, job);
    expect(notApplicable).to.equal("A serverless job has no instances");
  });

  it("takes the allowed types from the policy's config", async () => {
    const config = { allowed: ["ml.p3.2xlarge"] };
    expect(await complaints(withValue(trainingJob, TYPE, "ml.p3.2xlarge"), config)).to.deep.equal(
      [],
    );
    expect(await complaints(trainingJob, config)).to.have.length(1);
  });
});
