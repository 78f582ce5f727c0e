import { createJimp } from "@jimp/core";
import bmp from "@jimp/js-bmp";
import gif from "@jimp/js-gif";
import jpeg from "@jimp/js-jpeg";
import png, { PNGColorType } from "@jimp/js-png";
import { methods as resizing } from "@jimp/plugin-resize";
import { ERRORS } from "../../contract/inference";
import type { ImageSize } from "../shared/environment";
import { FunctionError, messageOf } from "../shared/errors";
import { refuseBomb } from "./bombs";
import { FORMATS, readHeader, type ImageHeader } from "./header";

/**
 * No TIFF: its decoder returns black pixels for a file that is cut off, and fills the memory of
 * the process on a directory that refers to itself. No WebP: it would need WebAssembly beside the
 * bundle.
 */
const Image = createJimp({ formats: [png, jpeg, bmp, gif], plugins: [resizing] });

/**
 * Most that the JPEG decoder may hold by its own account, in MB. The process takes up to twice
 * that, which has to fit into the function's memory (`memorySize` in infra/workflow.ts).
 */
const JPEG_MEMORY_MB = 512;

export interface NormalizeSettings {
  /** Size of the image that the model takes. */
  readonly size: ImageSize;
  /** Pixels of the largest image that is decoded. */
  readonly maxPixels: number;
}

/**
 * Makes any image what the model takes: an RGB PNG of its size, upright as its EXIF data asks,
 * the first frame if it is animated, on white where it is transparent. Like the model's own
 * preprocessing it stretches the image without keeping its aspect (Amazon SageMaker Developer
 * Guide, "Image classification hyperparameters", `image_shape`), but averages the pixels it drops.
 * An opaque image of the right size keeps its pixels.
 * @param name of the image, for messages
 * @throws FunctionError `UnreadableImageError`, or `ImageTooLargeError` before anything is decoded
 */
export async function normalizeImage(
  bytes: Buffer,
  name: string,
  { size, maxPixels }: NormalizeSettings,
): Promise<Buffer> {
  const header = await readable(name, () => readHeader(bytes));
  refuseLarge(header, name, maxPixels);
  const image = await readable(name, () => {
    refuseBomb(bytes, header);
    return Image.fromBuffer(bytes, {
      "image/jpeg": {
        maxMemoryUsageInMB: JPEG_MEMORY_MB,
        maxResolutionInMP: maxPixels / 1e6,
      },
    });
  });
  return image
    .resize({ w: size.width, h: size.height })
    .getBuffer("image/png", { colorType: PNGColorType.COLOR });
}

function refuseLarge({ width, height }: ImageHeader, name: string, maxPixels: number): void {
  if (width * height > maxPixels) {
    throw new FunctionError(
      ERRORS.imageTooLarge,
      `${name} has ${width} x ${height} pixels: send at most ${maxPixels}`,
    );
  }
}

/** How the JPEG decoder says that it would need more than it may have. */
const DECODER_LIMIT = /^max\w+ limit exceeded/;

/** Runs a step of reading; whatever it throws means that the image cannot be read. */
async function readable<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = messageOf(error);
    if (DECODER_LIMIT.test(reason)) {
      throw new FunctionError(
        ERRORS.imageTooLarge,
        `${name} takes too much memory to decode: ${reason}. Send a smaller image`,
        { cause: error },
      );
    }
    throw new FunctionError(
      ERRORS.unreadableImage,
      `${name} is no image that can be read: ${reason}. Send a whole ${FORMATS} file`,
      { cause: error },
    );
  }
}
