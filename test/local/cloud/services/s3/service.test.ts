/** Long, because it goes through every operation of one service. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { ObjectCreatedDetail } from "../../../../../local/cloud/services/s3/events";
import { fullObjectChecksum } from "../../../../../local/cloud/services/s3/checksums";
import { parseXml } from "../../../../../local/cloud/services/s3/xml";
import { refusal } from "./checks";
import { allow, BUCKET, RunningS3 } from "./support";

const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
const KMS_KEY = "arn:aws:kms:eu-west-1:000000000000:key/1";
const at = { Bucket: BUCKET, Key: "a" };

describe("the local S3", () => {
  let running: RunningS3;
  let deployer: S3Client;

  beforeEach(async () => {
    running = await RunningS3.start();
    deployer = running.client();
  });

  afterEach(async () => {
    await running.stop();
    expect(running.bugs).to.deep.equal([]);
  });

  const put = (input: Partial<PutObjectCommandInput> = {}) =>
    deployer.send(new PutObjectCommand({ ...at, Body: "hello", ...input }));

  describe("asks IAM", () => {
    const UploadId = "upload";
    const calls: readonly [
      action: string,
      resource: string,
      call: (s3: S3Client) => Promise<unknown>,
    ][] = [
      ["s3:PutObject", "/a", (s3) => s3.send(new PutObjectCommand({ ...at, Body: "" }))],
      ["s3:GetObject", "/a", (s3) => s3.send(new GetObjectCommand(at))],
      ["s3:GetObject", "/a", (s3) => s3.send(new HeadObjectCommand(at))],
      [
        "s3:GetObjectVersion",
        "/a",
        (s3) => s3.send(new GetObjectCommand({ ...at, VersionId: "null" })),
      ],
      ["s3:DeleteObject", "/a", (s3) => s3.send(new DeleteObjectCommand(at))],
      [
        "s3:DeleteObjectVersion",
        "/a",
        (s3) => s3.send(new DeleteObjectCommand({ ...at, VersionId: "null" })),
      ],
      ["s3:ListBucket", "", (s3) => s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))],
      ["s3:ListBucket", "", (s3) => s3.send(new HeadBucketCommand({ Bucket: BUCKET }))],
      [
        "s3:ListBucketVersions",
        "",
        (s3) => s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET })),
      ],
      [
        "s3:GetBucketLocation",
        "",
        (s3) => s3.send(new GetBucketLocationCommand({ Bucket: BUCKET })),
      ],
      ["s3:PutObject", "/a", (s3) => s3.send(new CreateMultipartUploadCommand(at))],
      [
        "s3:PutObject",
        "/a",
        (s3) => s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "" })),
      ],
      [
        "s3:PutObject",
        "/a",
        (s3) => s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId })),
      ],
      [
        "s3:AbortMultipartUpload",
        "/a",
        (s3) => s3.send(new AbortMultipartUploadCommand({ ...at, UploadId })),
      ],
    ];
    calls.forEach(([action, suffix, call], index) => {
      it(`for ${action} before it does what it is asked (${index + 1})`, async () => {
        // Prepare
        await put();
        const resource = BUCKET_ARN + suffix;
        const without = running.clientWith({ Effect: "Allow", NotAction: action, Resource: "*" });

        // Act
        const refused = await refusal(call(without));
        const passed = await refusal(call(running.clientWith(allow(action, resource))));

        // Assess
        expect(refused).to.match(/^(AccessDenied|Unknown|403) 403$/);
        expect(passed).not.to.match(/403$/);
      });
    });

    it("for all buckets when it lists them", async () => {
      // Act
      const refused = await refusal(
        running.clientWith(allow("s3:*", BUCKET_ARN)).send(new ListBucketsCommand({})),
      );

      // Assess
      expect(refused).to.equal("AccessDenied 403");
    });

    it("for both ends of a copy", async () => {
      // Prepare
      await put();
      const copy = (...rights: object[]) =>
        refusal(
          running
            .clientWith(...rights)
            .send(new CopyObjectCommand({ ...at, Key: "b", CopySource: `${BUCKET}/a` })),
        );
      const read = allow("s3:GetObject", `${BUCKET_ARN}/a`);
      const write = allow("s3:PutObject", `${BUCKET_ARN}/b`);

      // Act
      const outcomes = [await copy(read), await copy(write), await copy(read, write)];

      // Assess
      expect(outcomes.slice(0, 2)).to.deep.equal(["AccessDenied 403", "AccessDenied 403"]);
      expect(outcomes[2]).to.have.property("answered");
    });

    it("for each object that is deleted among many", async () => {
      // Prepare
      await put();
      await put({ Key: "b" });
      const client = running.clientWith(allow("s3:DeleteObject", `${BUCKET_ARN}/a`));

      // Act
      const { Deleted, Errors } = await client.send(
        new DeleteObjectsCommand({
          Bucket: BUCKET,
          Delete: { Objects: [{ Key: "a" }, { Key: "b" }] },
        }),
      );

      // Assess
      expect(Deleted?.map(({ Key }) => Key)).to.deep.equal(["a"]);
      expect(Errors?.map(({ Key, Code }) => [Key, Code])).to.deep.equal([["b", "AccessDenied"]]);
    });

    it("whether a caller may know that a key is missing", async () => {
      // Prepare
      const read = allow("s3:GetObject", `${BUCKET_ARN}/*`);
      const missing = new GetObjectCommand({ ...at, Key: "missing" });

      // Act
      const mayNotList = await refusal(running.clientWith(read).send(missing));
      const mayList = await refusal(
        running.clientWith(read, allow("s3:ListBucket", BUCKET_ARN)).send(missing),
      );

      // Assess
      expect([mayNotList, mayList]).to.deep.equal(["AccessDenied 403", "NoSuchKey 404"]);
    });
  });

  describe("with a KMS key", () => {
    const s3Rights = allow("s3:*", "*");
    const encrypt = allow("kms:GenerateDataKey", KMS_KEY);
    const decrypt = allow("kms:Decrypt", KMS_KEY);
    const write = (client: S3Client) => client.send(new PutObjectCommand({ ...at, Body: "hello" }));
    const read = (client: S3Client) => client.send(new GetObjectCommand(at));

    beforeEach(() => {
      running.s3.setDefaultEncryption(BUCKET, {
        algorithm: "aws:kms",
        kmsKeyArn: KMS_KEY,
        bucketKey: true,
      });
    });

    it("encrypts by default, says so, and gives an ETag that is no MD5", async () => {
      // Act
      const first = await put();
      const second = await put();

      // Assess
      expect(first).to.include({
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: KMS_KEY,
        BucketKeyEnabled: true,
      });
      expect(first.ETag)
        .to.match(/^"[0-9a-f]{32}"$/)
        .and.not.equal(second.ETag);
    });

    it("lets write and read only who may use the key", async () => {
      // Prepare
      await put();

      // Act
      const outcomes = [
        await refusal(write(running.clientWith(s3Rights))),
        await refusal(write(running.clientWith(s3Rights, encrypt))),
        await refusal(read(running.clientWith(s3Rights))),
        await refusal(read(running.clientWith(s3Rights, decrypt))),
        await refusal(running.clientWith(s3Rights).send(new HeadObjectCommand(at))),
      ].map((outcome) => (typeof outcome === "string" ? outcome : "answered"));

      // Assess
      expect(outcomes).to.deep.equal([
        "AccessDenied 403",
        "answered",
        "AccessDenied 403",
        "answered",
        "answered",
      ]);
    });

    it("needs both rights of the key for an upload in parts", async () => {
      // Prepare
      const begin = (client: S3Client) => client.send(new CreateMultipartUploadCommand(at));
      const writer = running.clientWith(s3Rights, encrypt);
      const { UploadId } = await begin(writer);
      const part = { ...at, UploadId, PartNumber: 1 };
      const { ETag } = await writer.send(new UploadPartCommand({ ...part, Body: "hello" }));
      const complete = new CompleteMultipartUploadCommand({
        ...at,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      });

      // Act
      const outcomes = [
        await refusal(writer.send(complete)),
        await refusal(begin(running.clientWith(s3Rights, decrypt))),
      ];

      // Assess
      expect(outcomes).to.deep.equal(["AccessDenied 403", "AccessDenied 403"]);
    });
  });

  describe("tells EventBridge", () => {
    let events: ObjectCreatedDetail[];

    beforeEach(() => {
      events = [];
      running.s3.onObjectCreated((detail) => events.push(detail));
      running.s3.setEventBridge(BUCKET, true);
    });

    it("of a new object, its key as it is", async () => {
      // Act
      const { $metadata } = await put({ Key: "a b/+%é.png" });

      // Assess
      expect(events).to.deep.equal([
        {
          version: "0",
          bucket: { name: BUCKET },
          object: {
            key: "a b/+%é.png",
            size: 5,
            etag: "5d41402abc4b2a76b9719d911017c592",
            sequencer: "000000000000000001",
          },
          "request-id": $metadata.requestId,
          requester: "000000000000",
          "source-ip-address": "127.0.0.1",
          reason: "PutObject",
        },
      ]);
    });

    it("how an object came about, and in which order", async () => {
      // Act
      await put();
      await deployer.send(new CopyObjectCommand({ ...at, Key: "b", CopySource: `${BUCKET}/a` }));
      const { UploadId } = await deployer.send(new CreateMultipartUploadCommand(at));
      const part = { ...at, UploadId, PartNumber: 1 };
      const { ETag, ChecksumCRC32 } = await deployer.send(
        new UploadPartCommand({ ...part, Body: "hello" }),
      );
      await deployer.send(
        new CompleteMultipartUploadCommand({
          ...at,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] },
        }),
      );

      // Assess
      expect(events.map(({ reason, object }) => [reason, object.key])).to.deep.equal([
        ["PutObject", "a"],
        ["CopyObject", "b"],
        ["CompleteMultipartUpload", "a"],
      ]);
      const order = events.map(({ object }) => object.sequencer);
      expect(order)
        .to.deep.equal([...order].sort())
        .and.have.lengthOf(new Set(order).size);
    });

    it("the version of an object, where there are versions", async () => {
      // Prepare
      running.s3.setVersioning(BUCKET, "Enabled");

      // Act
      const { VersionId } = await put();

      // Assess
      expect(VersionId).to.be.a("string");
      expect(events[0]?.object["version-id"]).to.equal(VersionId);
    });

    it("nothing of what was refused or deleted, or of a bucket that does not tell", async () => {
      // Prepare
      running.s3.createBucket("quiet");

      // Act
      await refusal(put({ ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }));
      await deployer.send(new DeleteObjectCommand(at));
      await put({ Bucket: "quiet" });

      // Assess
      expect(events).to.deep.equal([]);
    });

    it("and has a bug when nobody can be told", async () => {
      // Prepare
      running.s3.onObjectCreated(() => {
        throw new Error("no target");
      });

      // Act
      const outcome = await refusal(put());

      // Assess
      expect(outcome).to.equal("InternalError 500");
      expect(running.bugs.splice(0)).to.have.nested.property("[0].cause.message", "no target");
    });
  });

  describe("refuses", () => {
    const unknown: readonly [rule: string, call: () => Promise<unknown>, expected: string][] = [
      [
        "an operation it does not have",
        () => deployer.send(new GetObjectAclCommand(at)),
        "NotImplemented 501",
      ],
      ["an access list", () => put({ ACL: "public-read" }), "NotImplemented 501"],
      ["tags", () => put({ Tagging: "a=b" }), "NotImplemented 501"],
      ["another storage class", () => put({ StorageClass: "GLACIER" }), "NotImplemented 501"],
      [
        "a condition of a write that it does not know",
        () => put({ IfNoneMatch: '"a"' }),
        "NotImplemented 501",
      ],
      [
        "a KMS key by alias",
        () => put({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: "alias/a" }),
        "NotImplemented 501",
      ],
      ["a key that is too long", () => put({ Key: "é".repeat(513) }), "KeyTooLongError 400"],
      [
        "a checksum that cannot be one",
        () => put({ ChecksumSHA256: "AAAA" }),
        "InvalidRequest 400",
      ],
      [
        "a version that is not there",
        () => deployer.send(new GetObjectCommand({ ...at, VersionId: "none" })),
        "NoSuchVersion 404",
      ],
      [
        "an encoding of keys it does not know",
        () =>
          deployer.send(new ListObjectsV2Command({ Bucket: BUCKET, EncodingType: "hex" as "url" })),
        "InvalidArgument 400",
      ],
    ];
    for (const [rule, call, expected] of unknown) {
      it(`${rule}, by name`, async () => {
        expect(await refusal(call())).to.equal(expected);
      });
    }

    it("a bucket of a name that S3 does not take, or that is there already", () => {
      expect(() => {
        running.s3.createBucket("Photos");
      })
        .to.throw("Photos")
        .with.property("name", "InvalidBucketName");
      expect(() => {
        running.s3.createBucket(BUCKET);
      })
        .to.throw(BUCKET)
        .with.property("name", "BucketAlreadyOwnedByYou");
    });

    it("to say anything of a bucket that is not there", () => {
      expect(() => {
        running.s3.setEventBridge("none", true);
      })
        .to.throw("none")
        .with.property("name", "NoSuchBucket");
    });
  });

  it("keeps one checksum of an upload in parts: that of the parts' checksums", async () => {
    // Prepare
    const checksum = { ChecksumAlgorithm: "SHA256" } as const;
    const { UploadId } = await deployer.send(
      new CreateMultipartUploadCommand({ ...at, ...checksum }),
    );
    const upload = { ...at, UploadId };
    const { ETag, ChecksumSHA256 } = await deployer.send(
      new UploadPartCommand({ ...upload, ...checksum, PartNumber: 1, Body: "hello" }),
    );

    // Act
    const completed = await deployer.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumSHA256 }] },
      }),
    );

    // Assess
    const digest = Buffer.from(ChecksumSHA256 ?? "", "base64");
    expect(completed.ChecksumType).to.equal("COMPOSITE");
    expect(completed.ChecksumSHA256).to.equal(`${fullObjectChecksum("SHA256", digest).value}-1`);
  });
});

describe("checksums", () => {
  // "Catalogue of parametrised CRC algorithms": the check value of each is that of these digits.
  const digits = Buffer.from("123456789");
  const values = [
    ["CRC32", "cbf43926"],
    ["CRC32C", "e3069283"],
    ["CRC64NVME", "ae8b14860a799888"],
  ] as const;
  for (const [algorithm, expected] of values) {
    it(`of ${algorithm} have its check value`, () => {
      const { value } = fullObjectChecksum(algorithm, digits);
      expect(Buffer.from(value, "base64").toString("hex")).to.equal(expected);
    });
  }
});

describe("XML of requests", () => {
  it("gives elements and text, references resolved", () => {
    // Act
    const root = parseXml(
      Buffer.from('<?xml version="1.0"?>\n<R xmlns="x"> <K>a&amp;&lt;&#x41;&#66;é</K><E/></R>\n'),
      "R",
    );

    // Assess
    expect(root.textOf("K")).to.equal("a&<ABé");
    expect(root.all("E")).to.have.lengthOf(1);
  });

  for (const source of [
    "",
    "text",
    "<R>",
    "<R></S>",
    "<S/>",
    "<R/><R/>",
    "<R>&x;</R>",
    "<R></R></R>",
    "<R a=b/>",
    "</R>",
  ]) {
    it(`is refused as ${JSON.stringify(source)}`, () => {
      expect(() => parseXml(Buffer.from(source), "R"))
        .to.throw()
        .with.property("name", "MalformedXML");
    });
  }
});
