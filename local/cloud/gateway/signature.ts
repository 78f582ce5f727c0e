/** Signature Version 4, as the receiving side checks it ("Create a signed AWS API request"). */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "../protocol";

/** What a request needs for its signature to be checked. */
export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names, as they came. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, chunk framing included. */
  readonly body: Buffer;
}

/** The claim that a request makes about who signed it. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  /** Signing name of the service, for example `s3`. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** `YYYYMMDD'T'HHMMSS'Z'` */
  readonly timestamp: string;
  /** When a presigned request ends to be valid. */
  readonly expires: Date | undefined;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/**
 * Reads the claim from the Authorization header, or from the query of a presigned URL.
 * @returns undefined for a request that is not signed this way
 */
export function readClaim({ url, headers }: SignedRequest): SignatureClaim | undefined {
  const query = url.searchParams;
  const header =
    /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=(\w+)$/.exec(
      headers["authorization"] ?? "",
    );
  const presigned = query.get("X-Amz-Algorithm") === ALGORITHM;
  const [credential, signedHeaders, signature] =
    header === null
      ? ["Credential", "SignedHeaders", "Signature"].map((name) => query.get(`X-Amz-${name}`) ?? "")
      : header.slice(1);
  const [accessKeyId, date, region, service] = (credential ?? "").split("/");
  if ((header === null && !presigned) || !accessKeyId || !date || !region || !service) {
    return undefined;
  }
  const timestamp = (header === null ? query.get("X-Amz-Date") : headers["x-amz-date"]) ?? "";
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: (signedHeaders ?? "").split(";"),
    signature: signature ?? "",
    sessionToken: headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined,
    timestamp,
    expires: header === null ? expiry(timestamp, query.get("X-Amz-Expires")) : undefined,
  };
}

/**
 * Checks that the secret key signed exactly this request, and that the body is the one signed.
 * The signatures of single chunks of a streamed body are not checked.
 * @throws AwsError `SignatureDoesNotMatch`, `AccessDenied` (expired) or `XAmzContentSHA256Mismatch`
 */
export function verifySignature(
  claim: SignatureClaim,
  request: SignedRequest,
  secretAccessKey: string,
): void {
  if (claim.expires !== undefined && !(claim.expires > new Date())) {
    throw new AwsError("AccessDenied", 403, "Request has expired");
  }
  const scope = [claim.date, claim.region, claim.service, "aws4_request"];
  const stringToSign = [
    ALGORITHM,
    claim.timestamp,
    scope.join("/"),
    sha256(canonicalRequest(claim, request)),
  ].join("\n");
  const expected = hmac(signingKey(secretAccessKey, scope), stringToSign);
  const actual = Buffer.from(claim.signature, "hex");
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw new AwsError(
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. " +
        "Check your key and signing method.",
    );
  }
  const declared = request.headers["x-amz-content-sha256"] ?? "";
  if (/^[0-9a-f]{64}$/.test(declared) && declared !== sha256(request.body)) {
    throw new AwsError(
      "XAmzContentSHA256Mismatch",
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}

/** The last keys that were derived: a secret has one for each service and day. */
const signingKeys = new Map<string, Buffer>();
const MOST_SIGNING_KEYS = 100;

function signingKey(secretAccessKey: string, scope: readonly string[]): Buffer {
  const name = [secretAccessKey, ...scope].join("/");
  let key = signingKeys.get(name);
  if (key === undefined) {
    if (signingKeys.size >= MOST_SIGNING_KEYS) {
      signingKeys.clear();
    }
    key = scope.reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`));
    signingKeys.set(name, key);
  }
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function canonicalRequest(claim: SignatureClaim, request: SignedRequest): string {
  const { method, url, headers, body } = request;
  // S3 alone signs the path as it is sent; for all other services it is encoded once more.
  const path =
    claim.service === "s3" ? url.pathname : encodeURIComponent(url.pathname).replaceAll("%2F", "/");
  const query = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .sort()
    .join("&");
  const headerLines = claim.signedHeaders.map(
    (name) => `${name}:${(headers[name] ?? "").trim().replace(/ +/g, " ")}\n`,
  );
  const payloadHash =
    headers["x-amz-content-sha256"] ??
    (claim.expires === undefined ? sha256(body) : UNSIGNED_PAYLOAD);
  return [
    method,
    path,
    query,
    headerLines.join(""),
    claim.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function expiry(timestamp: string, seconds: string | null): Date {
  const iso = timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return new Date(Date.parse(iso) + Number(seconds) * 1000);
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
