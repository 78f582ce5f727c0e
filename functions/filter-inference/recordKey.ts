import { createHash } from "node:crypto";
import type { ImageReference } from "../../contract/inference";

/** Longest key of an object, in bytes of UTF-8 ("Object key naming", Amazon S3 User Guide). */
const MAX_KEY_BYTES = 1024;

/**
 * Key of the record of one version of an image: `<prefix><key>/<version>.json`. Where that would
 * be too long for S3, the image's key is cut and a hash of what is missing takes its place.
 */
export function recordKey(
  prefix: string,
  { key, versionId }: Pick<ImageReference, "key" | "versionId">,
): string {
  const whole = `${prefix}${key}/${versionId}.json`;
  if (Buffer.byteLength(whole) <= MAX_KEY_BYTES) {
    return whole;
  }
  const hash = createHash("sha256").update(`${key}/${versionId}`).digest("hex");
  const end = `~${hash}.json`;
  return `${prefix}${cut(key, MAX_KEY_BYTES - Buffer.byteLength(prefix + end))}${end}`;
}

/** The longest beginning of a text that has at most so many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  const kept = Buffer.alloc(bytes);
  const { read } = new TextEncoder().encodeInto(text, kept);
  return text.slice(0, read);
}
