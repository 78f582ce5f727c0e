import type { GetObjectCommandInput, GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { ERRORS, type ImageRequest } from "../../contract/inference";
import { FunctionError } from "../functionError";

/** Largest object that is read, in bytes: a photo of a phone fits, a video does not. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

export type GetObject = (input: GetObjectCommandInput) => Promise<GetObjectCommandOutput>;

/** What S3 calls an object of a bucket that keeps no versions ("Versioning", S3 User Guide). */
const UNVERSIONED = "null";

/** What S3 answers when the object, or this version of it, is gone or was never there. */
const NOT_FOUND: readonly string[] = ["NoSuchKey", "NoSuchVersion", "MethodNotAllowed"];

/**
 * Reads one version of an object into memory, having looked at its size first. Without a version
 * it is the current one, which is named then.
 * @param name of the image, for messages
 * @throws FunctionError `ImageNotFoundError`, `ImageTooLargeError`, or `UnreadableImageError` if it
 *   is empty; what else S3 answers, such as `AccessDenied`, passes through under its own name
 */
export async function readImageObject(
  image: ImageRequest,
  name: string,
  getObject: GetObject,
): Promise<{ readonly bytes: Buffer; readonly versionId: string }> {
  const version = image.versionId === null ? "" : ` in version ${image.versionId}`;
  const answer = await getObject({
    Bucket: image.bucket,
    Key: image.key,
    ...(image.versionId === null ? {} : { VersionId: image.versionId }),
  }).catch((error: unknown) => {
    if (error instanceof Error && NOT_FOUND.includes(error.name)) {
      throw new FunctionError(ERRORS.imageNotFound, `${name} does not exist${version}`, {
        cause: error,
      });
    }
    throw error;
  });
  const { Body: body, ContentLength: length } = answer;
  if (length !== undefined && length > MAX_OBJECT_BYTES) {
    // Nobody reads the body: without this the connection would stay taken.
    if (body !== undefined && "destroy" in body) {
      body.destroy();
    }
    throw new FunctionError(
      ERRORS.imageTooLarge,
      `${name} has ${length} bytes: send at most ${MAX_OBJECT_BYTES}`,
    );
  }
  const bytes = Buffer.from((await body?.transformToByteArray()) ?? []);
  if (bytes.length === 0) {
    throw new FunctionError(ERRORS.unreadableImage, `${name} is empty`);
  }
  return { bytes, versionId: image.versionId ?? answer.VersionId ?? UNVERSIONED };
}
