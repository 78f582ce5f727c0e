import type { Member } from "../../support/member";
import { Property } from "../../support/property";
import { onEachAsAsked, type StackRule } from "../../support/rule";
import type { Stack } from "../../support/stack";
import { defineSettings } from "../../support/settings";
import { algorithmsSetting, BUCKETS, companionsOf, countsInline } from "./resource";

const settings = defineSettings({ algorithms: algorithmsSetting });

const TYPES = [
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
];

/** Buckets of tables and vectors have no companions: they say themselves how they encrypt. */
const INLINE: Readonly<Record<string, string>> = {
  "aws:s3/vectorsVectorBucket:VectorsVectorBucket": "encryptionConfigurations.sseType",
  "aws:s3tables/tableBucket:TableBucket": "encryptionConfiguration.sseAlgorithm",
};

export const requireEncryption: StackRule = {
  name: "s3-bucket-require-encryption",
  displayName: "Buckets encrypt with a key of the Key Management Service",
  description:
    "Every bucket, those of tables and vectors included, must encrypt by default with a key of the Key " +
    "Management Service.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["s3", "encryption"],
  remediationSteps:
    "Add an `aws.s3.BucketServerSideEncryptionConfiguration` for the bucket with `sseAlgorithm` " +
    "aws:kms.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
  configSchema: settings.schema,
  ...onEachAsAsked([...BUCKETS, ...Object.keys(INLINE)], (bucket, stack, report, args) => {
    const { algorithms } = settings.read(args);
    const inline = INLINE[bucket.type];
    if (inline !== undefined) {
      const [algorithm = Property.none(inline)] = bucket.askedWithin(inline);
      if (!algorithm.mayBe((value) => algorithms.includes(value as string))) {
        report(
          `The bucket does not encrypt as required: set \`${algorithm.path}\` to ` +
            `${algorithms.join(" or ")}.`,
        );
      }
      return;
    }
    const companions = companionsOf(bucket, stack, TYPES);
    const rules = [
      ...companions.flatMap(({ props }) => props.at("rules").blocks()),
      ...(countsInline(bucket, companions) ? inlineRules(bucket) : []),
    ];
    const used = rules.flatMap(algorithmsOf);
    const allowed = takesLogs(bucket, stack) ? [...algorithms, SERVICE_KEY] : algorithms;
    const wrong = used.filter((each) => !each.mayBe((value) => allowed.includes(value as string)));
    if (companions.length === 0 && used.length === 0) {
      report(
        "The bucket does not encrypt as required: add an " +
          "`aws.s3.BucketServerSideEncryptionConfiguration` for it, with `sseAlgorithm` " +
          `${algorithms.join(" or ")}.`,
      );
    } else if (used.length === 0) {
      report(
        "The bucket does not encrypt as required: add a rule to its encryption configuration, " +
          `with \`sseAlgorithm\` ${algorithms.join(" or ")}.`,
      );
    }
    // One that is wrong may undo another that is right.
    for (const { path } of wrong) {
      report(
        `The bucket does not encrypt as required: set \`${path}\` to ${algorithms.join(" or ")}.`,
      );
    }
  }),
};

/** The key that S3 has itself; access logs can be delivered into no bucket with another. */
const SERVICE_KEY = "AES256";

/** What writes logs into a bucket, and where it names the bucket. */
const LOG_SOURCES: readonly (readonly [path: string, types: readonly string[]])[] = [
  [
    "targetBucket",
    ["aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2"],
  ],
  ["accessLogs.bucket", ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"]],
  ["logging.targetBucket", BUCKETS],
];

/** "Enabling Amazon S3 server access logging" and "Access logs for your Application Load Balancer". */
function takesLogs(bucket: Member, stack: Stack): boolean {
  return LOG_SOURCES.some(
    ([path, types]) => stack.referringTo(bucket, types, path, "bucket").length > 0,
  );
}

/** The deprecated properties of the bucket itself, of both of its resources. */
function inlineRules(bucket: Member): Property[] {
  return [
    bucket.asked("serverSideEncryptionConfiguration").at("rule"),
    ...bucket
      .asked("serverSideEncryptionConfigurations")
      .blocks()
      .flatMap((configuration) => configuration.at("rules").blocks()),
  ].filter(({ isAbsent }) => !isAbsent);
}

function algorithmsOf(rule: Property): Property[] {
  return [
    rule.at("applyServerSideEncryptionByDefault"),
    ...rule.at("applyServerSideEncryptionByDefaults").blocks(),
  ]
    .filter(({ isAbsent }) => !isAbsent)
    .map((settled) => settled.at("sseAlgorithm"));
}
