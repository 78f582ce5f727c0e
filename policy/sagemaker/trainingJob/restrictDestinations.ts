import { onEachAsAsked, type StackRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { bucketsSetting, isInBucket } from "../../s3/destination";
import { TRAINING_JOB } from "./resource";

const settings = defineSettings({ buckets: bucketsSetting });

/** Everything that a job writes besides logs. */
const PLACES = [
  "outputDataConfig.s3OutputPath",
  "checkpointConfig.s3Uri",
  "debugHookConfig.s3OutputPath",
  "tensorBoardOutputConfig.s3OutputPath",
  "profilerConfig.s3OutputPath",
];

export const restrictDestinations: StackRule = {
  name: "sagemaker-training-job-restrict-destinations",
  displayName: "What training writes stays in approved buckets",
  description:
    "Models, checkpoints and what a debugger writes must go to a bucket of the stack, or to a " +
    "listed one.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps:
    "Make the destination from the name of a bucket of the stack, or list the bucket in `buckets`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html",
  configSchema: settings.schema,
  ...onEachAsAsked([TRAINING_JOB], (job, stack, report, args) => {
    const { buckets } = settings.read(args);
    for (const path of PLACES) {
      const [block = "", uri = ""] = path.split(".");
      const place = job.asked(block).at(uri);
      if (!place.isAbsent && !isInBucket(job, stack, buckets, place)) {
        report(
          `Data leaves the stack: set \`${path}\` to a place in a bucket of the stack, or list its ` +
            "bucket in the policy's config.",
        );
      }
    }
  }),
};
