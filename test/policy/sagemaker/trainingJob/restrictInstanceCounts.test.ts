import { restrictInstanceCounts } from "../../../../policy/sagemaker/trainingJob/restrictInstanceCounts";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { trainingJob } from "./resource";

const complaint = (count: number, maximum = 2) =>
  `Training runs on ${count} instances: set \`resourceConfig.instanceCount\`, or those of its ` +
  `groups together, to ${maximum} at most.`;
const on = (value: unknown) => withValue(trainingJob, "resourceConfig.instanceCount", value);
const groups = (...counts: number[]) =>
  withValue(trainingJob, "resourceConfig", {
    instanceGroups: counts.map((instanceCount) => ({ instanceCount })),
  });

describe("policy sagemaker/trainingJob/restrictInstanceCounts", () => {
  itDecides(restrictInstanceCounts, {
    accepts: {
      "one instance": trainingJob,
      "two instances": on(2),
      "two instances by a text": on("2"),
      "two groups of one": groups(1, 1),
      "a number that only the update will know": on(UNKNOWN),
      "a serverless job": without(trainingJob, "resourceConfig"),
    },
    refuses: {
      "forty instances": [on(40), complaint(40)],
      "forty instances by a text": [on("40"), complaint(40)],
      "groups that are many together": [groups(2, 1), complaint(3)],
    },
  });
  describe("with a maximum of its own", () => {
    itDecides(restrictInstanceCounts, {
      accepts: { "as many": on(3) },
      refuses: { "one more": [on(4), complaint(4, 3)] },
      config: { maximum: 3 },
    });
  });
});
