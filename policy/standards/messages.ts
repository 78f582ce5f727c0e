import { cdkNag, checkov, hub, not, partly, tagged, wholly, type Service } from "./control";

const TOPIC_KEY = "sns-topic-require-encryption";
const QUEUE_KEY = "sqs-queue-require-encryption";
const PRINCIPAL = "iam-document-disallow-public-principal";

const ALARMS = "Topics that only alarms are sent to pass: they carry no data.";
const LETTERS = "What becomes of messages that nobody takes is not judged.";
const TLS = "TLS is asked of buckets alone: AWS's SDKs use it for topics and queues by default.";

export const sns: Service = {
  name: "SNS",
  types: /aws_sns_|::SNS::/,
  tables: [
    hub("sns", "SNS.1 to SNS.4; SNS.2 was withdrawn.", [
      partly("SNS.1", "SNS topics should be encrypted at-rest using AWS KMS", TOPIC_KEY, ALARMS),
      tagged("SNS.3", "SNS topics should be tagged"),
      wholly("SNS.4", "SNS topic access policies should not allow public access", PRINCIPAL),
    ]),
    checkov([
      partly("CKV_AWS_26", "All data in a topic is encrypted", TOPIC_KEY, ALARMS),
      wholly("CKV_AWS_169", "The policy of a topic is not public", PRINCIPAL),
      partly(
        "CKV_AWS_385",
        "The policy of a topic allows no access across accounts",
        "iam-document-restrict-accounts",
        "Principals of the stack's own account, and of accounts in its setting, pass.",
      ),
    ]),
    cdkNag([
      not("AwsSolutions-SNS3", "A topic requires publishers to use SSL", TLS),
      partly("SNSEncryptedKMS", "A topic is encrypted with a KMS key", TOPIC_KEY, ALARMS, [
        ...["HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321"],
      ]),
      not("SNSRedrivePolicy", "A subscription has a redrive policy", LETTERS, ["Serverless"]),
    ]),
  ],
};

export const sqs: Service = {
  name: "SQS",
  types: /aws_sqs_|::SQS::/,
  tables: [
    hub("sqs", "SQS.1 to SQS.3.", [
      wholly("SQS.1", "Amazon SQS queues should be encrypted at rest", QUEUE_KEY),
      tagged("SQS.2", "SQS queues should be tagged"),
      wholly("SQS.3", "SQS queue access policies should not allow public access", PRINCIPAL),
    ]),
    checkov([
      partly(
        "CKV_AWS_27",
        "All data in a queue is encrypted",
        QUEUE_KEY,
        "A queue that says nothing passes: SQS encrypts it with its own key.",
      ),
      not(
        "CKV_AWS_72",
        "The policy of a queue does not allow all actions",
        "Who may use a queue is judged, not with which of its actions.",
      ),
      wholly("CKV_AWS_168", "The policy of a queue is not public", PRINCIPAL),
      wholly("CKV_AWS_387", "The policy of a queue is not public by a wildcard", PRINCIPAL),
      not(
        "CKV2_AWS_73",
        "A queue is encrypted with a customer managed key",
        "The key of SQS is taken for enough.",
      ),
    ]),
    cdkNag([
      wholly("AwsSolutions-SQS2", "A queue has server-side encryption", QUEUE_KEY),
      not("AwsSolutions-SQS3", "A queue has a dead letter queue, or is one", LETTERS),
      not("AwsSolutions-SQS4", "A queue requires requests to use SSL", TLS),
      not("SQSRedrivePolicy", "A queue has a redrive policy", LETTERS, ["Serverless"]),
    ]),
  ],
};
