import { readImageObject, type GetObject } from "../../common/pictures/object";
import type { NormalizeSettings } from "../../common/pictures/image";
import type { ImageRequest, SerializedImage } from "../../contract/inference";

/** How the bytes of a file become a PNG. */
type MakePng<S> = (bytes: Buffer, name: string, settings: S) => Promise<Buffer>;

/** How they become the model's: `normalizeImage`, or that and a stopwatch. */
export type Normalize = MakePng<NormalizeSettings>;

/**
 * Reads one version of an image of any format we know, and makes it what the model takes: a PNG of
 * its size, about 3 kB, as base64. Without a version it is the current one, which is named then.
 * @throws FunctionError `ImageNotFoundError`, `ImageTooLargeError` or `UnreadableImageError`;
 *   what else S3 answers, such as `AccessDenied`, passes through under its own name
 */
export async function serializeImage<S>(
  image: ImageRequest,
  settings: S,
  getObject: GetObject,
  makePng: MakePng<S>,
): Promise<SerializedImage> {
  const name = `s3://${image.bucket}/${image.key}`;
  const { bytes, versionId } = await readImageObject(image, name, getObject);
  const png = await makePng(bytes, name, settings);
  return { image: { ...image, versionId }, imageData: png.toString("base64") };
}
