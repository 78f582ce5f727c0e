import { cdkNag, checkov, hub, not, wholly, type Service } from "./control";

const RETENTION = "cloudwatch-log-group-require-retention";

const KEY = "CloudWatch encrypts logs with a key of its own; data does not belong in them.";
const YEAR = "That logs are deleted in the end is asked, not for how long they are kept before.";

export const logs: Service = {
  name: "CloudWatch Logs",
  types: /aws_cloudwatch_log_group|::Logs::LogGroup/,
  tables: [
    hub("cloudwatch", "CloudWatch.16, the one of its controls that is about log groups.", [
      not(
        "CloudWatch.16",
        "CloudWatch log groups should be retained for a specified time period",
        YEAR,
      ),
    ]),
    checkov([
      wholly("CKV_AWS_66", "A log group specifies for how many days it keeps logs", RETENTION),
      not("CKV_AWS_158", "A log group is encrypted with a KMS key", KEY),
      not("CKV_AWS_338", "A log group keeps logs for a year at least", YEAR),
    ]),
    cdkNag([
      not("CloudWatchLogGroupEncrypted", "A log group is encrypted with a KMS key", KEY, [
        ...["HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321"],
      ]),
      wholly(
        "CloudWatchLogGroupRetentionPeriod",
        "A log group says how long it keeps logs",
        RETENTION,
        [...["HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321", "Serverless"]],
      ),
    ]),
  ],
};
