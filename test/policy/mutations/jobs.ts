/** What else of SageMaker runs, writes and is told: rules of debuggers, algorithms, labels, hubs, cards. */
import { subject, withValue } from "../../support/policy";
import { domain } from "../sagemaker/domain/resource";
import {
  add,
  honest,
  INFERENCE_BUCKET,
  mutations,
  set,
  withBucketName,
  type Mutation,
} from "./mutation";

const BIG = "ml.p4d.24xlarge";
const ELSEWHERE = "s3://elsewhere/any";
const FOREIGN_KEY = "arn:aws:kms:eu-west-1:999999999999:key/1";
/** The workteam of Mechanical Turk, which is everybody. */
const CROWD = "arn:aws:sagemaker:eu-west-1:394669845002:workteam/public-crowd/default";
const ROLE = "arn:aws:iam::123456789012:role/any";

const sagemaker = (kind: string, props: object) =>
  add(
    subject(`aws:sagemaker/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, { ...props }),
  );
const training = (property: string, value: unknown) =>
  set("TrainingJob", "training", property, value);
const rule = (props: object) => [
  { ruleConfigurationName: "any", ruleEvaluatorImage: "rules", ...props },
];
const debuggerRule = (props: object) => training("debugRuleConfigurations", rule(props));
const profilerRule = (props: object) => training("profilerRuleConfigurations", rule(props));
/** An algorithm that is tried out before it is offered. */
const algorithm = (profile: object) =>
  sagemaker("Algorithm", {
    algorithmName: "any",
    validationSpecification: {
      validationRole: ROLE,
      validationProfiles: { profileName: "any", ...profile },
    },
  });
const machines = { instanceType: "ml.m5.xlarge", instanceCount: 1, volumeKmsKeyId: "alias/data" };
const labels = (props: object) =>
  sagemaker("LabelingJob", { labelingJobName: "any", roleArn: ROLE, ...props });
const canvas = (workspaceSettings: object) =>
  sagemaker("UserProfile", {
    userSettings: { executionRole: ROLE, canvasAppSettings: { workspaceSettings } },
  });
const pipeline = (...steps: readonly object[]) =>
  sagemaker("Pipeline", {
    pipelineName: "any",
    pipelineDefinition: JSON.stringify({ Version: "2020-12-01", Steps: steps }),
  });

export const jobs: readonly Mutation[] = [
  ...mutations("sagemaker-workload-restrict-instance-types", {
    "a debugger's rule on eight GPUs": debuggerRule({ instanceType: BIG }),
    "a profiler's rule on eight GPUs": profilerRule({ instanceType: BIG }),
    "an algorithm tried out on eight GPUs": algorithm({
      trainingJobDefinition: { resourceConfig: { ...machines, instanceType: BIG } },
    }),
  }),
  ...mutations("sagemaker-workload-restrict-instance-counts", {
    "an algorithm tried out on forty machines": algorithm({
      transformJobDefinition: { transformResources: { ...machines, instanceCount: 40 } },
    }),
  }),
  ...mutations("sagemaker-workload-require-encryption", {
    "an algorithm tried out on volumes without a key": algorithm({
      trainingJobDefinition: { resourceConfig: { ...machines, volumeKmsKeyId: "" } },
    }),
  }),
  ...mutations("sagemaker-training-job-restrict-destinations", {
    "what a debugger's rule writes in a foreign bucket": debuggerRule({ s3OutputPath: ELSEWHERE }),
    "what a profiler's rule writes in a foreign bucket": profilerRule({ s3OutputPath: ELSEWHERE }),
  }),
  ...mutations("sagemaker-workload-restrict-destinations", {
    "a trial of an algorithm in a foreign bucket": algorithm({
      trainingJobDefinition: {
        outputDataConfig: { s3OutputPath: ELSEWHERE },
        resourceConfig: machines,
      },
    }),
    "labels in a foreign bucket": labels({ outputConfig: { s3OutputPath: ELSEWHERE } }),
    "a hub in a foreign bucket": sagemaker("Hub", { s3StorageConfig: { s3OutputPath: ELSEWHERE } }),
    "a model's card in a foreign bucket": sagemaker("ModelCardExportJob", {
      outputConfig: { s3OutputPath: ELSEWHERE },
    }),
    "what Canvas makes in a foreign bucket": canvas({ s3ArtifactPath: ELSEWHERE }),
  }),
  ...mutations("iam-document-restrict-accounts", {
    "labels by everybody": labels({ humanTaskConfig: { workteamArn: CROWD } }),
    "reviews by everybody": sagemaker("FlowDefinition", {
      humanLoopConfig: { workteamArn: CROWD },
    }),
    "labels with the key of another account": labels({ outputConfig: { kmsKeyId: FOREIGN_KEY } }),
    "what Canvas makes with the key of another account": canvas({ s3KmsKeyId: FOREIGN_KEY }),
    "a model in a role of another account": set(
      "Model",
      "hosting",
      "executionRoleArn",
      "arn:aws:iam::999999999999:role/any",
    ),
    "training in a role of another account": training(
      "roleArn",
      "arn:aws:iam::999999999999:role/any",
    ),
    "asynchronous failures told to another account": set(
      "EndpointConfiguration",
      "hosting",
      "asyncInferenceConfig",
      {
        outputConfig: {
          notificationConfig: { errorTopic: "arn:aws:sns:eu-west-1:999999999999:any" },
        },
      },
    ),
    "Studio that trusts the images of another account": add(
      withValue(domain, "domainSettings", {
        dockerSettings: { enableDockerAccess: "ENABLED", vpcOnlyTrustedAccounts: ["999999999999"] },
      }),
    ),
  }),
  ...mutations("sagemaker-workload-disallow-secrets", {
    "a password in an image of Studio": sagemaker("AppImageConfig", {
      jupyterLabImageConfig: {
        containerConfig: { containerEnvironmentVariables: { DB_PASSWORD: "hunter2" } },
      },
    }),
  }),
  ...mutations("sfn-state-machine-disallow-sdk-calls", {
    "a pipeline that makes an endpoint": pipeline({ Name: "Deploy", Type: "Endpoint" }),
    "a pipeline that makes a configuration in a branch": pipeline({
      Name: "IfGood",
      Type: "Condition",
      Arguments: { IfSteps: [{ Name: "Configure", Type: "EndpointConfig" }], ElseSteps: [] },
    }),
  }),
  ...honest({
    "a debugger's rule on a small machine": withBucketName(
      debuggerRule({
        instanceType: "ml.t3.medium",
        s3OutputPath: `s3://${INFERENCE_BUCKET}/rules`,
      }),
    ),
    "an algorithm tried out on one machine": algorithm({
      trainingJobDefinition: { resourceConfig: machines },
    }),
    "labels by a team of the account": labels({
      humanTaskConfig: { workteamArn: "arn:aws:sagemaker:eu-west-1:123456789012:workteam/any" },
    }),
    "a pipeline that registers a model": pipeline({ Name: "Register", Type: "RegisterModel" }),
  }),
];
