import { onTypes, type ResourceRule } from "../../support/rule";
import { TRAINING_JOB } from "./resource";

export const disallowShellAccess: ResourceRule = {
  name: "sagemaker-training-job-disallow-shell-access",
  displayName: "Nobody gets a shell where a model is trained",
  description: "No training job may let people into its containers.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps: "Leave out `remoteDebugConfig`; look at logs and metrics instead.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/train-remote-debugging.html",
  validateResource: onTypes([TRAINING_JOB], (job, report) => {
    const access = job.at("remoteDebugConfig").at("enableRemoteDebug");
    if (!access.isAbsent && !access.mayBe((value) => value === false)) {
      report(`People can enter the container: leave out \`${access.path}\`, or set it to false.`);
    }
  }),
};
