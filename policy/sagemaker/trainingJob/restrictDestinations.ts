import { onEachAsAsked, type StackRule } from "../../support/rule";
import { destinations, placesElsewhere, saysElsewhere } from "../../s3/destination";
import { TRAINING_JOB } from "./resource";

/** Everything that a job writes besides logs. */
const PLACES = [
  "outputDataConfig.s3OutputPath",
  "checkpointConfig.s3Uri",
  "debugHookConfig.s3OutputPath",
  "tensorBoardOutputConfig.s3OutputPath",
  "profilerConfig.s3OutputPath",
  "debugRuleConfigurations.s3OutputPath",
  "profilerRuleConfigurations.s3OutputPath",
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
  configSchema: destinations.schema,
  ...onEachAsAsked([TRAINING_JOB], (job, stack, report, args) => {
    const places = PLACES.flatMap((path) => job.askedWithin(path));
    for (const place of placesElsewhere(job, stack, args, places)) {
      report(saysElsewhere(place));
    }
  }),
};
