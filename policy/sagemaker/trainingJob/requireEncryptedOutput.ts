import { onEach, type StackRule } from "../../support/rule";
import { isEncrypted } from "../destination";
import { TRAINING_JOB } from "./resource";

export const requireEncryptedOutput: StackRule = {
  name: "sagemaker-training-job-require-encrypted-output",
  displayName: "Models are encrypted",
  description:
    "What a training job writes must go into a bucket of the stack, which encrypts it, or have a " +
    "key of its own.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "encryption"],
  remediationSteps:
    "Write to a bucket of the stack, or set `outputDataConfig.kmsKeyId` to a key of yours.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html",
  validateStack: onEach([TRAINING_JOB], (job, stack, report) => {
    if (!isEncrypted(job, stack, "outputDataConfig", "s3OutputPath")) {
      report(
        "The model leaves the stack without encryption: set `outputDataConfig.kmsKeyId`, or " +
          "`outputDataConfig.s3OutputPath` to a bucket of the stack.",
      );
    }
  }),
};
