/** Notebooks, domains, jobs, pipelines and features beside our own program, and secrets in it. */
import type { Subject } from "../../support/policy";
import { subject, withValue, without } from "../../support/policy";
import { domain } from "../sagemaker/domain/resource";
import { featureGroup } from "../sagemaker/featureGroup/resource";
import { notebook } from "../sagemaker/notebookInstance/resource";
import { inlineSchedule, pipelineOf, qualityJob, tuningJob } from "../sagemaker/workload/resource";
import { add, honest, mutations, set, type Mutation } from "./mutation";

const BIG = "ml.p4d.24xlarge";
const FOREIGN_KEY = "arn:aws:kms:eu-west-1:999999999999:key/1";
const OWN_JOB = "monitoringScheduleConfig.monitoringJobDefinition";
const OTHERS_REPORTS = { monitoringOutputs: { s3Output: { s3Uri: "s3://others/reports" } } };
const PARAMETER = { Get: "Parameters.Type" };
const LIFECYCLE = ["BucketLifecycleConfiguration", "inference-lifecycle"] as const;
const changed = (subject: Subject, path: string, value: unknown) =>
  add(withValue(subject, path, value));
const cut = (subject: Subject, path: string) => add(without(subject, path));

export const workloads: readonly Mutation[] = [
  ...mutations("sagemaker-workload-restrict-instance-types", {
    "a notebook on eight GPUs": changed(notebook, "instanceType", BIG),
    "a quality job on eight GPUs": changed(
      qualityJob,
      "jobResources.clusterConfig.instanceType",
      BIG,
    ),
    "a schedule whose own job is on eight GPUs": changed(
      inlineSchedule,
      `${OWN_JOB}.monitoringResources.clusterConfig.instanceType`,
      BIG,
    ),
    "a tuning job on eight GPUs": changed(
      tuningJob,
      "trainingJobDefinition.resourceConfig.instanceType",
      BIG,
    ),
    "a pipeline that trains on eight GPUs": add(pipelineOf(BIG)),
    "a pipeline that trains on eight GPUs by a parameter": add(
      pipelineOf(PARAMETER, [{ Name: "Type", DefaultValue: BIG }]),
    ),
    "a pipeline that trains on whatever it is told": add(pipelineOf(PARAMETER, [{ Name: "Type" }])),
    "Studio on eight GPUs": changed(
      domain,
      "defaultUserSettings.jupyterServerAppSettings.defaultResourceSpec.instanceType",
      BIG,
    ),
  }),
  ...mutations("sagemaker-workload-restrict-instance-counts", {
    "forty training jobs at once": changed(
      tuningJob,
      "config.resourceLimits.maxParallelTrainingJobs",
      40,
    ),
    "a pipeline that trains on forty machines": add(pipelineOf("ml.m5.xlarge", [], 40)),
  }),
  ...mutations("sagemaker-workload-restrict-destinations", {
    "a quality job that reports to others": changed(
      qualityJob,
      "dataQualityJobOutputConfig",
      OTHERS_REPORTS,
    ),
    "a schedule whose own job reports to others": changed(
      inlineSchedule,
      `${OWN_JOB}.monitoringOutputConfig`,
      OTHERS_REPORTS,
    ),
    "features that are kept by others": changed(
      featureGroup,
      "offlineStoreConfig.s3StorageConfig.s3Uri",
      "s3://others/features",
    ),
    "experiments that are kept by others": add(
      subject("aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer", {
        artifactStoreUri: "s3://others/experiments",
      }),
    ),
    "devices that send to others": add(
      subject("aws:sagemaker/deviceFleet:DeviceFleet", {
        outputConfig: { s3OutputLocation: "s3://others/devices" },
      }),
    ),
    "reviewers whose answers go to others": add(
      subject("aws:sagemaker/flowDefinition:FlowDefinition", {
        outputConfig: { s3OutputPath: "s3://others/answers" },
      }),
    ),
    "a tuning job whose models go to others": changed(
      tuningJob,
      "trainingJobDefinition.outputDataConfig",
      { s3OutputPath: "s3://others/models" },
    ),
  }),
  ...mutations("sagemaker-workload-enable-isolation", {
    "a quality job that reaches the network": cut(
      qualityJob,
      "networkConfig.enableNetworkIsolation",
    ),
    "a schedule whose own job reaches the network": cut(
      inlineSchedule,
      `${OWN_JOB}.networkConfig.enableNetworkIsolation`,
    ),
    "a tuning job whose containers talk in the open": changed(
      tuningJob,
      "trainingJobDefinition.enableInterContainerTrafficEncryption",
      false,
    ),
  }),
  ...mutations("sagemaker-workload-require-encryption", {
    "volumes of a quality job without a key": cut(
      qualityJob,
      "jobResources.clusterConfig.volumeKmsKeyId",
    ),
    "volumes of a schedule's own job without a key": cut(
      inlineSchedule,
      `${OWN_JOB}.monitoringResources.clusterConfig.volumeKmsKeyId`,
    ),
    "volumes of a quality job with AWS's own key": changed(
      qualityJob,
      "jobResources.clusterConfig.volumeKmsKeyId",
      "alias/aws/ebs",
    ),
    "volumes of a tuning job that could have a key": changed(
      tuningJob,
      "trainingJobDefinition.resourceConfig.instanceType",
      "ml.m5.xlarge",
    ),
  }),
  ...mutations("sagemaker-workload-disallow-secrets", {
    "a key in a model's environment": set("Model", "hosting", "primaryContainer", {
      environment: { API_KEY: "0123456789abcdef" },
    }),
    "a password among the hyperparameters": set("TrainingJob", "training", "hyperParameters", {
      db_password: "x1!y",
    }),
    "a token in the environment of training": set("TrainingJob", "training", "environment", {
      SETTING: ["hf", "abcdefghijklmnopqrstuvwxyzABCDEFGH"].join("_"),
    }),
    "settings with a password among the hyperparameters": set(
      "TrainingJob",
      "training",
      "hyperParameters",
      { settings: JSON.stringify({ db: { password: "x1!y" } }) },
    ),
    "a password in a quality job": changed(
      qualityJob,
      "dataQualityAppSpecification.environment.PASSWORD",
      "x1!y",
    ),
  }),
  ...mutations("sagemaker-notebook-instance-disallow-internet", {
    "a notebook with the internet": cut(notebook, "directInternetAccess"),
    "a notebook in nobody's network": cut(notebook, "subnetId"),
  }),
  ...mutations("sagemaker-notebook-instance-disallow-root-access", {
    "a notebook of roots": changed(notebook, "rootAccess", "Enabled"),
    "a notebook that does not say whose": cut(notebook, "rootAccess"),
  }),
  ...mutations("sagemaker-notebook-instance-require-encryption", {
    "a notebook without a key": cut(notebook, "kmsKeyId"),
    "a notebook with AWS's own key": changed(notebook, "kmsKeyId", "alias/aws/ebs"),
  }),
  ...mutations("sagemaker-notebook-instance-require-metadata-tokens", {
    "a notebook that gives its credentials to any request": cut(
      notebook,
      "instanceMetadataServiceConfiguration",
    ),
    "a notebook that takes requests without tokens, too": changed(
      notebook,
      "instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion",
      "1",
    ),
  }),
  ...mutations("sagemaker-domain-restrict-network", {
    "Studio with the internet": changed(domain, "appNetworkAccessType", "PublicInternetOnly"),
    "Studio that does not say": cut(domain, "appNetworkAccessType"),
  }),
  ...mutations("sagemaker-domain-require-encryption", {
    "Studio with AWS's own key": changed(domain, "kmsKeyId", "alias/aws/elasticfilesystem"),
    "Studio without a key": cut(domain, "kmsKeyId"),
  }),
  ...mutations("iam-document-restrict-accounts", {
    "Studio with the key of another account": changed(domain, "kmsKeyId", FOREIGN_KEY),
    "a notebook with the key of another account": changed(notebook, "kmsKeyId", FOREIGN_KEY),
    "a quality job with the key of another account": changed(
      qualityJob,
      "jobResources.clusterConfig.volumeKmsKeyId",
      FOREIGN_KEY,
    ),
    "features with the key of another account": changed(
      featureGroup,
      "offlineStoreConfig.s3StorageConfig.kmsKeyId",
      FOREIGN_KEY,
    ),
  }),
  ...mutations("sagemaker-feature-group-require-encryption", {
    "features without a key": cut(featureGroup, "onlineStoreConfig.securityConfig"),
    "features of old without a key": cut(
      featureGroup,
      "offlineStoreConfig.s3StorageConfig.kmsKeyId",
    ),
  }),
  ...mutations("sagemaker-capture-require-retention", {
    "everything deleted after a day": set(...LIFECYCLE, "rules", [
      { id: "all", status: "Enabled", filter: {}, expiration: { days: 1 } },
    ]),
    "everything deleted after a day by a text": set(...LIFECYCLE, "rules", [
      { id: "all", status: "Enabled", filter: {}, expiration: { days: "1" } },
    ]),
    "captures deleted after a week": set(...LIFECYCLE, "rules", [
      {
        id: "captures",
        status: "Enabled",
        filter: { prefix: "Project_2_Extended/" },
        expiration: { days: 7 },
      },
    ]),
  }),
  ...honest({
    "a notebook in a subnet": add(notebook),
    "Studio in its network": add(domain),
    "a quality job": add(qualityJob),
    "a schedule with a job of its own": add(inlineSchedule),
    "a schedule of a job that is defined elsewhere": changed(
      without(inlineSchedule, OWN_JOB),
      "monitoringScheduleConfig.monitoringJobDefinitionName",
      "drift",
    ),
    "a tuning job": add(tuningJob),
    "features with keys": add(featureGroup),
    "a pipeline of one small step": add(pipelineOf("ml.m5.xlarge")),
    "a pipeline whose parameter can be small machines only": add(
      pipelineOf(PARAMETER, [
        { Name: "Type", DefaultValue: "ml.m5.xlarge", EnumValues: ["ml.g5.xlarge"] },
      ]),
    ),
    "a number of tokens among the hyperparameters": set(
      "TrainingJob",
      "training",
      "hyperParameters",
      { max_tokens: "512", eos_token: "</s>" },
    ),
  }),
];
