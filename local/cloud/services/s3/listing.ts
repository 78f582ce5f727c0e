/** ListObjectsV2, and what ListObjectVersions has in common with it. */
import { AwsError, type ServiceResponse } from "../../protocol";
import type { BucketCall } from "./call";
import type { Bucket, ObjectVersion } from "./store";
import { renderXml, type Element } from "./xml";

const MAX_KEYS = 1000;

interface Page {
  readonly contents: readonly ObjectVersion[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix, when more follows. */
  readonly last: string | undefined;
}

export function listObjects(call: BucketCall): ServiceResponse {
  const { request, bucket, query } = call;
  request.authorize("s3:ListBucket", bucket.arn);
  const { prefix, maxKeys, encodingType, encode } = readListQuery(query);
  const delimiter = query.get("delimiter") ?? "";
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after");
  const { contents, commonPrefixes, last } = listPage(bucket, {
    prefix,
    delimiter,
    maxKeys,
    after: token === null ? (startAfter ?? "") : decodeToken(token),
    resumed: token !== null,
  });
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: renderXml([
      "ListBucketResult",
      [
        ["Name", bucket.name],
        ["Prefix", encode(prefix)],
        ["Delimiter", delimiter === "" ? undefined : encode(delimiter)],
        ["StartAfter", startAfter === null ? undefined : encode(startAfter)],
        ["EncodingType", encodingType],
        ["MaxKeys", maxKeys],
        ["KeyCount", contents.length + commonPrefixes.length],
        ["IsTruncated", last !== undefined],
        ["ContinuationToken", token ?? undefined],
        ["NextContinuationToken", last === undefined ? undefined : encodeToken(last)],
        ...contents.map((object): Element => ["Contents", describe(object, encode)]),
        ...commonPrefixes.map((each): Element => ["CommonPrefixes", [["Prefix", encode(each)]]]),
      ],
    ]),
  };
}

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Only keys after this one. */
  readonly after: string;
  /** Whether `after` ended the page before, so that it may be a common prefix already told. */
  readonly resumed: boolean;
}

/** One page in the order of keys; keys with the same text up to the delimiter count as one. */
function listPage(bucket: Bucket, wanted: PageRequest): Page {
  const { prefix, delimiter, maxKeys, after, resumed } = wanted;
  const contents: ObjectVersion[] = [];
  const commonPrefixes: string[] = [];
  let last = resumed ? after : undefined;
  const start = Buffer.compare(Buffer.from(prefix), Buffer.from(after)) > 0 ? prefix : after;
  for (const key of bucket.keysFrom(start)) {
    if (key === after) {
      continue;
    }
    if (!key.startsWith(prefix)) {
      break;
    }
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = end === -1 ? key : key.slice(0, end + delimiter.length);
    if (end !== -1 && entry === last) {
      continue;
    }
    if (contents.length + commonPrefixes.length >= maxKeys) {
      return { contents, commonPrefixes, last: maxKeys === 0 ? undefined : last };
    }
    const object = end === -1 ? bucket.current(key) : undefined;
    if (end !== -1) {
      commonPrefixes.push(entry);
    } else if (object !== undefined) {
      contents.push(object);
    }
    last = entry;
  }
  return { contents, commonPrefixes, last: undefined };
}

interface ListQuery {
  readonly prefix: string;
  /** Entries of a page at most. */
  readonly maxKeys: number;
  readonly encodingType: string | undefined;
  /** Writes a key as the type says. */
  readonly encode: (text: string) => string;
}

/** What both listings are asked for. @throws AwsError `InvalidArgument` */
export function readListQuery(query: URLSearchParams): ListQuery {
  const encodingType = query.get("encoding-type") ?? undefined;
  return {
    prefix: query.get("prefix") ?? "",
    maxKeys: parseMaxKeys(query.get("max-keys")),
    encodingType,
    encode: encoder(encodingType),
  };
}

/** An object, or a version of one, in a listing. */
export function describe(
  object: ObjectVersion,
  encode: (text: string) => string,
): readonly Element[] {
  const { checksum } = object;
  return [
    ["Key", encode(object.key)],
    ["LastModified", object.lastModified.toISOString()],
    ["ETag", `"${object.etag}"`],
    ["ChecksumAlgorithm", checksum?.algorithm],
    ["ChecksumType", checksum?.type],
    ["Size", object.body.size],
    ["StorageClass", "STANDARD"],
  ];
}

function parseMaxKeys(text: string | null): number {
  if (text !== null && !/^\d+$/.test(text)) {
    throw new AwsError("InvalidArgument", 400, `Provided max-keys not an integer: ${text}`);
  }
  return Math.min(MAX_KEYS, Number(text ?? MAX_KEYS));
}

/** As a form field is encoded, but for the slashes, which stay. */
function encoder(type: string | undefined): (text: string) => string {
  switch (type) {
    case undefined:
      return (text) => text;
    case "url":
      return (text) => new URLSearchParams({ "": text }).toString().slice(1).replaceAll("%2F", "/");
    default:
      throw new AwsError("InvalidArgument", 400, `Invalid Encoding Method specified: ${type}`);
  }
}

function encodeToken(last: string): string {
  return Buffer.from(last).toString("base64url");
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (text === "" || encodeToken(text) !== token) {
    throw new AwsError("InvalidArgument", 400, "The continuation token provided is incorrect");
  }
  return text;
}
