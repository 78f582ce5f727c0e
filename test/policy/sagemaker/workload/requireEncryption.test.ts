import { requireEncryption } from "../../../../policy/sagemaker/workload/requireEncryption";
import { subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { notebook } from "../notebookInstance/resource";
import { trainingJob } from "../trainingJob/resource";
import { pipelineOf, qualityJob, tuningJob } from "./resource";

const CLUSTER = "jobResources.clusterConfig";
const TUNING = "trainingJobDefinition.resourceConfig";
const SMALL = "ml.m5.xlarge";
const PARAMETER = { Get: "Parameters.Type" };
const complaint = (path: string) =>
  `The job's volumes have no key of yours: set \`${path}.volumeKmsKeyId\`.`;

const schedule = (cluster: object) =>
  subject("aws:sagemaker/monitoringSchedule:MonitoringSchedule", {
    monitoringScheduleConfig: {
      monitoringJobDefinition: { monitoringResources: { clusterConfig: cluster } },
    },
  });
/** A pipeline with a step that may run on several machines, and one without a key. */
const transforming = (resources: object, parameters: readonly object[] = []) =>
  subject("aws:sagemaker/pipeline:Pipeline", {
    pipelineDefinition: JSON.stringify({
      Parameters: parameters,
      Steps: [{ Arguments: { TransformResources: resources } }],
    }),
  });
const IN_PIPELINE = [
  "The job's volumes have no key of yours: set " +
    "`pipelineDefinition.Steps[0].Arguments.TransformResources.VolumeKmsKeyId`.",
] as const;

describe("policy sagemaker/workload/requireEncryption", () => {
  itDecides(requireEncryption, {
    accepts: {
      "a quality job with a key": qualityJob,
      "a key that is not known yet": withValue(qualityJob, `${CLUSTER}.volumeKmsKeyId`, UNKNOWN),
      "a tuning job on disks of its own": tuningJob,
      "a training job on disks of its own": trainingJob,
      "machines that are not known yet": withValue(qualityJob, CLUSTER, UNKNOWN),
      "a pipeline with a key": pipelineOf(SMALL),
      "a pipeline on disks of its own, by a parameter": transforming({ InstanceType: PARAMETER }, [
        { Name: "Type", DefaultValue: "ml.g5.xlarge" },
      ]),
      "a schedule that names a job of elsewhere": subject(
        "aws:sagemaker/monitoringSchedule:MonitoringSchedule",
        { monitoringScheduleConfig: { monitoringJobDefinitionName: "drift" } },
      ),
    },
    refuses: {
      "a quality job without a key": [
        without(qualityJob, `${CLUSTER}.volumeKmsKeyId`),
        complaint(CLUSTER),
      ],
      "a tuning job without a key": [
        withValue(tuningJob, `${TUNING}.instanceType`, SMALL),
        complaint(TUNING),
      ],
      "a training job with AWS's own key": [
        withValue(trainingJob, "resourceConfig", {
          instanceType: "ml.p3.2xlarge",
          volumeKmsKeyId: "alias/aws/ebs",
        }),
        complaint("resourceConfig"),
      ],
      "a training job whose groups have no key": [
        withValue(trainingJob, "resourceConfig", {
          instanceGroups: [{ instanceType: SMALL }, { instanceType: "ml.c5.xlarge" }],
        }),
        complaint("resourceConfig"),
      ],
      "a schedule whose own job has no key": [
        schedule({ instanceType: SMALL }),
        complaint(
          "monitoringScheduleConfig.monitoringJobDefinition.monitoringResources.clusterConfig",
        ),
      ],
      "a step of a pipeline without a key": [transforming({ InstanceType: SMALL }), ...IN_PIPELINE],
      "a key of a pipeline's parameter that may be AWS's own": [
        transforming({ InstanceType: SMALL, VolumeKmsKeyId: { Get: "Parameters.Key" } }, [
          { Name: "Key", DefaultValue: "alias/aws/ebs" },
        ]),
        ...IN_PIPELINE,
      ],
    },
    ignores: { "a notebook, of which another policy asks it": notebook },
  });
});
