import { cdkNag, checkov, hub, not, partly, unmade, wholly, type Service } from "./control";

const INTERNET = "sagemaker-notebook-instance-disallow-internet";
const ISOLATION = "sagemaker-workload-enable-isolation";
const FEATURES = "sagemaker-feature-group-require-encryption";
const NOTEBOOK_KEY = "sagemaker-notebook-instance-require-encryption";

const VOLUME_KEY = "sagemaker-endpoint-configuration-require-encryption";
const OWN_BUCKETS =
  "Buckets of the stack encrypt what comes in; a key that is set for the output, and other buckets, are not judged.";
const OWN_DEFINITIONS =
  "A definition inside the schedule is judged, one that it names only if the stack makes it.";
const TAGS = "Tags are asked of what such a workflow is made of, and images of Studio are not.";
const REGISTRY = "`imageConfig` is not judged: SageMaker's own images are in no private registry.";

/** What a CDK application of SageMaker is asked by all packs but the first. */
const PACKS = ["HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321"];

export const sagemaker: Service = {
  name: "SageMaker",
  types: /sagemaker/i,
  tables: [
    hub(
      "sagemaker",
      "SageMaker.1 to SageMaker.25. The standard AI Security Best Practices 1.0.0 has all of them " +
        "but SageMaker.6 and SageMaker.7.",
      [
        wholly(
          "SageMaker.1",
          "Notebook instances should not have direct internet access",
          INTERNET,
        ),
        wholly("SageMaker.2", "Notebook instances should be launched in a custom VPC", INTERNET),
        wholly(
          "SageMaker.3",
          "Users should not have root access to notebook instances",
          "sagemaker-notebook-instance-disallow-root-access",
        ),
        partly(
          "SageMaker.4",
          "Endpoint production variants should have an initial instance count greater than 1",
          "sagemaker-endpoint-configuration-restrict-instance-counts",
          "The setting `minimum` is 1, for the cost; set it to 2.",
        ),
        wholly(
          "SageMaker.5",
          "Models should have network isolation enabled",
          "sagemaker-model-enable-network-isolation",
        ),
        not("SageMaker.6", "App image configurations should be tagged", TAGS),
        not("SageMaker.7", "Images should be tagged", TAGS),
        not(
          "SageMaker.8",
          "Notebook instances should run on supported platforms",
          "`platformIdentifier` is not judged: which platforms are supported changes.",
        ),
        wholly(
          "SageMaker.9",
          "Data quality job definitions should have inter-container traffic encryption enabled",
          ISOLATION,
        ),
        unmade(
          "SageMaker.10",
          "Model explainability job definitions should have inter-container traffic encryption enabled",
          "ModelExplainabilityJobDefinition",
        ),
        wholly(
          "SageMaker.11",
          "Data quality job definitions should have network isolation enabled",
          ISOLATION,
        ),
        unmade(
          "SageMaker.12",
          "Model bias job definitions should have network isolation enabled",
          "ModelBiasJobDefinition",
        ),
        unmade(
          "SageMaker.13",
          "Model quality job definitions should have inter-container traffic encryption enabled",
          "ModelQualityJobDefinition",
        ),
        partly(
          "SageMaker.14",
          "Monitoring schedules should have network isolation enabled",
          ISOLATION,
          OWN_DEFINITIONS,
        ),
        unmade(
          "SageMaker.15",
          "Model bias job definitions should have inter-container traffic encryption enabled",
          "ModelBiasJobDefinition",
        ),
        not(
          "SageMaker.16",
          "Models should use private registry in VPC for primary containers",
          REGISTRY,
        ),
        wholly(
          "SageMaker.17",
          "Feature group offline stores should be encrypted with KMS keys",
          FEATURES,
        ),
        wholly(
          "SageMaker.18",
          "Feature group online stores with standard storage should be encrypted with KMS keys",
          FEATURES,
        ),
        not(
          "SageMaker.19",
          "Models should use private registry in VPC for multi-container inference pipelines",
          REGISTRY,
        ),
        unmade(
          "SageMaker.20",
          "Model explainability job definitions should have network isolation enabled",
          "ModelExplainabilityJobDefinition",
        ),
        wholly(
          "SageMaker.21",
          "Notebook instances should be encrypted with customer managed KMS keys",
          NOTEBOOK_KEY,
        ),
        partly(
          "SageMaker.22",
          "Monitoring schedules should have inter-container traffic encryption enabled",
          ISOLATION,
          OWN_DEFINITIONS,
        ),
        unmade(
          "SageMaker.23",
          "Inference experiments should have instance storage volume encrypted with customer managed KMS keys",
          "InferenceExperiment",
        ),
        unmade(
          "SageMaker.24",
          "Inference experiments should have data storage encrypted with customer managed KMS keys",
          "InferenceExperiment",
        ),
        unmade(
          "SageMaker.25",
          "Model quality job definitions should have network isolation enabled",
          "ModelQualityJobDefinition",
        ),
      ],
    ),
    checkov([
      wholly("CKV_AWS_22", "A notebook is encrypted at rest with a KMS key", NOTEBOOK_KEY),
      wholly("CKV_AWS_98", "Data stored in an endpoint is encrypted at rest", VOLUME_KEY),
      wholly("CKV_AWS_122", "A notebook instance has no direct internet access", INTERNET),
      {
        id: "CKV_AWS_187",
        title: "Domains and notebook instances are encrypted with a customer managed key",
        covered: "wholly",
        by: ["sagemaker-domain-require-encryption", NOTEBOOK_KEY],
      },
      wholly("CKV_AWS_306", "Notebook instances are launched in a custom VPC", INTERNET),
      wholly(
        "CKV_AWS_307",
        "Users have no root access to notebook instances",
        "sagemaker-notebook-instance-disallow-root-access",
      ),
      partly(
        "CKV_AWS_367",
        "A data quality job encrypts its output with a KMS key",
        "s3-bucket-require-encryption",
        OWN_BUCKETS,
      ),
      wholly(
        "CKV_AWS_368",
        "A data quality job encrypts its storage volume with a KMS key",
        "sagemaker-workload-require-encryption",
      ),
      wholly(
        "CKV_AWS_369",
        "A data quality job encrypts communications between its instances",
        ISOLATION,
      ),
      wholly(
        "CKV_AWS_370",
        "A model uses network isolation",
        "sagemaker-model-enable-network-isolation",
      ),
      wholly(
        "CKV_AWS_371",
        "A notebook instance allows only version 2 of the metadata service",
        "sagemaker-notebook-instance-require-metadata-tokens",
      ),
      partly(
        "CKV_AWS_372",
        "A flow definition encrypts its output with a KMS key",
        "s3-bucket-require-encryption",
        OWN_BUCKETS,
      ),
      wholly(
        "CKV2_AWS_68",
        "The IAM policy of a notebook instance is not overly permissive",
        "iam-policy-disallow-all-actions",
      ),
    ]),
    cdkNag([
      wholly("AwsSolutions-SM1", "A notebook instance is in a VPC", INTERNET),
      wholly("AwsSolutions-SM2", "A notebook instance has an encrypted volume", NOTEBOOK_KEY),
      wholly("AwsSolutions-SM3", "A notebook instance has no direct internet access", INTERNET),
      wholly(
        "SageMakerEndpointConfigurationKMSKeyConfigured",
        "An endpoint is encrypted with a KMS key",
        VOLUME_KEY,
        PACKS,
      ),
      wholly(
        "SageMakerNotebookInstanceKMSKeyConfigured",
        "A notebook is encrypted with a KMS key",
        NOTEBOOK_KEY,
        PACKS,
      ),
      wholly(
        "SageMakerNotebookNoDirectInternetAccess",
        "A notebook has no direct internet access",
        INTERNET,
        PACKS,
      ),
    ]),
  ],
};
