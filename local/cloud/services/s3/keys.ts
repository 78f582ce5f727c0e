/** Keys as they come in paths. */
import { AwsError } from "../../protocol";

/** "Creating object key names", S3 User Guide. */
const MAX_KEY_BYTES = 1024;

/**
 * Decodes a key, once.
 * @throws AwsError `InvalidURI` or `KeyTooLongError`
 */
export function decodeKey(encoded: string): string {
  let key: string;
  try {
    key = decodeURIComponent(encoded);
  } catch {
    throw new AwsError("InvalidURI", 400, `Couldn't parse the specified URI: ${encoded}`);
  }
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new AwsError("KeyTooLongError", 400, "Your key is too long");
  }
  return key;
}
