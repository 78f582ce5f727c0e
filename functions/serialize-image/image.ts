import { ERRORS } from "../../contract/inference";
import type { ImageSize } from "../../contract/values";
import { FunctionError, messageOf } from "../shared/errors";
import { FORMATS, readPicture } from "./formats";
import { AreaAverage } from "./pictures/areaAverage";
import { turnUpright } from "./pictures/orientation";
import { TooLargeError } from "./pictures/picture";
import { encodePng } from "./png";

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
  try {
    const picture = readPicture(bytes);
    const { width, height, orientation } = picture;
    if (width * height > maxPixels) {
      throw new TooLargeError(`has ${width} x ${height} pixels: send at most ${maxPixels}`);
    }
    const average = new AreaAverage(picture, orientation, size);
    await picture.decode(average);
    return encodePng(size, turnUpright(average.pixels(), size, orientation));
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
