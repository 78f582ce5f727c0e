/**
 * What any S3 has to answer: checks that this project's and somebody else's server both take. One
 * list, however long, so that both are asked the same.
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
  type GetObjectCommandInput,
  type ListObjectsV2CommandInput,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";

/** One bucket to try things in, empty at first, and another that keeps versions. */
export interface Subject {
  readonly client: S3Client;
  readonly bucket: string;
  readonly versionedBucket: string;
}

export interface Check {
  /** The rule. */
  readonly title: string;
  readonly observe: (tools: Tools) => Promise<unknown>;
  readonly expected: unknown;
  /** In what moto 5.2.1 is known not to be like S3; it is not asked then. */
  readonly motoDiffers?: string;
}

const PART_BYTES = 5 * 2 ** 20;

/** Shortcuts for one bucket, below a prefix that no other check uses. */
export class Tools {
  constructor(
    readonly subject: Subject,
    readonly prefix: string,
  ) {}

  get client(): S3Client {
    return this.subject.client;
  }

  at(key: string) {
    return { Bucket: this.subject.bucket, Key: this.prefix + key };
  }

  put(key: string, input: Partial<PutObjectCommandInput> = {}) {
    return this.client.send(new PutObjectCommand({ Body: "hello", ...this.at(key), ...input }));
  }

  get(key: string, input: Partial<GetObjectCommandInput> = {}) {
    return this.client.send(new GetObjectCommand({ ...this.at(key), ...input }));
  }

  async text(key: string, input: Partial<GetObjectCommandInput> = {}): Promise<string | undefined> {
    const { Body } = await this.get(key, input);
    return Body?.transformToString();
  }

  head(key: string) {
    return this.client.send(new HeadObjectCommand(this.at(key)));
  }

  /** Keys and common prefixes of a page, without the check's prefix. */
  async list(input: Partial<ListObjectsV2CommandInput> = {}) {
    const { Bucket, Key } = this.at(input.Prefix ?? "");
    const page = await this.client.send(
      new ListObjectsV2Command({ Bucket, ...input, Prefix: Key }),
    );
    const strip = (text = "") => text.slice(this.prefix.length);
    return {
      keys: (page.Contents ?? []).map(({ Key: key }) => strip(key)),
      prefixes: (page.CommonPrefixes ?? []).map(({ Prefix }) => strip(Prefix)),
      truncated: page.IsTruncated,
      token: page.NextContinuationToken,
    };
  }

  /** Keys and common prefixes page by page. */
  async pages(input: Partial<ListObjectsV2CommandInput>): Promise<string[][]> {
    const pages: string[][] = [];
    let token: string | undefined;
    do {
      const page = await this.list({ ...input, ContinuationToken: token });
      pages.push([...page.keys, ...page.prefixes].sort());
      token = page.token;
    } while (token !== undefined && pages.length < 20);
    return pages;
  }

  async putAll(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.put(key);
    }
  }

  async createUpload(key: string): Promise<string> {
    const { UploadId } = await this.client.send(new CreateMultipartUploadCommand(this.at(key)));
    return UploadId ?? "";
  }

  async uploadPart(key: string, uploadId: string, number: number, body: Buffer) {
    const { ETag, ChecksumCRC32 } = await this.client.send(
      new UploadPartCommand({
        ...this.at(key),
        UploadId: uploadId,
        PartNumber: number,
        Body: body,
      }),
    );
    return { PartNumber: number, ETag, ChecksumCRC32 };
  }

  complete(
    key: string,
    uploadId: string,
    parts: { PartNumber: number; ETag?: string | undefined }[],
  ) {
    return this.client.send(
      new CompleteMultipartUploadCommand({
        ...this.at(key),
        UploadId: uploadId,
        MultipartUpload: { Parts: parts },
      }),
    );
  }
}

