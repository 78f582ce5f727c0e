import { conditions, principals, statements } from "../../support/document";
import type { Property } from "../../support/property";
import { onEach, type StackRule } from "../../support/rule";
import { BUCKETS, companionsOf } from "./resource";

const TYPES = ["aws:s3/bucketPolicy:BucketPolicy"];

export const requireTls: StackRule = {
  name: "s3-bucket-require-tls",
  displayName: "Buckets are reached over TLS only",
  description: "Every bucket must have a policy that denies everything to requests without TLS.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["s3", "encryption"],
  remediationSteps:
    "Add an `aws.s3.BucketPolicy` that denies `s3:*` to everyone, on the bucket and on `/*` in it, " +
    "if `aws:SecureTransport` is false.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
  validateStack: onEach(BUCKETS, (bucket, stack, report) => {
    const documents = [
      ...companionsOf(bucket, stack, TYPES).map(({ props }) => props.at("policy")),
      bucket.props.at("policy"),
    ];
    const denies = documents.some(
      (document) => document.isUnknown || statements(document, "Deny").some(refusesPlainHttp),
    );
    if (!denies) {
      report(
        "The bucket answers without TLS: add an `aws.s3.BucketPolicy` with a `Deny` of `s3:*` for " +
          "everyone if `aws:SecureTransport` is false.",
      );
    }
  }),
};

function refusesPlainHttp(statement: Property): boolean {
  const whoever = principals(statement).some(
    ([kind, principal]) => kind === "AWS" && principal.mayBe((value) => value === "*"),
  );
  const whatever = statement
    .at("Action")
    .blocks()
    .some((action) => action.mayBe((value) => value === "*" || /^s3:\*$/i.test(String(value))));
  const inIt = statement
    .at("Resource")
    .blocks()
    .some((resource) => resource.mayBe((value) => /(^|\/)\*$/.test(String(value))));
  const plain =
    statement.at("Condition").isUnknown ||
    conditions(statement).some(
      ({ operator, key, values }) =>
        operator === "Bool" &&
        key === "aws:securetransport" &&
        values.some((value) => value.mayBe((text) => String(text) === "false")),
    );
  return whoever && whatever && inIt && plain;
}
