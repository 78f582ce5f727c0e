import { cdkNag, checkov, hub, not, partly, wholly, type Service } from "./control";

const SCANNING = "ecr-repository-require-scanning";
const TAGS = "ecr-repository-require-immutable-tags";
const PRINCIPAL = "iam-document-disallow-public-principal";

const EXCLUSIONS = "`IMMUTABLE_WITH_EXCLUSION` passes here.";
const KEY = "ECR encrypts with a key of its own; images hold programs, and no data.";

export const ecr: Service = {
  name: "ECR",
  types: /aws_ecr_|::ECR::/,
  tables: [
    hub("ecr", "ECR.1 to ECR.5.", [
      wholly("ECR.1", "ECR private repositories should have image scanning configured", SCANNING),
      partly(
        "ECR.2",
        "ECR private repositories should have tag immutability configured",
        TAGS,
        EXCLUSIONS,
      ),
      not(
        "ECR.3",
        "ECR repositories should have at least one lifecycle policy configured",
        "An image that a model of old needs must not go; how many are kept is left to you.",
      ),
      wholly("ECR.4", "ECR public repositories should be tagged", "ecr-repository-disallow-public"),
      not("ECR.5", "ECR repositories should be encrypted with customer managed AWS KMS keys", KEY),
    ]),
    checkov([
      wholly("CKV_AWS_32", "The policy of a repository is not public", PRINCIPAL),
      partly("CKV_AWS_51", "Tags of images are immutable", TAGS, EXCLUSIONS),
      not("CKV_AWS_136", "A repository is encrypted with a KMS key", KEY),
      partly(
        "CKV_AWS_163",
        "Images are scanned on push",
        SCANNING,
        "A registry of the stack that scans the repository is enough.",
      ),
    ]),
    cdkNag([wholly("AwsSolutions-ECR1", "A repository is not open to everybody", PRINCIPAL)]),
  ],
};
