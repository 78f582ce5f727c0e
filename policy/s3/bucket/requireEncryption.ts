import type { Property } from "../../support/property";
import { onEach, type StackRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { BUCKETS, companionsOf } from "./resource";

const settings = defineSettings({
  algorithms: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    // S3 encrypts with a key of its own, AES256, whatever one does.
    default: ["aws:kms", "aws:kms:dsse"],
    description: "Algorithms that a bucket may encrypt with unless a request says otherwise",
  },
});

const TYPES = [
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
];

export const requireEncryption: StackRule = {
  name: "s3-bucket-require-encryption",
  displayName: "Buckets encrypt with a key of ours",
  description: "Every bucket must encrypt by default with a key of the Key Management Service.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["s3", "encryption"],
  remediationSteps:
    "Add an `aws.s3.BucketServerSideEncryptionConfiguration` for the bucket with `sseAlgorithm` " +
    "aws:kms.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
  configSchema: settings.schema,
  validateStack: onEach(BUCKETS, (bucket, stack, report, args) => {
    const { algorithms } = settings.read(args);
    const rules = [
      ...companionsOf(bucket, stack, TYPES).flatMap(({ props }) => props.at("rules").blocks()),
      ...inlineRules(bucket.props),
    ];
    const approved = rules
      .flatMap(algorithmsOf)
      .some((algorithm) => algorithm.mayBe((value) => algorithms.includes(value as string)));
    if (!approved) {
      report(
        "The bucket does not encrypt as required: add an " +
          "`aws.s3.BucketServerSideEncryptionConfiguration` for it, with `sseAlgorithm` " +
          `${algorithms.join(" or ")}.`,
      );
    }
  }),
};

/** The deprecated properties of the bucket itself, of both of its resources. */
function inlineRules(bucket: Property): Property[] {
  return [
    bucket.at("serverSideEncryptionConfiguration").at("rule"),
    ...bucket
      .at("serverSideEncryptionConfigurations")
      .blocks()
      .flatMap((configuration) => configuration.at("rules").blocks()),
  ];
}

function algorithmsOf(rule: Property): Property[] {
  return [
    rule.at("applyServerSideEncryptionByDefault"),
    ...rule.at("applyServerSideEncryptionByDefaults").blocks(),
  ].map((settled) => settled.at("sseAlgorithm"));
}
