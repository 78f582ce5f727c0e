import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { SerializedImage } from "../contract";
import { readImageShape, readMaxPixels } from "../shared/environment";
import { parseImageReference } from "../shared/events";
import { serializeImage } from "./core";

/** @param connect makes the client, at the first event; later events share its connection */
export function createHandler(connect: () => S3Client) {
  let client: S3Client | undefined;
  return async (event: unknown): Promise<SerializedImage> => {
    const image = parseImageReference(event);
    const settings = {
      size: readImageShape(process.env),
      maxPixels: readMaxPixels(process.env),
    };
    const s3 = (client ??= connect());
    return serializeImage(image, settings, (input) => s3.send(new GetObjectCommand(input)));
  };
}

/**
 * First step of the workflow: an `ImageReference` becomes a `SerializedImage`.
 * @throws FunctionError `InvalidEventError`, `InvalidEnvironmentError`, and those of the core
 */
export const handler = createHandler(() => new S3Client({}));
