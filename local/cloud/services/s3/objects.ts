/** Writing, reading and copying single objects. */
import { AwsError, type ServiceResponse } from "../../protocol";
import type { BucketCall, ObjectCall } from "./call";
import { checksumHeaders, md5, verifyBody } from "./checksums";
import { checkWrite, isNotModified, noSuchKey, parseRange } from "./conditions";
import {
  authorizeDecryption,
  authorizeEncryption,
  encryptionHeaders,
  objectEtag,
  storedHeaders,
} from "./headers";
import { decodeKey } from "./keys";
import type { ObjectVersion } from "./store";
import { renderXml } from "./xml";

export function putObject(call: ObjectCall): ServiceResponse {
  const { request, bucket, key, headers } = call;
  request.authorize("s3:PutObject", bucket.objectArn(key));
  const { body } = request;
  const checksum = verifyBody(headers, body);
  checkWrite(headers, key, bucket.current(key));
  const stored = storedHeaders(headers, bucket.encryption);
  authorizeEncryption(request, stored);
  const object = call.create(
    { key, body, checksum, headers: stored, etag: objectEtag(md5(body).toString("hex"), stored) },
    "PutObject",
  );
  return {
    status: 200,
    headers: {
      etag: `"${object.etag}"`,
      ...encryptionHeaders(object.headers),
      ...versionHeaders(call, object),
      ...checksumHeaders(checksum),
    },
  };
}

export function getObject(call: ObjectCall): ServiceResponse {
  const object = readable(call);
  const { request, headers, query } = call;
  const described = describe(call, object);
  if (isNotModified(headers, object)) {
    return { status: 304, headers: { etag: `"${object.etag}"`, ...versionHeaders(call, object) } };
  }
  if (request.method !== "HEAD") {
    authorizeDecryption(request, object.headers);
  }
  const range = parseRange(headers["range"], object.body.size);
  const overrides = Object.fromEntries(
    [...query].flatMap(([name, value]) =>
      name.startsWith("response-") ? [[name.slice("response-".length), value]] : [],
    ),
  );
  if (range !== undefined) {
    return {
      status: 206,
      headers: {
        ...described,
        ...overrides,
        "content-length": String(range.end - range.start),
        "content-range": `bytes ${range.start}-${range.end - 1}/${object.body.size}`,
      },
      body: object.body.read().subarray(range.start, range.end),
    };
  }
  const checksum = headers["x-amz-checksum-mode"] === "ENABLED" ? object.checksum : undefined;
  return {
    status: 200,
    headers: { ...described, ...overrides, ...checksumHeaders(checksum) },
    // Of an answer to HEAD the body is never sent.
    body: request.method === "HEAD" ? "" : object.body.read(),
  };
}

/** The same answer as GetObject; of an answer to HEAD the body is never sent, nor decrypted. */
export const headObject = getObject;

export function copyObject(call: ObjectCall): ServiceResponse {
  const { request, bucket, key, headers } = call;
  const source = copySource(call);
  request.authorize("s3:PutObject", bucket.objectArn(key));
  checkWrite(headers, key, bucket.current(key));
  const replace = headers["x-amz-metadata-directive"] === "REPLACE";
  if (!replace && source.bucket === bucket && isCurrent(source.object, call)) {
    throw new AwsError(
      "InvalidRequest",
      400,
      "This copy request is illegal because it is trying to copy an object to itself without " +
        "changing the object's metadata.",
    );
  }
  // Encryption is the destination's; all else is the source's unless the request replaces it.
  const encryption = encryptionHeaders(storedHeaders(headers, bucket.encryption));
  const stored = {
    ...(replace
      ? storedHeaders(headers, bucket.encryption)
      : withoutEncryption(source.object.headers)),
    ...encryption,
  };
  authorizeDecryption(request, source.object.headers);
  authorizeEncryption(request, stored);
  const { checksum } = source.object;
  const body = source.object.body.read();
  const object = call.create(
    {
      key,
      body,
      checksum: checksum?.type === "COMPOSITE" ? undefined : checksum,
      headers: stored,
      etag: objectEtag(md5(body).toString("hex"), stored),
    },
    "CopyObject",
  );
  return {
    status: 200,
    headers: {
      "content-type": "application/xml",
      ...encryption,
      ...versionHeaders(call, object),
      ...(source.bucket.versioned
        ? { "x-amz-copy-source-version-id": source.object.versionId }
        : {}),
    },
    body: renderXml([
      "CopyObjectResult",
      [
        ["LastModified", object.lastModified.toISOString()],
        ["ETag", `"${object.etag}"`],
      ],
    ]),
  };
}

function copySource(call: ObjectCall) {
  const [path = "", query] = (call.headers["x-amz-copy-source"] ?? "").split("?");
  const [, name, encodedKey] = /^\/?([^/]+)\/(.+)$/s.exec(path) ?? [];
  if (name === undefined || encodedKey === undefined) {
    throw new AwsError(
      "InvalidArgument",
      400,
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  }
  const bucket = call.buckets.get(name);
  const key = decodeKey(encodedKey);
  return { bucket, object: readable({ ...call, bucket, key, query: new URLSearchParams(query) }) };
}

function isCurrent({ key, versionId }: ObjectVersion, call: ObjectCall): boolean {
  return key === call.key && versionId === call.bucket.current(key)?.versionId;
}

/** The object that a request names, if the caller may read it. */
function readable({ request, bucket, key, query }: ObjectCall): ObjectVersion {
  const versionId = query.get("versionId");
  request.authorize(
    versionId === null ? "s3:GetObject" : "s3:GetObjectVersion",
    bucket.objectArn(key),
  );
  const object = versionId === null ? bucket.current(key) : bucket.version(key, versionId);
  if (object === undefined) {
    // Whether a key is there is told only to who may list ("GetObject", S3 API Reference).
    request.authorize("s3:ListBucket", bucket.arn);
    throw versionId === null
      ? noSuchKey(key)
      : new AwsError("NoSuchVersion", 404, `The specified version does not exist: ${versionId}`);
  }
  if (object.deleteMarker) {
    throw new AwsError(
      "MethodNotAllowed",
      405,
      "The specified method is not allowed against this resource: it is a delete marker",
    );
  }
  return object;
}

function describe(call: ObjectCall, object: ObjectVersion): Readonly<Record<string, string>> {
  return {
    ...object.headers,
    ...versionHeaders(call, object),
    "content-length": String(object.body.size),
    "last-modified": object.lastModified.toUTCString(),
    "accept-ranges": "bytes",
    etag: `"${object.etag}"`,
  };
}

function versionHeaders({ bucket }: BucketCall, { versionId }: ObjectVersion) {
  return bucket.versioned ? { "x-amz-version-id": versionId } : {};
}

function withoutEncryption(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const encryption = encryptionHeaders(headers);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !(name in encryption)));
}
