/** Which headers of an upload belong to the object. */
import { AwsError, type ServiceRequest } from "../../protocol";
import { randomHex } from "./identifiers";
import type { Encryption } from "./store";

type Headers = Readonly<Record<string, string>>;

const SYSTEM_METADATA = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

const ENCRYPTION = "x-amz-server-side-encryption";
const KMS_KEY = `${ENCRYPTION}-aws-kms-key-id`;
const BUCKET_KEY = `${ENCRYPTION}-bucket-key-enabled`;

/** Of a request: what would change who may read the object, or for how long it stays. */
const NOT_IMPLEMENTED =
  /^x-amz-(acl|grant-.*|tagging|tagging-directive|object-lock-.*|website-redirect-location|.*customer-algorithm|copy-source-if-.*|copy-source-range|server-side-encryption-context|write-offset-bytes)$/;

/**
 * Refuses a request that asks for more than is done here.
 * @throws AwsError `NotImplemented`
 */
export function refuseUnknownFeatures(headers: Headers): void {
  const header = Object.keys(headers).find((name) => NOT_IMPLEMENTED.test(name));
  const storageClass = headers["x-amz-storage-class"] ?? "STANDARD";
  if (header !== undefined || storageClass !== "STANDARD") {
    throw new AwsError(
      "NotImplemented",
      501,
      "A header you provided implies functionality that the local S3 does not have: " +
        (header ?? `x-amz-storage-class: ${storageClass}`),
    );
  }
}

/**
 * What of an upload's headers is stored with the object and comes back with it.
 * @param bucketDefault how to encrypt when the request does not say
 */
export function storedHeaders(headers: Headers, bucketDefault: Encryption): Headers {
  const metadata = Object.entries(headers).filter(
    ([name]) => SYSTEM_METADATA.includes(name) || name.startsWith("x-amz-meta-"),
  );
  return {
    // What S3 stores for an upload that does not say.
    "content-type": "binary/octet-stream",
    ...Object.fromEntries(metadata),
    ...chosenEncryption(headers, bucketDefault),
  };
}

/** The encryption among an object's headers: part of the answer to every write. */
export function encryptionHeaders(stored: Headers): Headers {
  return Object.fromEntries(Object.entries(stored).filter(([name]) => name.startsWith(ENCRYPTION)));
}

/**
 * The ETag of an object: its digest, unless it is encrypted with a KMS key; then it is no digest
 * of the content ("Object", S3 API Reference).
 */
export function objectEtag(digest: string, stored: Headers): string {
  return stored[ENCRYPTION] === "aws:kms" ? randomHex() : digest;
}

/**
 * Lets only those write who may use the key that the object is encrypted with; the key that AWS
 * manages is for everybody in the account ("Protecting data with SSE-KMS", S3 User Guide).
 * @throws AwsError `AccessDenied`
 */
export function authorizeEncryption({ authorize }: ServiceRequest, stored: Headers): void {
  authorizeKey("kms:GenerateDataKey", authorize, stored);
}

/** The same for those who read, or put parts together. */
export function authorizeDecryption({ authorize }: ServiceRequest, stored: Headers): void {
  authorizeKey("kms:Decrypt", authorize, stored);
}

function authorizeKey(
  action: string,
  authorize: ServiceRequest["authorize"],
  stored: Headers,
): void {
  const key = stored[KMS_KEY];
  if (key !== undefined) {
    authorize(action, key);
  }
}

function chosenEncryption(headers: Headers, bucketDefault: Encryption): Headers {
  const algorithm = headers[ENCRYPTION] ?? bucketDefault.algorithm;
  if (algorithm === "AES256") {
    return { [ENCRYPTION]: algorithm };
  }
  if (algorithm !== "aws:kms") {
    throw new AwsError(
      "InvalidArgument",
      400,
      `The encryption method specified is not supported: ${algorithm}`,
    );
  }
  const key = headers[KMS_KEY] ?? bucketDefault.kmsKeyArn;
  if (key !== undefined && !key.startsWith("arn:")) {
    throw new AwsError("NotImplemented", 501, `Name the KMS key by its ARN, not as ${key}`);
  }
  const bucketKey = headers[BUCKET_KEY] ?? String(bucketDefault.bucketKey ?? false);
  return {
    [ENCRYPTION]: algorithm,
    ...(key === undefined ? {} : { [KMS_KEY]: key }),
    ...(bucketKey === "true" ? { [BUCKET_KEY]: bucketKey } : {}),
  };
}