/** Name and status of a refusal; an answer instead of one is told as it is. */
export async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    return { answered: await call };
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode ?? "without status"}`;
  }
}

function md5(data: string | Buffer, encoding: "hex" | "base64" = "hex"): string {
  return createHash("md5").update(data).digest(encoding);
}

const HELLO_ETAG = `"${md5("hello")}"`;
const part = (fill: number) => Buffer.alloc(PART_BYTES, fill);

export const CHECKS: readonly Check[] = [
  {
    title: "the ETag of an object is its MD5 in quotes",
    observe: async (s3) => [(await s3.put("a")).ETag, (await s3.get("a")).ETag],
    expected: [HELLO_ETAG, HELLO_ETAG],
  },
  {
    title: "all bytes come back as they went",
    observe: async (s3) => {
      await s3.put("a", { Body: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) });
      const bytes = await (await s3.get("a")).Body?.transformToByteArray();
      return bytes?.every((byte, index) => byte === index) === true && bytes.length;
    },
    expected: 256,
  },
  {
    title: "an object may be empty",
    observe: async (s3) => {
      await s3.put("a", { Body: "" });
      return [await s3.text("a"), (await s3.head("a")).ContentLength];
    },
    expected: ["", 0],
  },
  {
    title: "a streamed body is stored without its chunk framing",
    observe: async (s3) => {
      const Body = Readable.from([Buffer.from("hello "), Buffer.from("world")]);
      await s3.put("a", { Body, ContentLength: 11 });
      const { ContentEncoding } = await s3.head("a");
      return [await s3.text("a"), ContentEncoding];
    },
    expected: ["hello world", undefined],
  },
  {
    title: "an object keeps type, caching, encoding and metadata",
    observe: async (s3) => {
      await s3.put("a", {
        ContentType: "image/png",
        CacheControl: "no-store",
        ContentEncoding: "gzip",
        Metadata: { split: "train" },
      });
      const { ContentType, CacheControl, ContentEncoding, Metadata } = await s3.head("a");
      return [ContentType, CacheControl, ContentEncoding, Metadata];
    },
    expected: ["image/png", "no-store", "gzip", { split: "train" }],
  },
  ...[
    "with space",
    "plus+sign",
    "percent%20encoded",
    "ünïcødé/日本/😀",
    "a&b<c>d\"e'f",
    "/leading//double/",
    "semi;colon=equals,comma:@$!*()",
    "hash#question?",
  ].map((key): Check => ({
    title: `the key ${key} is escaped once and unescaped once`,
    observe: async (s3) => {
      await s3.put(key, { Body: key });
      return [await s3.text(key), (await s3.list()).keys];
    },
    expected: [key, [key]],
  })),
  ...(
    [
      ["bytes=0-1", "he"],
      ["bytes=3-", "lo"],
      ["bytes=-2", "lo"],
      ["bytes=-20", "hello"],
      ["bytes=2-100", "llo"],
    ] as const
  ).map(([Range, expected]): Check => ({
    title: `the range ${Range} of five bytes is "${expected}"`,
    observe: async (s3) => {
      await s3.put("a");
      const { Body, $metadata } = await s3.get("a", { Range });
      return [await Body?.transformToString(), $metadata.httpStatusCode];
    },
    expected: [expected, 206],
  })),
  {
    title: "a range says where in the object it lies",
    observe: async (s3) => {
      await s3.put("a");
      const { ContentRange, ContentLength } = await s3.get("a", { Range: "bytes=1-3" });
      return [ContentRange, ContentLength];
    },
    expected: ["bytes 1-3/5", 3],
  },
  {
    title: "a range behind the end is refused",
    observe: async (s3) => {
      await s3.put("a");
      return refusal(s3.get("a", { Range: "bytes=5-" }));
    },
    expected: "InvalidRange 416",
  },
  {
    title: "a missing key is refused by name, and to HEAD without a body",
    observe: async (s3) => [await refusal(s3.get("no")), await refusal(s3.head("no"))],
    expected: ["NoSuchKey 404", "NotFound 404"],
  },
  {
    title: "a missing bucket is refused by name",
    observe: async (s3) => [
      await refusal(s3.put("a", { Bucket: "there-is-none" })),
      await refusal(s3.client.send(new ListObjectsV2Command({ Bucket: "there-is-none" }))),
      await refusal(s3.client.send(new HeadBucketCommand({ Bucket: "there-is-none" }))),
    ],
    expected: ["NoSuchBucket 404", "NoSuchBucket 404", "NotFound 404"],
  },
  {
    title: "a body that differs from its MD5 is refused and not stored",
    observe: async (s3) => [
      await refusal(s3.put("a", { ContentMD5: md5("other", "base64") })),
      await refusal(s3.get("a")),
    ],
    expected: ["BadDigest 400", "NoSuchKey 404"],
    motoDiffers: "it does not look at Content-MD5",
  },
  {
    title: "a Content-MD5 that is no MD5 is refused",
    observe: (s3) => refusal(s3.put("a", { ContentMD5: "bm90IG1kNQ==" })),
    expected: "InvalidDigest 400",
    motoDiffers: "it does not look at Content-MD5",
  },
  {
    title: "a body that differs from its CRC32 is refused and not stored",
    observe: async (s3) => [
      await refusal(s3.put("a", { ChecksumCRC32: "AAAAAA==" })),
      await refusal(s3.get("a")),
    ],
    expected: ["BadDigest 400", "NoSuchKey 404"],
    motoDiffers: "it stores whatever checksum is stated",
  },
  ...(
    [
      ["CRC32", "NhCmhg=="],
      ["CRC32C", "mnG7TA=="],
      ["SHA1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="],
      ["SHA256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="],
    ] as const
  ).map(([ChecksumAlgorithm, expected]): Check => ({
    title: `the ${ChecksumAlgorithm} of an object is kept`,
    observe: async (s3) => {
      await s3.put("a", { ChecksumAlgorithm });
      const stored = await s3.get("a", { ChecksumMode: "ENABLED" });
      return [await stored.Body?.transformToString(), stored[`Checksum${ChecksumAlgorithm}`]];
    },
    expected: ["hello", expected],
  })),
  {
    title: "If-None-Match: * writes only what is not there",
    observe: async (s3) => [
      (await s3.put("a", { IfNoneMatch: "*" })).$metadata.httpStatusCode,
      await refusal(s3.put("a", { IfNoneMatch: "*", Body: "second" })),
      await s3.text("a"),
    ],
    expected: [200, "PreconditionFailed 412", "hello"],
  },
  {
    title: "If-Match writes only over what is expected",
    observe: async (s3) => {
      const missing = await refusal(s3.put("a", { IfMatch: HELLO_ETAG }));
      await s3.put("a");
      const other = await refusal(s3.put("a", { IfMatch: `"${md5("other")}"` }));
      const same = await s3.put("a", { IfMatch: HELLO_ETAG, Body: "second" });
      return [missing, other, same.$metadata.httpStatusCode, await s3.text("a")];
    },
    expected: ["NoSuchKey 404", "PreconditionFailed 412", 200, "second"],
  },
  {
    title: "a read with If-None-Match of what is there finds nothing new",
    observe: async (s3) => {
      await s3.put("a");
      return [
        await refusal(s3.get("a", { IfNoneMatch: HELLO_ETAG })),
        await s3.text("a", { IfNoneMatch: '"other"' }),
      ];
    },
    expected: ["Unknown 304", "hello"],
  },
  {
    title: "a read with If-Match of something else is refused",
    observe: async (s3) => {
      await s3.put("a");
      return [
        await refusal(s3.get("a", { IfMatch: '"other"' })),
        await s3.text("a", { IfMatch: HELLO_ETAG }),
      ];
    },
    expected: ["PreconditionFailed 412", "hello"],
  },
  {
    title: "a deleted object is gone, and deleting it again is no error",
    observe: async (s3) => {
      await s3.put("a");
      const remove = () => s3.client.send(new DeleteObjectCommand(s3.at("a")));
      const statuses = [await remove(), await remove()].map(
        (each) => each.$metadata.httpStatusCode,
      );
      return [...statuses, await refusal(s3.get("a")), (await s3.list()).keys];
    },
    expected: [204, 204, "NoSuchKey 404", []],
  },
  {
    title: "many objects are deleted at once, by their exact keys",
    observe: async (s3) => {
      await s3.putAll("a", "b & c", "d");
      const Objects = ["a", "b & c", "missing"].map((key) => ({ Key: s3.at(key).Key }));
      const { Bucket } = s3.at("");
      const { Deleted } = await s3.client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
      );
      const keys = (Deleted ?? []).map(({ Key }) => Key?.slice(s3.prefix.length)).sort();
      return [keys, (await s3.list()).keys];
    },
    expected: [["a", "b & c", "missing"], ["d"]],
  },
  {
    title: "a quiet deletion of many tells nothing of what went well",
    observe: async (s3) => {
      await s3.put("a");
      const Delete = { Objects: [{ Key: s3.at("a").Key }], Quiet: true };
      const { Bucket } = s3.at("");
      const { Deleted } = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete }));
      return [Deleted, (await s3.list()).keys];
    },
    expected: [undefined, []],
    motoDiffers: "it tells of every deletion",
  },
  {
    title: "a copy keeps type and metadata of an object, whatever its key",
    observe: async (s3) => {
      await s3.put("a +%é", { ContentType: "text/plain", Metadata: { n: "1" } });
      const { Bucket, Key } = s3.at("a +%é");
      const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
      const input = { ...s3.at("copy"), CopySource };
      const { CopyObjectResult } = await s3.client.send(new CopyObjectCommand(input));
      const { ContentType, Metadata } = await s3.head("copy");
      return [CopyObjectResult?.ETag, ContentType, Metadata, await s3.text("copy")];
    },
    expected: [HELLO_ETAG, "text/plain", { n: "1" }, "hello"],
  },
  {
    title: "a copy may replace the metadata",
    observe: async (s3) => {
      await s3.put("a", { ContentType: "text/plain", Metadata: { n: "1" } });
      await s3.client.send(
        new CopyObjectCommand({
          ...s3.at("a"),
          CopySource: `${s3.subject.bucket}/${s3.at("a").Key}`,
          MetadataDirective: "REPLACE",
          Metadata: { n: "2" },
          ContentType: "text/html",
        }),
      );
      const { ContentType, Metadata } = await s3.head("a");
      return [ContentType, Metadata];
    },
    expected: ["text/html", { n: "2" }],
  },
  {
    title: "a copy of an object onto itself that changes nothing is refused",
    observe: async (s3) => {
      await s3.put("a");
      const CopySource = `${s3.subject.bucket}/${s3.at("a").Key}`;
      return refusal(s3.client.send(new CopyObjectCommand({ ...s3.at("a"), CopySource })));
    },
    expected: "InvalidRequest 400",
  },
  {
    title: "a copy of a missing object is refused",
    observe: (s3) => {
      const CopySource = `${s3.subject.bucket}/${s3.at("no").Key}`;
      return refusal(s3.client.send(new CopyObjectCommand({ ...s3.at("a"), CopySource })));
    },
    expected: "NoSuchKey 404",
  },
  {
    title: "a listing is in the order of the UTF-8 bytes of its keys",
    observe: async (s3) => {
      await s3.putAll("b", "a", "B", "\u{1F600}", "\uFF5E", "é", "a/b", "a-b");
      return (await s3.list()).keys;
    },
    expected: ["B", "a", "a-b", "a/b", "b", "é", "\uFF5E", "\u{1F600}"],
  },
  {
    title: "a listing tells size, ETag and storage class",
    observe: async (s3) => {
      await s3.put("a");
      const { Bucket, Key: Prefix } = s3.at("");
      const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix }));
      const [entry] = Contents ?? [];
      return [entry?.Size, entry?.ETag, entry?.StorageClass];
    },
    expected: [5, HELLO_ETAG, "STANDARD"],
  },
  {
    title: "a prefix and a delimiter make folders of keys",
    observe: async (s3) => {
      await s3.putAll("x", "d/1", "d/2", "d/e/3", "e/4");
      const { keys, prefixes } = await s3.list({ Delimiter: "/" });
      const below = await s3.list({ Delimiter: "/", Prefix: "d/" });
      return [keys, prefixes, below.keys, below.prefixes];
    },
    expected: [["x"], ["d/", "e/"], ["d/1", "d/2"], ["d/e/"]],
  },
  {
    title: "pages together are the whole listing, none of them empty",
    observe: async (s3) => {
      await s3.putAll("a", "b", "c", "d", "e");
      return s3.pages({ MaxKeys: 2 });
    },
    expected: [["a", "b"], ["c", "d"], ["e"]],
  },
  {
    title: "a full last page is not followed by another",
    observe: async (s3) => {
      await s3.putAll("a", "b", "c", "d");
      return s3.pages({ MaxKeys: 2 });
    },
    expected: [
      ["a", "b"],
      ["c", "d"],
    ],
  },
  {
    title: "a folder counts as one entry of a page and is told once",
    observe: async (s3) => {
      await s3.putAll("a", "d/1", "d/2", "d/3", "e/1", "e/2", "f");
      return s3.pages({ MaxKeys: 2, Delimiter: "/" });
    },
    expected: [
      ["a", "d/"],
      ["e/", "f"],
    ],
  },
  {
    title: "a listing may start after a key, there or not",
    observe: async (s3) => {
      await s3.putAll("a", "b", "c");
      const after = async (key: string) => (await s3.list({ StartAfter: s3.at(key).Key })).keys;
      return [await after("a"), await after("aa"), await after("z")];
    },
    expected: [["b", "c"], ["b", "c"], []],
  },
  {
    title: "a page of no keys is not truncated",
    observe: async (s3) => {
      await s3.put("a");
      const { keys, truncated } = await s3.list({ MaxKeys: 0 });
      return [keys, truncated];
    },
    expected: [[], false],
  },
  {
    title: "a continuation token that the server did not give is refused",
    observe: (s3) => refusal(s3.list({ ContinuationToken: "*" })),
    expected: "InvalidArgument 400",
    motoDiffers: "it takes any token",
  },
  {
    title: "keys of a listing are encoded on request",
    observe: async (s3) => {
      await s3.put("a b+c%/é\u0001&");
      const { keys } = await s3.list({ EncodingType: "url" });
      return keys.map((key) => decodeURIComponent(key.replaceAll("+", " ")));
    },
    expected: ["a b+c%/é\u0001&"],
  },
  {
    title: "a bucket answers HEAD, says where it is and is among all buckets",
    observe: async (s3) => {
      const { bucket } = s3.subject;
      const head = await s3.client.send(new HeadBucketCommand({ Bucket: bucket }));
      const location = await s3.client.send(new GetBucketLocationCommand({ Bucket: bucket }));
      const { Buckets } = await s3.client.send(new ListBucketsCommand({}));
      return [
        head.$metadata.httpStatusCode,
        location.LocationConstraint,
        (Buckets ?? []).some(({ Name }) => Name === bucket),
      ];
    },
    expected: [200, "eu-west-1", true],
  },
  {
    title: "parts become one object, with the ETag of their MD5s",
    observe: async (s3) => {
      const id = await s3.createUpload("a");
      const parts = [
        await s3.uploadPart("a", id, 1, part(1)),
        await s3.uploadPart("a", id, 7, Buffer.from("end")),
      ];
      const hidden = (await s3.list()).keys;
      const { ETag } = await s3.complete("a", id, parts);
      const bytes = await (await s3.get("a")).Body?.transformToByteArray();
      return [hidden, ETag, md5(Buffer.from(bytes ?? []))];
    },
    expected: [
      [],
      `"${md5(Buffer.from(md5(part(1)) + md5("end"), "hex"))}-2"`,
      md5(Buffer.concat([part(1), Buffer.from("end")])),
    ],
  },
  {
    title: "a part other than the last that is too small is refused",
    observe: async (s3) => {
      const id = await s3.createUpload("a");
      const parts = [
        await s3.uploadPart("a", id, 1, Buffer.from("small")),
        await s3.uploadPart("a", id, 2, Buffer.from("end")),
      ];
      return refusal(s3.complete("a", id, parts));
    },
    expected: "EntityTooSmall 400",
  },
  {
    title: "parts out of order are refused",
    observe: async (s3) => {
      const id = await s3.createUpload("a");
      const first = await s3.uploadPart("a", id, 1, part(1));
      const second = await s3.uploadPart("a", id, 2, part(2));
      return refusal(s3.complete("a", id, [second, first]));
    },
    expected: "InvalidPartOrder 400",
    motoDiffers: "it puts parts together in any order",
  },
  {
    title: "a part that was never uploaded is refused",
    observe: async (s3) => {
      const id = await s3.createUpload("a");
      await s3.uploadPart("a", id, 1, part(1));
      return refusal(s3.complete("a", id, [{ PartNumber: 2, ETag: HELLO_ETAG }]));
    },
    expected: "InvalidPart 400",
  },
  {
    title: "an aborted upload cannot be completed",
    observe: async (s3) => {
      const id = await s3.createUpload("a");
      const only = await s3.uploadPart("a", id, 1, part(1));
      await s3.client.send(new AbortMultipartUploadCommand({ ...s3.at("a"), UploadId: id }));
      return [await refusal(s3.complete("a", id, [only])), await refusal(s3.get("a"))];
    },
    expected: ["NoSuchUpload 404", "NoSuchKey 404"],
    motoDiffers: "it fails with an internal error",
  },
  {
    title: "an object says how it is encrypted",
    observe: async (s3) => {
      const key = "arn:aws:kms:eu-west-1:000000000000:key/1";
      const input = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key } as const;
      const put = await s3.put("a", input);
      const head = await s3.head("a");
      return [put.ServerSideEncryption, head.ServerSideEncryption, head.SSEKMSKeyId === key];
    },
    expected: ["aws:kms", "aws:kms", true],
  },
  {
    title: "a versioned bucket gives back what was overwritten or deleted",
    observe: async (s3) => {
      const Bucket = s3.subject.versionedBucket;
      const first = await s3.put("a", { Bucket, Body: "first" });
      const second = await s3.put("a", { Bucket, Body: "second" });
      const marker = await s3.client.send(new DeleteObjectCommand({ ...s3.at("a"), Bucket }));
      const old = async (VersionId: string | undefined) => s3.text("a", { Bucket, VersionId });
      return [
        first.VersionId !== second.VersionId,
        marker.DeleteMarker,
        await refusal(s3.get("a", { Bucket })),
        await old(first.VersionId),
        await old(second.VersionId),
        await refusal(s3.get("a", { Bucket, VersionId: marker.VersionId })),
      ];
    },
    expected: [true, true, "NoSuchKey 404", "first", "second", "MethodNotAllowed 405"],
    motoDiffers: "it does not find a delete marker by its version",
  },
  {
    title: "deleting a delete marker brings the object back",
    observe: async (s3) => {
      const Bucket = s3.subject.versionedBucket;
      const input = { ...s3.at("a"), Bucket };
      await s3.put("a", { Bucket });
      const { VersionId } = await s3.client.send(new DeleteObjectCommand(input));
      await s3.client.send(new DeleteObjectCommand({ ...input, VersionId }));
      return s3.text("a", { Bucket });
    },
    expected: "hello",
  },
  {
    title: "a listing of versions has the newest of each key first, and what was deleted",
    observe: async (s3) => {
      const Bucket = s3.subject.versionedBucket;
      const put = async (key: string) => (await s3.put(key, { Bucket })).VersionId;
      const ids = [await put("b"), await put("a/ä"), await put("b")];
      const gone = await s3.client.send(new DeleteObjectCommand({ ...s3.at("a/ä"), Bucket }));
      const { Versions = [], DeleteMarkers = [] } = await s3.client.send(
        new ListObjectVersionsCommand({ Bucket, Prefix: s3.prefix }),
      );
      const seen = Versions.map(({ Key, VersionId, IsLatest, Size }) => [
        Key?.slice(s3.prefix.length),
        ids.indexOf(VersionId),
        IsLatest,
        Size,
      ]);
      const markers = DeleteMarkers.map(({ VersionId, IsLatest }) => [
        VersionId === gone.VersionId,
        IsLatest,
      ]);
      return [...seen, ...markers];
    },
    expected: [
      ["a/ä", 1, false, 5],
      ["b", 2, true, 5],
      ["b", 0, false, 5],
      [true, true],
    ],
  },
  {
    title: "pages of versions together are the whole listing, also if one ends within a key",
    observe: async (s3) => {
      const Bucket = s3.subject.versionedBucket;
      for (const key of ["a", "a", "a", "b", "c"]) {
        await s3.put(key, { Bucket });
      }
      const pages: string[] = [];
      let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (let more: boolean | undefined = true; more === true;) {
        const page = await s3.client.send(
          new ListObjectVersionsCommand({ Bucket, Prefix: s3.prefix, MaxKeys: 2, ...from }),
        );
        pages.push((page.Versions ?? []).map(({ Key }) => Key?.slice(-1)).join(""));
        from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
        more = page.IsTruncated;
      }
      return pages;
    },
    expected: ["aa", "ab", "c"],
  },
];
