/** Uploads in parts. */
import { randomBytes } from "node:crypto";
import { AwsError, type ServiceResponse } from "../../protocol";
import type { ObjectCall } from "./call";
import {
  checksumHeader,
  compositeChecksum,
  fullObjectChecksum,
  md5,
  parseAlgorithm,
  verifyBody,
  type Checksum,
} from "./checksums";
import { checkWrite } from "./conditions";
import {
  authorizeDecryption,
  authorizeEncryption,
  encryptionHeaders,
  objectEtag,
  storedHeaders,
} from "./headers";
import type { Part, Upload } from "./store";
import { malformedXml, parseXml, renderXml, type Element } from "./xml";

/** "Amazon S3 multipart upload limits". */
const MAX_PART_NUMBER = 10_000;
const MIN_PART_BYTES = 5 * 2 ** 20;

export function createMultipartUpload(call: ObjectCall): ServiceResponse {
  const { request, bucket, key, headers } = call;
  request.authorize("s3:PutObject", bucket.objectArn(key));
  const name = headers["x-amz-checksum-algorithm"];
  const algorithm = name === undefined ? undefined : parseAlgorithm(name);
  const type = headers["x-amz-checksum-type"];
  const stored = storedHeaders(headers, bucket.encryption);
  authorizeEncryption(request, stored);
  const upload: Upload = {
    key,
    headers: stored,
    algorithm,
    checksumType: type === "FULL_OBJECT" || algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE",
    parts: new Map(),
  };
  const uploadId = randomBytes(48).toString("base64url");
  bucket.uploads.set(uploadId, upload);
  return {
    status: 200,
    headers: {
      "content-type": "application/xml",
      ...encryptionHeaders(upload.headers),
      ...(algorithm === undefined
        ? {}
        : {
            "x-amz-checksum-algorithm": algorithm,
            "x-amz-checksum-type": upload.checksumType,
          }),
    },
    body: renderXml([
      "InitiateMultipartUploadResult",
      [
        ["Bucket", bucket.name],
        ["Key", key],
        ["UploadId", uploadId],
      ],
    ]),
  };
}

export function uploadPart(call: ObjectCall): ServiceResponse {
  const { request, bucket, key, headers, query } = call;
  request.authorize("s3:PutObject", bucket.objectArn(key));
  const upload = uploadOf(call);
  const number = Number(query.get("partNumber"));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER) {
    throw new AwsError(
      "InvalidArgument",
      400,
      `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
    );
  }
  const checksum = verifyBody(headers, request.body);
  if (upload.algorithm !== undefined && upload.algorithm !== checksum?.algorithm) {
    throw new AwsError(
      "InvalidRequest",
      400,
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual ` +
        `checksum Type: ${checksum?.algorithm ?? "null"}`,
    );
  }
  const etag = md5(request.body).toString("hex");
  upload.parts.set(number, { body: request.body, etag, checksum });
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      ...encryptionHeaders(upload.headers),
      ...(checksum === undefined ? {} : { [checksumHeader(checksum.algorithm)]: checksum.value }),
    },
  };
}

export function completeMultipartUpload(call: ObjectCall): ServiceResponse {
  const { request, bucket, key, headers, query } = call;
  request.authorize("s3:PutObject", bucket.objectArn(key));
  const upload = uploadOf(call);
  authorizeDecryption(request, upload.headers);
  const parts = chosenParts(upload, request.body);
  checkWrite(headers, key, bucket.current(key));
  const body = Buffer.concat(parts.map((part) => part.body));
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex")));
  const digest = `${md5(digests).toString("hex")}-${parts.length}`;
  const checksum = wholeChecksum(upload, parts, body);
  if (checksum !== undefined) {
    verifyWhole(headers[checksumHeader(checksum.algorithm)], checksum);
  }
  const object = call.create(
    { key, body, checksum, headers: upload.headers, etag: objectEtag(digest, upload.headers) },
    "CompleteMultipartUpload",
  );
  bucket.uploads.delete(query.get("uploadId") ?? "");
  const checksumElements: readonly Element[] =
    checksum === undefined
      ? []
      : [
          [`Checksum${checksum.algorithm}`, checksum.value],
          ["ChecksumType", checksum.type],
        ];
  return {
    status: 200,
    headers: {
      "content-type": "application/xml",
      ...encryptionHeaders(object.headers),
      ...(bucket.versioned ? { "x-amz-version-id": object.versionId } : {}),
    },
    body: renderXml([
      "CompleteMultipartUploadResult",
      [
        ["Location", request.url.href.split("?")[0]],
        ["Bucket", bucket.name],
        ["Key", key],
        ["ETag", `"${object.etag}"`],
        ...checksumElements,
      ],
    ]),
  };
}

export function abortMultipartUpload(call: ObjectCall): ServiceResponse {
  const { request, bucket, key, query } = call;
  request.authorize("s3:AbortMultipartUpload", bucket.objectArn(key));
  uploadOf(call);
  bucket.uploads.delete(query.get("uploadId") ?? "");
  return { status: 204 };
}

function uploadOf({ bucket, key, query }: ObjectCall): Upload {
  const id = query.get("uploadId") ?? "";
  const upload = bucket.uploads.get(id);
  if (upload?.key !== key) {
    throw new AwsError(
      "NoSuchUpload",
      404,
      "The specified upload does not exist. The upload ID may be invalid, or the upload may " +
        `have been aborted or completed: ${id}`,
    );
  }
  return upload;
}

/** The parts that the request lists, all of which must be there, in order and big enough. */
function chosenParts(upload: Upload, body: Buffer): readonly Part[] {
  const listed = parseXml(body, "CompleteMultipartUpload").all("Part");
  if (listed.length === 0) {
    throw malformedXml();
  }
  let previous = 0;
  return listed.map((element, index) => {
    const number = Number(element.textOf("PartNumber"));
    if (!(number > previous)) {
      throw new AwsError(
        "InvalidPartOrder",
        400,
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    }
    previous = number;
    const part = upload.parts.get(number);
    if (part === undefined || element.textOf("ETag")?.replaceAll('"', "") !== part.etag) {
      throw new AwsError(
        "InvalidPart",
        400,
        `Part ${number} could not be found: it was not uploaded, or its entity tag differs`,
      );
    }
    if (index < listed.length - 1 && part.body.length < MIN_PART_BYTES) {
      throw new AwsError(
        "EntityTooSmall",
        400,
        `Part ${number} has ${part.body.length} bytes; all but the last need ${MIN_PART_BYTES}`,
      );
    }
    return part;
  });
}

function wholeChecksum(
  { algorithm, checksumType }: Upload,
  parts: readonly Part[],
  body: Buffer,
): Checksum | undefined {
  if (algorithm === undefined) {
    return undefined;
  }
  return checksumType === "FULL_OBJECT"
    ? fullObjectChecksum(algorithm, body)
    : compositeChecksum(
        algorithm,
        parts.flatMap(({ checksum }) => (checksum === undefined ? [] : [checksum])),
      );
}

function verifyWhole(stated: string | undefined, { algorithm, value }: Checksum): void {
  if (stated !== undefined && stated !== value) {
    throw new AwsError(
      "BadDigest",
      400,
      `The ${algorithm} you specified did not match the calculated checksum.`,
    );
  }
}
