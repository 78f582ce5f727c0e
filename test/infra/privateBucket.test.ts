import { expect } from "chai";
import { DataKey } from "../../infra/dataKey";
import { PrivateBucket } from "../../infra/privateBucket";
import { inventory, resource, statements } from "../support/graph";
import { ACCOUNT, deploy } from "../support/mocks";
import { dependenciesOf, valueOf } from "../support/outputs";
import type { RecordedResource } from "../../local/pulumi/graph";

function bucket(name = "uploads", protect = false): PrivateBucket {
  const key = new DataKey(`${name}-key`, { protect });
  const args = { key, keepObjects: protect, expirationDays: { "incoming/": 10 } };
  return new PrivateBucket(name, args, { protect });
}

function inputs(resources: readonly RecordedResource[], type: string) {
  return resource(resources, `aws:s3/${type}`).inputs;
}

describe("PrivateBucket", () => {
  it("is closed to the public, owned by the account, encrypted, versioned and tidied up", async () => {
    // Act
    const { resources } = await deploy(() => bucket());

    // Assess
    const name = "uploads-1a2b3c4";
    expect(inputs(resources, "bucketPublicAccessBlock:BucketPublicAccessBlock")).to.deep.equal({
      bucket: name,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(inputs(resources, "bucketOwnershipControls:BucketOwnershipControls")).to.deep.equal({
      bucket: name,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    expect(
      inputs(
        resources,
        "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      ),
    ).to.deep.equal({
      bucket: name,
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: resource(resources, "aws:kms/key:Key").outputs["arn"],
          },
          bucketKeyEnabled: true,
        },
      ],
    });
    expect(inputs(resources, "bucketVersioning:BucketVersioning")).to.deep.equal({
      bucket: name,
      versioningConfiguration: { status: "Enabled" },
    });
    expect(
      inputs(resources, "bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
    ).to.deep.equal({
      bucket: name,
      rules: [
        {
          id: "tidy-up",
          status: "Enabled",
          filter: {},
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
        },
        {
          id: "expire-incoming/",
          status: "Enabled",
          filter: { prefix: "incoming/" },
          expiration: { days: 10 },
        },
      ],
    });
  });

  it("refuses everybody who does not use TLS", async () => {
    // Act
    const { resources } = await deploy(() => bucket());

    // Assess
    const policy = resource(resources, "aws:s3/bucketPolicy:BucketPolicy");
    expect(statements(policy.inputs["policy"])).to.deep.equal([
      {
        Sid: "RefusePlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::uploads-1a2b3c4", "arn:aws:s3:::uploads-1a2b3c4/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("has its protections made in an order that S3 accepts", async () => {
    // Act
    const { resources } = await deploy(() => bucket());

    // Assess
    const find = (type: string) => resource(resources, `aws:s3/${type}`);
    const access = find("bucketPublicAccessBlock:BucketPublicAccessBlock").urn;
    const versioning = find("bucketVersioning:BucketVersioning").urn;
    expect(find("bucketPolicy:BucketPolicy").dependencies).to.include(access);
    expect(
      find("bucketLifecycleConfiguration:BucketLifecycleConfiguration").dependencies,
    ).to.include(versioning);
  });

  it("tells nobody its name before all protections are there", async () => {
    // Act
    const { value, resources } = await deploy(() => bucket());

    // Assess
    const parts = resources.filter(({ type }) => type.startsWith("aws:s3/")).map(({ urn }) => urn);
    expect(parts).to.have.length(7);
    expect(await dependenciesOf(value.name)).to.include.members(parts);
    expect(await valueOf(value.name)).to.equal("uploads-1a2b3c4");
  });

  it("is emptied and deleted with its stack unless it is to be kept", async () => {
    for (const keep of [true, false]) {
      const { resources } = await deploy(() => bucket("uploads", keep));
      const { inputs: given } = resource(resources, "aws:s3/bucket:Bucket");
      expect(given).to.deep.equal({ forceDestroy: !keep });
    }
  });

  it("is protected with all its protections, or not at all; its key, too", async () => {
    for (const protect of [true, false]) {
      const { resources } = await deploy(() => bucket("uploads", protect));
      const [, ...ours] = resources.map(({ options }) => options.protect);
      // Two components, the key, the bucket and six protections.
      expect(ours).to.deep.equal(Array(10).fill(protect));
    }
  });

  it("is made of the same resources in a preview, beside another one", async () => {
    // Prepare
    const build = () => [bucket("one"), bucket("two")];

    // Act
    const updated = await deploy(build);
    const previewed = await deploy(build, { preview: true });

    // Assess
    expect(inventory(previewed.resources)).to.have.members([...inventory(updated.resources)]);
  });
});

describe("DataKey", () => {
  it("rotates, and leaves to identity policies who may use it", async () => {
    // Act
    const { resources } = await deploy(() => new DataKey("data"));

    // Assess
    const { policy, ...key } = inputsOfKey(resources);
    expect(key).to.deep.equal({
      description: "Data of the image classification workflow",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    expect(statements(policy)).to.deep.equal([
      {
        Sid: "LeaveItToIdentityPolicies",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ]);
  });
});

function inputsOfKey(resources: readonly RecordedResource[]) {
  return resource(resources, "aws:kms/key:Key").inputs;
}
