import { isLimitedBy, principals, SOURCE_KEYS, statements } from "../../support/document";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { documentOf } from "./resource";

const settings = defineSettings({
  exempt: {
    type: "array",
    items: { type: "string" },
    // "Enable access logs for your Application Load Balancer": it sends no source.
    default: ["logdelivery.elasticloadbalancing.amazonaws.com"],
    description: "Service principals that do not say on whose behalf they come",
  },
});

/** What services write into. */
const TYPES = [
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketV2:BucketV2",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
];

/** Without one, another account's topic, bucket or rule can send what it likes. */
export const requireSourceConditions: ResourceRule = {
  name: "iam-document-require-source-conditions",
  displayName: "Services write on behalf of this account only",
  description:
    "A document by which a service may use a bucket, topic or queue must say on whose behalf.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["iam", "confused-deputy"],
  remediationSteps:
    "Add `StringEquals` with `aws:SourceAccount`, or `ArnLike` with `aws:SourceArn`, to the " +
    "`Condition` of the statement.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  configSchema: settings.schema,
  validateResource: onTypes(TYPES, (resource, report, args) => {
    const { exempt } = settings.read(args);
    for (const statement of statements(documentOf(args.type, resource), "Allow")) {
      const service = principals(statement).find(
        ([kind, each]) => kind === "Service" && !each.is((name) => exempt.includes(name as string)),
      );
      if (service !== undefined && !isLimitedBy(statement, SOURCE_KEYS)) {
        report(
          `The service may act for anyone: add ${SOURCE_KEYS.join(" or ")} to ` +
            `\`${statement.path}.Condition\`.`,
        );
      }
    }
  }),
};
