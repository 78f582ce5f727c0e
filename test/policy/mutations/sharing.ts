/** Ways out of a bucket besides its policy: copies, access points, websites, owners and pages. */
import { subject } from "../../support/policy";
import { add, honest, mutations, set, type Mutation } from "./mutation";

const FOREIGN = "arn:aws:s3:::elsewhere";
const s3 = (kind: string, props: Record<string, unknown>) =>
  add(subject(`aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, props));
const replicas = (destination: object) =>
  s3("BucketReplicationConfig", { bucket: "any", rules: [{ status: "Enabled", destination }] });
const everySwitch = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const pages = (...allowedOrigins: readonly string[]) =>
  s3("BucketCorsConfiguration", { corsRules: [{ allowedMethods: ["GET"], allowedOrigins }] });
const website = { indexDocument: { suffix: "index.html" } };

const VECTORS = "aws:s3/vectorsVectorBucket:VectorsVectorBucket";
const ENCRYPTED = {
  sseAlgorithm: "aws:kms",
  kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1",
};
const tables = (props: Record<string, unknown>) =>
  add(subject("aws:s3tables/tableBucket:TableBucket", props, { protect: true }));
const vectors = (props: Record<string, unknown>) => add(subject(VECTORS, props, { protect: true }));
const STRANGER = "f".repeat(64);
const grantTo = (grantee: object) => ({
  bucket: "any",
  accessControlPolicy: {
    owner: { id: "owner" },
    grants: [{ grantee: { type: "CanonicalUser", ...grantee }, permission: "READ" }],
  },
});

export const sharing: readonly Mutation[] = [
  ...mutations("s3-bucket-restrict-destinations", {
    "a replica in a foreign bucket": replicas({ bucket: FOREIGN }),
    "a replica in a bucket that begins alike": replicas({ bucket: `${FOREIGN}-1a2b3c4` }),
    "a list of all objects in a foreign bucket": s3("Inventory", {
      destination: { bucket: { bucketArn: FOREIGN } },
    }),
    "an analysis in a foreign bucket": s3("AnalyticsConfiguration", {
      storageClassAnalysis: {
        dataExport: { destination: { s3BucketDestination: { bucketArn: FOREIGN } } },
      },
    }),
  }),
  ...mutations(["s3-bucket-restrict-destinations", "iam-document-restrict-accounts"], {
    "a replica in a bucket of another account": replicas({
      bucket: FOREIGN,
      account: "999999999999",
    }),
  }),
  ...mutations("s3-access-point-require-public-access-block", {
    "an access point that can be made public": s3("AccessPoint", {
      publicAccessBlockConfiguration: { ...everySwitch, blockPublicPolicy: false },
    }),
    "an account whose buckets can be made public": s3("AccountPublicAccessBlock", {
      ...everySwitch,
      restrictPublicBuckets: false,
    }),
    "an account of which one switch is forgotten": s3("AccountPublicAccessBlock", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
    }),
    "an access point of many regions that can be made public": add(
      subject("aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint", {
        details: { name: "any", publicAccessBlock: { ...everySwitch, ignorePublicAcls: false } },
      }),
    ),
  }),
  ...mutations("s3-bucket-restrict-ownership", {
    "objects that are whose writes them": s3("BucketOwnershipControls", {
      rule: { objectOwnership: "ObjectWriter" },
    }),
    "objects that are ours if the writer likes": s3("BucketOwnershipControls", {
      rule: { objectOwnership: "BucketOwnerPreferred" },
    }),
  }),
  ...mutations("s3-bucket-disallow-website", {
    "a website": s3("BucketWebsiteConfiguration", website),
    "a website of old": s3("BucketWebsiteConfigurationV2", website),
    "a bucket that is a website": set("Bucket", "inference", "website", website),
  }),
  ...mutations("s3-bucket-restrict-origins", {
    "a bucket for pages of every origin": pages("*"),
    "a bucket for pages of every origin with TLS": pages("https://*"),
    "a bucket for pages in a sandbox": pages("null"),
    "a bucket for pages of all firms": pages("https://www.example.com", "https://*.com"),
  }),
  ...mutations("s3-object-require-encryption", {
    "an object without our key": s3("BucketObjectv2", { serverSideEncryption: "AES256" }),
    "a copy without our key": s3("ObjectCopy", { serverSideEncryption: "AES256" }),
  }),
  ...mutations("sagemaker-capture-require-retention", {
    "everything archived after a day": set(
      "BucketLifecycleConfiguration",
      "inference-lifecycle",
      "rules",
      [
        {
          id: "all",
          status: "Enabled",
          transitions: [{ days: 1, storageClass: "DEEP_ARCHIVE" }],
        },
      ],
    ),
    "everything deleted after a day by the bucket itself": set(
      "Bucket",
      "inference",
      "lifecycleRules",
      [{ enabled: true, expiration: { days: 1 } }],
    ),
  }),
  ...mutations("s3-bucket-restrict-destinations", {
    "figures on all buckets in a foreign bucket": add(
      subject("aws:s3control/storageLensConfiguration:StorageLensConfiguration", {
        storageLensConfiguration: { dataExport: { s3BucketDestination: { arn: FOREIGN } } },
      }),
    ),
  }),
  ...mutations("s3-bucket-disallow-public-acl", {
    "a bucket for a stranger by an id": s3("BucketAclV2", grantTo({ id: STRANGER })),
    "a bucket for a stranger by an address": s3(
      "BucketAcl",
      grantTo({ type: "AmazonCustomerByEmail", emailAddress: "any@example.com" }),
    ),
    "a copy for a stranger": s3("ObjectCopy", {
      grants: [{ id: STRANGER, type: "CanonicalUser", permissions: ["READ"] }],
    }),
    "a bucket for everyone by another spelling": set("Bucket", "dataset", "grants", [
      { type: "Group", uri: "https://acs.amazonaws.com/groups/global/AllUsers" },
    ]),
  }),
  ...mutations("s3-bucket-require-encryption", {
    "tables without our key": tables({ encryptionConfiguration: { sseAlgorithm: "AES256" } }),
    "tables of which nothing is said": tables({}),
    "vectors without our key": vectors({ encryptionConfigurations: [{ sseType: "AES256" }] }),
    "vectors of which nothing is said": vectors({}),
  }),
  ...mutations(
    "s3-bucket-require-protection",
    {
      "tables that go with their bucket": tables({
        encryptionConfiguration: ENCRYPTED,
        forceDestroy: true,
      }),
      "vectors that go with their stack": (subjects) => [
        ...subjects,
        subject(VECTORS, { encryptionConfigurations: [{ sseType: "aws:kms" }] }),
      ],
    },
    { stack: "prod" },
  ),
  ...honest({
    "tables with a key": tables({ encryptionConfiguration: ENCRYPTED }),
    "vectors with a key": vectors({ encryptionConfigurations: [{ sseType: "aws:kms" }] }),
    "a bucket of one zone": add(
      subject("aws:s3/directoryBucket:DirectoryBucket", { bucket: "any" }, { protect: true }),
    ),
    "a bucket for its owner": s3("BucketAcl", grantTo({ id: "owner" })),
    "a bucket that CloudFront delivers logs to": s3(
      "BucketAcl",
      grantTo({ id: "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0" }),
    ),
    "a bucket that is its owner's, and takes logs": set("Bucket", "dataset", "grants", [
      { id: STRANGER, type: "CanonicalUser", permissions: ["FULL_CONTROL"] },
      {
        type: "Group",
        uri: "http://acs.amazonaws.com/groups/s3/LogDelivery",
        permissions: ["WRITE"],
      },
    ]),
  }),
  ...honest({
    "an access point that says nothing": s3("AccessPoint", { bucket: "any" }),
    "an account whose buckets stay private": s3("AccountPublicAccessBlock", everySwitch),
    "objects that are the bucket's owner's": s3("BucketOwnershipControls", {
      rule: { objectOwnership: "BucketOwnerEnforced" },
    }),
    "a bucket that sends to another site": s3("BucketWebsiteConfiguration", {
      redirectAllRequestsTo: { hostName: "www.example.com", protocol: "https" },
    }),
    "a bucket for pages of one domain": pages("https://*.example.com", "http://localhost:3000"),
    "an object as its bucket says": s3("BucketObjectv2", { key: "labels.json" }),
    "captures that are moved to cheaper storage": set(
      "BucketLifecycleConfiguration",
      "inference-lifecycle",
      "rules",
      [
        {
          id: "all",
          status: "Enabled",
          transitions: [
            { days: 1, storageClass: "INTELLIGENT_TIERING" },
            { days: 90, storageClass: "GLACIER" },
          ],
        },
      ],
    ),
  }),
  ...honest(
    { "a replica in a listed bucket": replicas({ bucket: FOREIGN }) },
    { configs: { "s3-bucket-restrict-destinations": { buckets: ["elsewhere"] } } },
  ),
];
