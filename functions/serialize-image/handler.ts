import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { METRICS } from "../../contract/monitoring";
import { readImageShape, readMaxPixels } from "../shared/environment";
import { parseImageRequest } from "../shared/events";
import { observed } from "../shared/observability";
import { serializeImage, type Normalize } from "./core";
import { normalizeImage } from "../../common/pictures/image";

/** @param connect makes the client, at the first event; later events share its connection */
export function createHandler(connect: () => S3Client) {
  let client: S3Client | undefined;
  return observed("Image serialized", async (event, invocation) => {
    const image = parseImageRequest(event);
    invocation.log({ image });
    const settings = {
      size: readImageShape(process.env),
      maxPixels: readMaxPixels(process.env),
    };
    const s3 = (client ??= connect());
    const normalize: Normalize = (bytes, ...others) => {
      invocation.measure(METRICS.bytesRead, bytes.length);
      return invocation.time(METRICS.decodeDuration, () => normalizeImage(bytes, ...others));
    };
    const serialized = await serializeImage(
      image,
      settings,
      (input) => s3.send(new GetObjectCommand(input)),
      normalize,
    );
    invocation.measure(METRICS.imagesSerialized, 1);
    return serialized;
  });
}

/**
 * First step of the workflow: an `ImageReference` becomes a `SerializedImage`.
 * @throws FunctionError `InvalidEventError`, `InvalidEnvironmentError`, and those of the core
 */
export const handler = createHandler(() => new S3Client({ cacheMiddleware: true }));
