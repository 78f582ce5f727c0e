import { restrictDestinations } from "../../../../policy/sagemaker/trainingJob/restrictDestinations";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { bucket } from "../../s3/bucket/resource";
import { trainingJob } from "./resource";

const complaint = (path: string) =>
  `Data leaves the stack: set \`${path}\` to a place in a bucket of the stack, or list its bucket ` +
  "in the policy's config.";
const writes = (block: string, uri: string, to: unknown) => [
  withValue(trainingJob, block, { [uri]: to }),
  bucket,
];

describe("policy sagemaker/trainingJob/restrictDestinations", () => {
  itDecides(restrictDestinations, {
    accepts: {
      "a model in a bucket of the stack": [trainingJob, bucket],
      "checkpoints in a bucket of the stack": writes(
        "checkpointConfig",
        "s3Uri",
        "s3://inference/c",
      ),
      "a place that only the update will know": writes("checkpointConfig", "s3Uri", UNKNOWN),
    },
    refuses: {
      "a model elsewhere": [
        writes("outputDataConfig", "s3OutputPath", "s3://elsewhere/models"),
        complaint("outputDataConfig.s3OutputPath"),
      ],
      "checkpoints elsewhere": [
        writes("checkpointConfig", "s3Uri", "s3://elsewhere/c"),
        complaint("checkpointConfig.s3Uri"),
      ],
      "what a debugger writes elsewhere": [
        writes("debugHookConfig", "s3OutputPath", "s3://elsewhere/d"),
        complaint("debugHookConfig.s3OutputPath"),
      ],
      "what a profiler writes elsewhere": [
        writes("profilerConfig", "s3OutputPath", "s3://elsewhere/p"),
        complaint("profilerConfig.s3OutputPath"),
      ],
      "what TensorBoard reads elsewhere": [
        writes("tensorBoardOutputConfig", "s3OutputPath", "s3://elsewhere/t"),
        complaint("tensorBoardOutputConfig.s3OutputPath"),
      ],
    },
    ignores: { "a stack without training jobs": bucket },
  });
});
