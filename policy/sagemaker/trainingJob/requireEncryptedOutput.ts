import { onEachAsAsked, type StackRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { isEncrypted, keysSetting } from "../destination";
import { TRAINING_JOB } from "./resource";

const settings = defineSettings({ keys: keysSetting });

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
  configSchema: settings.schema,
  ...onEachAsAsked([TRAINING_JOB], (job, stack, report, args) => {
    const { keys } = settings.read(args);
    if (!isEncrypted(job, stack, "outputDataConfig", "s3OutputPath", keys)) {
      report(
        "The model leaves the stack without encryption: set `outputDataConfig.kmsKeyId`, or " +
          "`outputDataConfig.s3OutputPath` to a bucket of the stack.",
      );
    }
  }),
};
