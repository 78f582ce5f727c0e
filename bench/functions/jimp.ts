/**
 * The serialize function with jimp's decoders: what it was before it had its own, without the
 * checks of headers that it needed then. `bench/pictures` asks it for pictures, too.
 */
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createJimp } from "@jimp/core";
import bmp from "@jimp/js-bmp";
import gif from "@jimp/js-gif";
import jpeg from "@jimp/js-jpeg";
import png, { PNGColorType } from "@jimp/js-png";
import { methods as resizing } from "@jimp/plugin-resize";
import { serializeImage, type Normalize } from "../../functions/serialize-image/core";
import { readImageShape, readMaxPixels } from "../../functions/shared/environment";
import { parseImageRequest } from "../../functions/shared/events";
import { observed } from "../../functions/shared/observability";

const Image = createJimp({ formats: [png, jpeg, bmp, gif], plugins: [resizing] });

/** Without jimp's own limits, so that its memory is seen as it is. */
const LIMITS = { maxMemoryUsageInMB: 8192, maxResolutionInMP: 1000 };

export const normalizeImage: Normalize = async (bytes, _name, { size }) => {
  const image = await Image.fromBuffer(bytes, { "image/jpeg": LIMITS });
  return image
    .resize({ w: size.width, h: size.height })
    .getBuffer("image/png", { colorType: PNGColorType.COLOR });
};

let client: S3Client | undefined;

export const handler = observed("Image serialized", (event) => {
  const s3 = (client ??= new S3Client({}));
  return serializeImage(
    parseImageRequest(event),
    { size: readImageShape(process.env), maxPixels: readMaxPixels(process.env) },
    (input) => s3.send(new GetObjectCommand(input)),
    normalizeImage,
  );
});
