import { cdkNag, checkov, hub, not, partly, wholly, type Service } from "./control";

const ROTATION = "kms-key-enable-rotation";
const PRINCIPAL = "iam-document-disallow-public-principal";
const RESOURCES = "iam-policy-disallow-all-resources";

const KEYS = "`*` is refused; all keys of one account and region pass.";

export const kms: Service = {
  name: "KMS",
  types: /aws_kms_|::KMS::/,
  tables: [
    hub("kms", "KMS.1 to KMS.5.", [
      partly(
        "KMS.1",
        "IAM customer managed policies should not allow decryption actions on all KMS keys",
        RESOURCES,
        KEYS,
      ),
      partly(
        "KMS.2",
        "IAM principals should not have IAM inline policies that allow decryption actions on all KMS keys",
        RESOURCES,
        KEYS,
      ),
      partly(
        "KMS.3",
        "AWS KMS keys should not be deleted unintentionally",
        "kms-key-require-protection",
        "It holds for stacks of production; a deletion by hand no policy sees.",
      ),
      wholly("KMS.4", "AWS KMS key rotation should be enabled", ROTATION),
      wholly("KMS.5", "KMS keys should not be publicly accessible", PRINCIPAL),
    ]),
    checkov([
      wholly("CKV_AWS_7", "Rotation of customer managed keys is enabled", ROTATION),
      wholly("CKV_AWS_33", "The policy of a key has no wildcard principal", PRINCIPAL),
      not("CKV_AWS_227", "A key is enabled", "What a disabled key keeps from whom is not judged."),
      not(
        "CKV2_AWS_64",
        "A key has a policy",
        "Without one AWS writes its default, which leaves the key to the account's identity policies.",
      ),
    ]),
    cdkNag([
      wholly("AwsSolutions-KMS5", "A symmetric key is rotated automatically", ROTATION),
      wholly("KMSBackingKeyRotationEnabled", "A symmetric key is rotated automatically", ROTATION, [
        ...["NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321"],
      ]),
    ]),
  ],
};
