import { createHash } from "node:crypto";
import { INFERENCE_PREFIXES, type ImageReference } from "../contract/inference";

type ImageVersion = Pick<ImageReference, "key" | "versionId">;

/** Longest key of an object, in bytes of UTF-8 ("Object key naming", Amazon S3 User Guide). */
export const MAX_KEY_BYTES = 1024;

/** Of a key, so many bytes are in its record's whatever its length: of 1024, for prefix and hash. */
const LEAST_KEPT_BYTES = 900;

/**
 * Key of the record of one version of an image: `<prefix><key>/<version>.json`. Where that would
 * be too long for S3, the image's key is cut and a hash of what is missing takes its place.
 */
export function recordKey(prefix: string, { key, versionId }: ImageVersion): string {
  const whole = `${prefix}${key}/${versionId}.json`;
  if (Buffer.byteLength(whole) <= MAX_KEY_BYTES) {
    return whole;
  }
  const hash = createHash("sha256").update(`${key}/${versionId}`).digest("hex");
  const end = `~${hash}.json`;
  return `${prefix}${cut(key, MAX_KEY_BYTES - Buffer.byteLength(prefix + end))}${end}`;
}

/**
 * What the keys of the records begin with of all images whose keys begin with a prefix: so much of it
 * as none of them is cut to. A hash, as of a failure, is not under it.
 */
export function recordPrefix(prefix: string, keyPrefix: string): string {
  return prefix + cut(keyPrefix, LEAST_KEPT_BYTES);
}

/**
 * Key of the record of a failure, as the state machine writes it: its language can tell no length,
 * so where the usual key is too long, all of it is a hash.
 */
export function failureRecordKey({ key, versionId }: ImageVersion): string {
  const { failed } = INFERENCE_PREFIXES;
  const whole = `${failed}${key}/${versionId}.json`;
  return Buffer.byteLength(whole) <= MAX_KEY_BYTES
    ? whole
    : `${failed}${createHash("sha256").update(`${key}/${versionId}`).digest("hex")}.json`;
}

/** Key of the claim of a version, which says which execution has taken it. */
export function claimKey({ key, versionId }: ImageVersion): string {
  const hash = createHash("sha256").update(`${versionId}/${key}`).digest("hex");
  return `${INFERENCE_PREFIXES.claims}${hash}.json`;
}

/** The longest beginning of a text that has at most so many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  const kept = Buffer.alloc(bytes);
  const { read } = new TextEncoder().encodeInto(text, kept);
  return text.slice(0, read);
}
