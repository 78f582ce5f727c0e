import { conditions, principals, statements } from "../../support/document";
import { isLike } from "../../support/glob";
import type { Property } from "../../support/property";
import type { Member } from "../../support/member";
import { onEachAsAsked, type StackRule } from "../../support/rule";
import { BUCKETS, companionsOf, countsInline } from "./resource";

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
  ...onEachAsAsked(BUCKETS, (bucket, stack, report) => {
    const companions = companionsOf(bucket, stack, TYPES);
    const inline = countsInline(bucket, companions) ? [bucket.asked("policy")] : [];
    const documents = [...companions.map(({ props }) => props.at("policy")), ...inline].filter(
      ({ isAbsent }) => !isAbsent,
    );
    const denial =
      "a `Deny` of `s3:*` to everyone, on the bucket and its objects, with no condition but " +
      "`aws:SecureTransport` false.";
    if (documents.length === 0) {
      report(`The bucket answers without TLS: add an \`aws.s3.BucketPolicy\` with ${denial}`);
    }
    // A bucket has one policy: the last one written undoes the others.
    for (const document of documents) {
      if (!document.isUnknown && !refusesPlainHttp(document, bucket)) {
        report(`The bucket answers without TLS: add to its \`${document.path}\` ${denial}`);
      }
    }
  }),
};

/** Bucket and objects may be refused by one statement, or each by its own. */
function refusesPlainHttp(document: Property, bucket: Member): boolean {
  const resources = statements(document, "Deny")
    .filter(refusesPlainRequests)
    .flatMap((statement) => statement.at("Resource").blocks());
  return covers(resources, bucket, "") && covers(resources, bucket, "/object");
}

function refusesPlainRequests(statement: Property): boolean {
  const whoever = principals(statement).some(
    ([kind, principal]) => kind === "AWS" && principal.mayBe((value) => value === "*"),
  );
  const whatever = statement
    .at("Action")
    .blocks()
    .some((action) => action.mayBe((value) => /^(s3:)?\*$/i.test(String(value))));
  const required = conditions(statement);
  const plain =
    statement.at("Condition").isUnknown ||
    // Another condition beside it would let through whatever does not meet that one.
    (required.length === 1 &&
      required.every(
        ({ operator, key, values }) =>
          /^Bool(IfExists)?$/.test(operator) &&
          key === "aws:securetransport" &&
          values.some((value) => value.mayBe((text) => String(text) === "false")),
      ));
  return whoever && whatever && plain;
}

/** Whether one of the ARNs stands for what is in a bucket under a name; "" is the bucket itself. */
function covers(arns: readonly Property[], bucket: Member, object: string): boolean {
  const name = bucket.props.at("bucket");
  return arns.some((arn) =>
    arn.mayBe((text) => {
      const pattern = typeof text === "string" ? text.replace(/^arn:[^:]*:s3:::/, "") : "";
      // As long as the bucket's name is unknown, only their form tells.
      return name.isUnknown
        ? object === ""
          ? !pattern.includes("/")
          : /^[^/]*(\*|\/\*)$/.test(pattern)
        : name.is((own) => typeof own === "string" && isLike(`${own}${object}`, pattern));
    }),
  );
}
