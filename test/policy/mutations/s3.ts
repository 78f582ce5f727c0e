/** Buckets. */
import { subject, UNKNOWN, withValue } from "../../support/policy";
import {
  add,
  both,
  drop,
  edit,
  honest,
  inPlace,
  mutations,
  remove,
  reported,
  set,
  statement,
  unprotect,
  type Mutation,
} from "./mutation";

const BUCKET = "aws:s3/bucket:Bucket";
const BLOCK = ["BucketPublicAccessBlock", "inference-access"] as const;
export const TLS = ["BucketPolicy", "inference-policy"] as const;

export const refuseHttp = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::inference-1a2b3c4", "arn:aws:s3:::inference-1a2b3c4/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const ENCRYPTION = ["BucketServerSideEncryptionConfiguration", "dataset-encryption"] as const;
const ALGORITHM = "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm";

/** A companion taken out of the program, which a refresh had found in the bucket's own state. */
const gone = (kind: string, name: string, property: string, value: unknown) =>
  both(remove(kind, name), reported(set("Bucket", name.split("-")[0] ?? name, property, value)));
const refusing = (value: object) => set(...TLS, "policy", statement({ ...refuseHttp, ...value }));
/** Another companion of the same bucket, written after the first. */
const second = (kind: string, name: string, path: string, value: unknown) =>
  edit(kind, name, (found) => [
    found,
    { ...withValue(found, path, value), name: `${name}-second`, urn: `${found.urn}-second` },
  ]);

export const s3: readonly Mutation[] = [
  ...mutations("s3-bucket-require-public-access-block", {
    "a bucket that can be made public": remove(...BLOCK),
    "public lists let through": set(...BLOCK, "blockPublicAcls", false),
    "public policies let through": drop(...BLOCK, "blockPublicPolicy"),
    "public lists not ignored": set(...BLOCK, "ignorePublicAcls", false),
    "public buckets not restricted": set(...BLOCK, "restrictPublicBuckets", "true"),
    "the block on another bucket": edit(...BLOCK, (found) => [
      inPlace(withValue(found, "bucket", "another"), "bucket"),
    ]),
  }),
  ...mutations("s3-bucket-disallow-public-acl", {
    "a public bucket": set("Bucket", "inference", "acl", "public-read"),
    "a bucket that everyone may write to": add(
      subject("aws:s3/bucketAcl:BucketAcl", { bucket: "another", acl: "public-read-write" }),
    ),
    "a grant to every account": set("Bucket", "dataset", "grants", [
      { type: "Group", uri: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers" },
    ]),
  }),
  ...mutations("s3-bucket-require-encryption", {
    "a bucket without a key": remove(...ENCRYPTION),
    "a bucket with a key of the service": set(...ENCRYPTION, ALGORITHM, "AES256"),
    "a configuration without rules": set(...ENCRYPTION, "rules", []),
  }),
  ...mutations("s3-bucket-require-tls", {
    "a bucket without a policy": remove(...TLS),
    "plain requests may read": set(
      ...TLS,
      "policy",
      statement({ ...refuseHttp, Action: "s3:PutObject" }),
    ),
    "plain requests of most may do all": set(
      ...TLS,
      "policy",
      statement({ ...refuseHttp, Principal: { AWS: "000000000000" } }),
    ),
    "encrypted requests refused instead": set(
      ...TLS,
      "policy",
      statement({ ...refuseHttp, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    ),
  }),
  ...mutations("s3-bucket-require-versioning", {
    "a bucket without versions": remove("BucketVersioning", "dataset-versioning"),
    "versions no longer kept": set(
      "BucketVersioning",
      "dataset-versioning",
      "versioningConfiguration.status",
      "Suspended",
    ),
  }),
  ...mutations(
    "s3-bucket-require-protection",
    {
      "a bucket that goes with its stack": unprotect("Bucket", "inference"),
      "objects that go with their bucket": set("Bucket", "dataset", "forceDestroy", true),
    },
    { stack: "prod" },
  ),
  ...mutations("s3-bucket-require-tls", {
    "plain requests refused from one network only": refusing({
      Condition: {
        Bool: { "aws:SecureTransport": "false" },
        StringEquals: { "aws:SourceVpc": "vpc-1a2b3c4d" },
      },
    }),
    "plain requests refused for all but reading": set(
      ...TLS,
      "policy",
      statement({ ...refuseHttp, Action: undefined, NotAction: "s3:GetObject" }),
    ),
    "plain requests refused by text": refusing({
      Condition: { StringNotEquals: { "aws:SecureTransport": "true" } },
    }),
    "plain requests refused on objects only": refusing({
      Resource: "arn:aws:s3:::inference-1a2b3c4/*",
    }),
    "plain requests refused on the bucket only": refusing({
      Resource: "arn:aws:s3:::inference-1a2b3c4",
    }),
    "a second policy that refuses nothing": second(
      ...TLS,
      "policy",
      statement({ ...refuseHttp, Action: "s3:PutObject" }),
    ),
  }),
  ...mutations("s3-bucket-require-versioning", {
    "a second setting that keeps no versions": second(
      "BucketVersioning",
      "dataset-versioning",
      "versioningConfiguration.status",
      "Suspended",
    ),
  }),
  ...mutations("s3-bucket-require-encryption", {
    "a second setting with a key of the service": second(...ENCRYPTION, ALGORITHM, "AES256"),
  }),
  ...mutations("s3-bucket-require-public-access-block", {
    "a second block that lets policies through": second(...BLOCK, "blockPublicPolicy", false),
  }),
  ...mutations("s3-bucket-require-tls", {
    "a policy gone that the bucket's state still has": gone(
      ...TLS,
      "policy",
      JSON.stringify({ Statement: [refuseHttp] }),
    ),
    "a policy gone of which the provider says nothing yet": gone(...TLS, "policy", UNKNOWN),
  }),
  ...mutations("s3-bucket-require-versioning", {
    "versioning gone that the bucket's state still has": gone(
      "BucketVersioning",
      "dataset-versioning",
      "versioning",
      { enabled: true },
    ),
  }),
  ...mutations("s3-bucket-require-encryption", {
    "encryption gone that the bucket's state still has": gone(
      ...ENCRYPTION,
      "serverSideEncryptionConfiguration",
      { rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } } },
    ),
  }),
  ...honest({
    "old versions of TLS refused, too": set(
      ...TLS,
      "policy",
      JSON.stringify({
        Statement: [
          refuseHttp,
          { ...refuseHttp, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
        ],
      }),
    ),
    "a bucket of logs with a key of the service": (subjects, side) => {
      const logs = subjects.find(({ type, name }) => type === BUCKET && name === "dataset");
      const changed = set(...ENCRYPTION, ALGORITHM, "AES256")(subjects, side);
      return logs === undefined
        ? changed
        : [
            ...changed,
            subject(
              "aws:s3/bucketLogging:BucketLogging",
              { bucket: "any", targetBucket: UNKNOWN },
              { propertyDependencies: { targetBucket: [logs] } },
            ),
          ];
    },
  }),
];
