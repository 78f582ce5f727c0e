/** Images as the network takes them: 8-bit RGB, planar. */
import { createJimp } from "@jimp/core";
import jpeg from "@jimp/js-jpeg";
import png from "@jimp/js-png";
import { methods as resizing, ResizeStrategy } from "@jimp/plugin-resize";

const { decode: decodePng } = png();

/** A PNG is decoded without what jimp does besides, which takes twice the time. */
function isPng(file: Buffer): boolean {
  return file.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n";
}

const Bitmap = createJimp({ formats: [png, jpeg], plugins: [resizing] });

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

export interface Image extends ImageSize {
  /** All red values row by row, then all green, then all blue; transparency is left out. */
  readonly pixels: Uint8Array;
}

/**
 * Decodes a PNG or a JPEG.
 * @param resize the size that is wanted, given that of the file; the aspect need not be kept
 * @throws Error if the bytes are no such file
 */
export async function decodeImage(
  file: Buffer,
  resize: (size: ImageSize) => ImageSize = (size) => size,
): Promise<Image> {
  const bitmap = isPng(file) ? Bitmap.fromBitmap(decodePng(file)) : await Bitmap.fromBuffer(file);
  const { height, width } = resize(bitmap);
  if (height !== bitmap.height || width !== bitmap.width) {
    // What OpenCV does, which the algorithm is built on, unless it is told otherwise.
    bitmap.resize({ h: height, w: width, mode: ResizeStrategy.BILINEAR });
  }
  const { data } = bitmap.bitmap;
  const plane = height * width;
  const pixels = new Uint8Array(3 * plane);
  for (let pixel = 0; pixel < plane; pixel++) {
    pixels[pixel] = data[4 * pixel] as number;
    pixels[plane + pixel] = data[4 * pixel + 1] as number;
    pixels[2 * plane + pixel] = data[4 * pixel + 2] as number;
  }
  return { height, width, pixels };
}
