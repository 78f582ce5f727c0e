import { restrictInstanceCounts } from "../../../../policy/sagemaker/workload/restrictInstanceCounts";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { pipelineOf, qualityJob, tuningJob } from "./resource";

const complaint = (path: string) => `Too much runs at once: set \`${path}\` to 2 at most.`;
const COUNT = "jobResources.clusterConfig.instanceCount";
const PARALLEL = "config.resourceLimits.maxParallelTrainingJobs";
const STEP = "pipelineDefinition.Steps[0].Arguments.ResourceConfig.InstanceCount";

describe("policy sagemaker/workload/restrictInstanceCounts", () => {
  itDecides(restrictInstanceCounts, {
    accepts: {
      "one machine": qualityJob,
      "two at once": withValue(tuningJob, PARALLEL, 2),
      "what only the update will know": withValue(qualityJob, COUNT, UNKNOWN),
    },
    refuses: {
      "forty machines for a quality job": [withValue(qualityJob, COUNT, 40), complaint(COUNT)],
      "ten training jobs at once": [withValue(tuningJob, PARALLEL, 10), complaint(PARALLEL)],
      "forty machines for a step of a pipeline": [
        pipelineOf("ml.m5.xlarge", [], 40),
        complaint(STEP),
      ],
      "as many as the parameter says": [
        pipelineOf("ml.m5.xlarge", [{ Name: "Count", DefaultValue: 9 }], {
          Get: "Parameters.Count",
        }),
        complaint(STEP),
      ],
    },
  });
});
