/** Training jobs, and the models they make. */
import { ACCOUNT } from "../../support/mocks";
import { withValue, without } from "../../support/policy";
import { drop, edit, honest, inPlace, mutations, set, type Mutation } from "./mutation";

const JOB = ["TrainingJob", "training"] as const;
const OTHER_KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`;
const APPROVED = {
  configs: { "sagemaker-training-job-restrict-destinations": { buckets: ["approved"] } },
};
/** Training whose model goes to a bucket that is not of the stack. */
const modelIn = (encryption: object) =>
  edit(...JOB, (found) => [
    inPlace(
      withValue(found, "outputDataConfig", { s3OutputPath: "s3://approved/models", ...encryption }),
      "outputDataConfig",
    ),
  ]);

export const training: readonly Mutation[] = [
  ...mutations("sagemaker-training-job-restrict-instance-types", {
    "training on eight GPUs": set(...JOB, "resourceConfig.instanceType", "ml.p4d.24xlarge"),
    "no instance type for training": drop(...JOB, "resourceConfig.instanceType"),
  }),
  ...mutations("sagemaker-training-job-require-max-runtime", {
    "training for two days": set(...JOB, "stoppingCondition.maxRuntimeInSeconds", 172_800),
    "training without an end": drop(...JOB, "stoppingCondition"),
  }),
  ...mutations("sagemaker-training-job-restrict-destinations", {
    "checkpoints in a foreign bucket": set(...JOB, "checkpointConfig", {
      s3Uri: "s3://elsewhere/checkpoints",
    }),
    "what a debugger writes in a foreign bucket": set(...JOB, "debugHookConfig", {
      s3OutputPath: "s3://elsewhere/debug",
    }),
    "what TensorBoard reads in a foreign bucket": set(...JOB, "tensorBoardOutputConfig", {
      s3OutputPath: "s3://elsewhere/board",
    }),
  }),
  ...mutations(
    [
      "sagemaker-training-job-require-encrypted-output",
      "sagemaker-training-job-restrict-destinations",
    ],
    {
      "the model in a foreign bucket without a key": edit(...JOB, (found) => [
        inPlace(
          withValue(found, "outputDataConfig", { s3OutputPath: "s3://elsewhere/models" }),
          "outputDataConfig",
        ),
      ]),
    },
  ),
  ...mutations(
    "sagemaker-training-job-require-encrypted-output",
    {
      "the model in an approved bucket without a key": modelIn({}),
      "the model in an approved bucket with an empty key": modelIn({ kmsKeyId: "" }),
      "the model in an approved bucket with a key that is not approved": modelIn({
        kmsKeyId: OTHER_KEY,
      }),
    },
    APPROVED,
  ),
  ...mutations(
    ["sagemaker-training-job-require-encrypted-output", "iam-document-restrict-accounts"],
    {
      "the model in an approved bucket with a key of others": modelIn({
        kmsKeyId: "arn:aws:kms:eu-west-1:999999999999:key/1",
      }),
    },
    APPROVED,
  ),
  ...honest(
    {
      "the model in an approved bucket with a key of the account": modelIn({
        kmsKeyId: "alias/models",
      }),
    },
    APPROVED,
  ),
  ...honest(
    { "the model in an approved bucket with an approved key": modelIn({ kmsKeyId: OTHER_KEY }) },
    {
      configs: {
        ...APPROVED.configs,
        "sagemaker-training-job-require-encrypted-output": { keys: [OTHER_KEY] },
      },
    },
  ),
  ...mutations("sagemaker-model-enable-network-isolation", {
    "a model that reaches the network": set("Model", "hosting", "enableNetworkIsolation", false),
    "a model of which nothing is said": drop("Model", "hosting", "enableNetworkIsolation"),
  }),
  ...mutations(
    "sagemaker-workload-require-network",
    {
      "a model outside of the network": drop("Model", "hosting", "vpcConfig"),
      "a model in no security group": set("Model", "hosting", "vpcConfig.securityGroupIds", []),
      "training outside of the network": drop(...JOB, "vpcConfig"),
    },
    { stack: "prod" },
  ),
  ...mutations("sagemaker-training-job-restrict-instance-counts", {
    "training on forty machines": set(...JOB, "resourceConfig.instanceCount", 40),
    "training on forty machines by a text": set(...JOB, "resourceConfig.instanceCount", "40"),
    "training on groups of which each is small": edit(...JOB, (found) => [
      withValue(
        without(found, "resourceConfig.instanceCount"),
        "resourceConfig.instanceGroups",
        ["one", "two"].map((instanceGroupName) => ({
          ...{ instanceGroupName, instanceType: "ml.g4dn.xlarge" },
          instanceCount: 2,
        })),
      ),
    ]),
  }),
  ...mutations("sagemaker-training-job-disallow-shell-access", {
    "a shell where a model is trained": set(...JOB, "remoteDebugConfig", {
      enableRemoteDebug: true,
    }),
    "a shell where a model is trained by a text": set(...JOB, "remoteDebugConfig", {
      enableRemoteDebug: "true",
    }),
  }),
];
