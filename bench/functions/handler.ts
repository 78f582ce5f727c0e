import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { serializeImage, type Normalize } from "../../functions/serialize-image/core";
import { readImageShape, readMaxPixels } from "../../functions/shared/environment";
import { parseImageRequest } from "../../functions/shared/events";
import { observed } from "../../functions/shared/observability";

/** The serialize function with something else that reads pictures. */
export function handlerWith(normalize: Normalize) {
  let client: S3Client | undefined;
  return observed("Image serialized", (event) => {
    const s3 = (client ??= new S3Client({}));
    return serializeImage(
      parseImageRequest(event),
      { size: readImageShape(process.env), maxPixels: readMaxPixels(process.env) },
      (input) => s3.send(new GetObjectCommand(input)),
      normalize,
    );
  });
}
