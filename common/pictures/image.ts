import { ERRORS } from "../../contract/inference";
import type { ImageSize } from "../../contract/values";
import { messageOf } from "../failure";
import { FunctionError } from "../functionError";
import { FORMATS, readPicture } from "./formats";
import { AreaAverage } from "./decoders/areaAverage";
import { storedSize, turnUpright } from "./decoders/orientation";
import { TooLargeError } from "./decoders/picture";
import { encodePng } from "./png";

/** How a picture is made small enough to be looked at. */
export interface FitSettings {
  /** Of the result, in pixels; a smaller picture keeps its size. */
  readonly longestSide: number;
  /** Pixels of the largest image that is decoded. */
  readonly maxPixels: number;
}

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
 * An opaque image of the right size keeps its pixels. Colour profiles are ignored, as they are in
 * training.
 * @param name of the image, for messages
 * @throws FunctionError `UnreadableImageError`, or `ImageTooLargeError` before anything is decoded
 */
export async function normalizeImage(
  bytes: Buffer,
  name: string,
  { size, maxPixels }: NormalizeSettings,
): Promise<Buffer> {
  return resizeImage(bytes, name, maxPixels, () => size, encodePng);
}

/**
 * The pixels of the same, as numbers: red, green and blue of each, row by row.
 * @throws as `normalizeImage` does
 */
export async function normalizePixels(
  bytes: Buffer,
  name: string,
  { size, maxPixels }: NormalizeSettings,
): Promise<Uint8ClampedArray> {
  return resizeImage(
    bytes,
    name,
    maxPixels,
    () => size,
    (_size, pixels) => pixels,
  );
}

/**
 * Makes any image one for people's eyes: as `normalizeImage` does, but with its aspect, and no
 * larger than it is.
 * @throws as `normalizeImage` does
 */
export async function fitImage(
  bytes: Buffer,
  name: string,
  { longestSide, maxPixels }: FitSettings,
): Promise<Buffer> {
  return resizeImage(bytes, name, maxPixels, within(longestSide), encodePng);
}

/** A picture's size, and red, green and blue of each pixel, row by row. */
export interface FittedPixels {
  readonly size: ImageSize;
  readonly pixels: Uint8ClampedArray;
}

/**
 * The same as numbers.
 * @throws as `normalizeImage` does
 */
export async function fitPixels(
  bytes: Buffer,
  name: string,
  { longestSide, maxPixels }: FitSettings,
): Promise<FittedPixels> {
  return resizeImage(bytes, name, maxPixels, within(longestSide), (size, pixels) => ({
    size,
    pixels,
  }));
}

function within(longestSide: number): (upright: ImageSize) => ImageSize {
  return ({ width, height }) => {
    const scale = Math.min(1, longestSide / Math.max(width, height));
    const side = (length: number) => Math.max(1, Math.round(length * scale));
    return { width: side(width), height: side(height) };
  };
}

/** @param sizeOf says the size of the result, given that of the picture when it is upright */
async function resizeImage<Result>(
  bytes: Buffer,
  name: string,
  maxPixels: number,
  sizeOf: (upright: ImageSize) => ImageSize,
  finish: (size: ImageSize, pixels: Uint8ClampedArray) => Result,
): Promise<Result> {
  try {
    const picture = readPicture(bytes);
    const { width, height, orientation } = picture;
    if (width * height > maxPixels) {
      throw new TooLargeError(`has ${width} x ${height} pixels: send at most ${maxPixels}`);
    }
    const size = sizeOf(storedSize({ width, height }, orientation));
    const average = new AreaAverage(picture, orientation, size);
    await picture.decode(average);
    return finish(size, turnUpright(average.pixels(), size, orientation));
  } catch (error) {
    throw refusal(error, name);
  }
}

/** Whatever was thrown means that the image cannot be read, or is too large to be. */
function refusal(error: unknown, name: string): FunctionError {
  if (error instanceof TooLargeError) {
    return new FunctionError(ERRORS.imageTooLarge, `${name} ${error.message}`, { cause: error });
  }
  // A number was to be read beyond the end of the file, or of a part of it.
  const reason = error instanceof RangeError ? "it is cut off" : messageOf(error);
  return new FunctionError(
    ERRORS.unreadableImage,
    `${name} is no image that can be read: ${reason}. Send a whole ${FORMATS} file`,
    { cause: error },
  );
}
