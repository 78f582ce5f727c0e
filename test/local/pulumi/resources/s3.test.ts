import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { rejectionOf, Resources, startCloud } from "./support";

const KEY = { Bucket: "photos", Key: "1.png" };

describe("buckets and their settings", () => {
  let cloud: Cloud;
  let s3: S3Client;
  const of = (type: string) => new Resources(type, () => cloud);
  const buckets = of("aws:s3/bucket:Bucket");
  const versioning = of("aws:s3/bucketVersioning:BucketVersioning");
  const encryption = of(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  );
  const policies = of("aws:s3/bucketPolicy:BucketPolicy");
  const notifications = of("aws:s3/bucketNotification:BucketNotification");

  const put = (Body = "x") => s3.send(new PutObjectCommand({ ...KEY, Body }));

  const enabled = { bucket: "photos", versioningConfiguration: { status: "Enabled" } };
  const withKey = {
    bucket: "photos",
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:key" },
        bucketKeyEnabled: true,
      },
    ],
  };
  const noReading = {
    bucket: "photos",
    policy: JSON.stringify({
      Statement: {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::photos/*",
      },
    }),
  };
  const events = { bucket: "photos", eventbridge: true };

  beforeEach(async () => {
    cloud = await startCloud();
    s3 = new S3Client({ ...cloud.deployerSession(), forcePathStyle: true, maxAttempts: 1 });
  });
  afterEach(async () => {
    s3.destroy();
    await cloud.stop();
  });

  it("makes a bucket under the name that it is given, or one of its own", async () => {
    // Act
    const named = await buckets.create("bucket", { bucket: "photos" });
    const unnamed = await buckets.create("bucket", {});

    // Assess
    expect(named).to.deep.equal({ id: "photos", bucket: "photos", arn: "arn:aws:s3:::photos" });
    expect(unnamed.id).to.match(/^bucket-[0-9a-f]{7}$/);
    expect(cloud.s3.bucketNames).to.deep.equal([unnamed.id, "photos"]);
  });

  it("refuses a name that is taken or that no bucket can have", async () => {
    // Prepare
    await buckets.create("bucket", { bucket: "photos" });

    // Act
    const taken = await rejectionOf(buckets.create("again", { bucket: "photos" }));
    const wrong = await rejectionOf(buckets.create("wrong", { bucket: "Photos" }));

    // Assess
    expect(taken).to.have.property("name", "BucketAlreadyOwnedByYou");
    expect(wrong).to.have.property("name", "InvalidBucketName");
  });

  it("deletes an empty bucket, and has nothing against doing so twice", async () => {
    // Prepare
    await buckets.create("bucket", { bucket: "photos" });
    await put();
    await s3.send(new DeleteObjectCommand(KEY));

    // Act
    await buckets.delete("photos", "bucket", {});
    await buckets.delete("photos", "bucket", {});

    // Assess
    expect(cloud.s3.bucketNames).to.deep.equal([]);
  });

  for (const [what, fill] of [
    ["an object", () => put()],
    [
      "only a delete marker and what is below it",
      async () => {
        await versioning.create("versioning", enabled);
        await put();
        await s3.send(new DeleteObjectCommand(KEY));
      },
    ],
    [
      "only a delete marker",
      async () => {
        await versioning.create("versioning", enabled);
        await s3.send(new DeleteObjectCommand(KEY));
      },
    ],
  ] as const) {
    it(`refuses to delete a bucket with ${what}, unless it is forced to`, async () => {
      // Prepare
      await buckets.create("bucket", { bucket: "photos" });
      await fill();

      // Act
      const error = await rejectionOf(buckets.delete("photos", "bucket", {}));
      const kept = cloud.s3.bucketNames;
      await buckets.delete("photos", "bucket", { forceDestroy: true });

      // Assess
      expect(error).to.include({ name: "BucketNotEmpty", status: 409 });
      expect(error).to.have.property("message").that.includes("photos");
      expect(kept).to.deep.equal(["photos"]);
      expect(cloud.s3.bucketNames).to.deep.equal([]);
      expect(await rejectionOf(put())).to.have.property("name", "NoSuchBucket");
    });
  }

  it("makes a bucket again under a deleted one's name, with nothing in it", async () => {
    // Prepare
    await buckets.create("bucket", { bucket: "photos" });
    await put();
    await buckets.delete("photos", "bucket", { forceDestroy: true });

    // Act
    await buckets.create("bucket", { bucket: "photos" });

    // Assess
    const error = await rejectionOf(s3.send(new GetObjectCommand(KEY)));
    expect(error).to.have.property("name", "NoSuchKey");
  });

  it("suspends versions with the setting: those that there are stay below a null marker", async () => {
    // Prepare
    await buckets.create("bucket", { bucket: "photos" });
    const { id } = await versioning.create("versioning", enabled);
    const { VersionId } = await put("old");

    // Act
    await versioning.delete(id, "versioning", enabled);
    await put("new");
    await s3.send(new DeleteObjectCommand(KEY));

    // Assess
    expect(id).to.equal("photos");
    expect(await rejectionOf(s3.send(new GetObjectCommand(KEY)))).to.have.property(
      "name",
      "NoSuchKey",
    );
    const old = await s3.send(new GetObjectCommand({ ...KEY, VersionId }));
    expect(await old.Body?.transformToString()).to.equal("old");
    const replaced = new GetObjectCommand({ ...KEY, VersionId: "null" });
    expect(await rejectionOf(s3.send(replaced))).to.have.nested.property(
      "$metadata.httpStatusCode",
      405,
    );
  });

  it("suspends and enables versions in place", async () => {
    // Prepare
    await buckets.create("bucket", { bucket: "photos" });
    const { id } = await versioning.create("versioning", enabled);

    // Act
    await versioning.update(id, "versioning", {
      ...enabled,
      versioningConfiguration: { status: "Suspended" },
    });
    const suspended = await put();
    await versioning.update(id, "versioning", enabled);
    const again = await put();

    // Assess
    expect(suspended.VersionId).to.equal(undefined);
    expect(again.VersionId).to.be.a("string");
  });

  it("encrypts as the setting says, as it says anew, and as S3 does without it", async () => {
    // Prepare
    await buckets.create("bucket", { bucket: "photos" });
    const head = async () => {
      await put();
      const { ServerSideEncryption, SSEKMSKeyId } = await s3.send(new HeadObjectCommand(KEY));
      return [ServerSideEncryption, SSEKMSKeyId];
    };

    // Act
    const { id } = await encryption.create("encryption", withKey);
    const created = await head();
    await encryption.update(id, "encryption", {
      bucket: "photos",
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: "arn:other",
          },
        },
      ],
    });
    const updated = await head();
    await encryption.delete(id, "encryption", withKey);
    const deleted = await head();

    // Assess
    expect(created).to.deep.equal(["aws:kms", "arn:key"]);
    expect(updated).to.deep.equal(["aws:kms", "arn:other"]);
    expect(deleted).to.deep.equal(["AES256", undefined]);
  });

  it("goes by the bucket's policy for as long as there is one", async () => {
    // Prepare
    await buckets.create("bucket", { bucket: "photos" });
    await put();
    const get = () => s3.send(new GetObjectCommand(KEY));

    // Act
    const { id } = await policies.create("policy", noReading);
    const created = await rejectionOf(get());
    await policies.update(id, "policy", {
      ...noReading,
      policy: noReading.policy.replace("GetObject", "DeleteObject"),
    });
    const updated = await rejectionOf(s3.send(new DeleteObjectCommand(KEY)));
    const readable = await get();
    await policies.delete(id, "policy", noReading);
    await s3.send(new DeleteObjectCommand(KEY));

    // Assess
    expect(created).to.have.property("name", "AccessDenied");
    expect(updated).to.have.property("name", "AccessDenied");
    expect(readable.$metadata.httpStatusCode).to.equal(200);
    await buckets.delete("photos", "bucket", {});
  });

  it("tells of new objects only while the bucket notifies", async () => {
    // Prepare
    await buckets.create("bucket", { bucket: "photos" });
    let told = 0;
    cloud.s3.onObjectCreated(() => (told += 1));
    const countPut = async () => {
      const before = told;
      await put();
      return told - before;
    };

    // Act
    const { id } = await notifications.create("notification", events);
    const created = await countPut();
    await notifications.update(id, "notification", { ...events, eventbridge: false });
    const updated = await countPut();
    await notifications.update(id, "notification", events);
    await notifications.delete(id, "notification", events);
    const deleted = await countPut();

    // Assess
    expect([created, updated, deleted]).to.deep.equal([1, 0, 0]);
  });

  for (const [setting, inputs] of [
    [versioning, enabled],
    [encryption, withKey],
    [policies, noReading],
    [notifications, events],
  ] as const) {
    it(`has nothing against deleting ${setting.type} of a bucket that is gone`, async () => {
      // Act
      await setting.delete("photos", "setting", inputs);

      // Assess
      expect(cloud.s3.bucketNames).to.deep.equal([]);
    });
  }

  for (const [setting, inputs] of [
    [versioning, enabled],
    [encryption, withKey],
    [notifications, events],
  ] as const) {
    it(`refuses ${setting.type} of a bucket that is not there`, async () => {
      // Act
      const error = await rejectionOf(setting.create("setting", inputs));

      // Assess
      expect(error).to.have.property("name", "NoSuchBucket");
    });
  }
});
