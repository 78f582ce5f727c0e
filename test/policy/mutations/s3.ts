/** Buckets. */
import { subject, withValue } from "../../support/policy";
import {
  add,
  drop,
  edit,
  inPlace,
  mutations,
  remove,
  set,
  statement,
  unprotect,
  type Mutation,
} from "./mutation";

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
];
