import { expect } from "chai";
import { requireMaxRuntime } from "../../../../policy/sagemaker/trainingJob/requireMaxRuntime";
import { judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { trainingJob } from "./resource";

const LIMIT = "stoppingCondition.maxRuntimeInSeconds";

describe("policy sagemaker/trainingJob/requireMaxRuntime", () => {
  for (const seconds of [1, 3600, 86_400]) {
    it(`accepts ${seconds} seconds`, async () => {
      const verdict = await judge(requireMaxRuntime, withValue(trainingJob, LIMIT, seconds));
      expect(verdict.violations).to.deep.equal([]);
    });
  }

  for (const [title, mutant] of [
    ["zero", withValue(trainingJob, LIMIT, 0)],
    ["more than a day", withValue(trainingJob, LIMIT, 86_401)],
    ["text", withValue(trainingJob, LIMIT, "3600")],
    ["null", withValue(trainingJob, LIMIT, null)],
    ["not set", without(trainingJob, LIMIT)],
    ["without its block", without(trainingJob, "stoppingCondition")],
  ] as const) {
    it(`refuses a limit that is ${title}, naming the property and the fix`, async () => {
      // Act
      const { violations } = await judge(requireMaxRuntime, mutant);

      // Assess
      expect(violations.map(({ message }) => message)).to.deep.equal([
        `The job has no proper time limit: set \`${LIMIT}\` to 1 to 86400 seconds.`,
      ]);
    });
  }

  for (const path of [LIMIT, "stoppingCondition"]) {
    it(`leaves an unknown ${path} to the update`, async () => {
      const verdict = await judge(requireMaxRuntime, withValue(trainingJob, path, UNKNOWN));
      expect(verdict.violations).to.deep.equal([]);
      expect(verdict.silencedBy).to.equal(undefined);
    });
  }

  it("takes the maximum from the policy's config", async () => {
    expect(
      (await judge(requireMaxRuntime, trainingJob, { maximum: 600 })).violations,
    ).to.have.length(1);
  });
});
