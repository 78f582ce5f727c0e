import { imageSize } from "image-size";
import type { ImageSize } from "../shared/environment";

/** Formats that are decoded, with the bytes their files begin with. */
const SIGNATURES = [
  ["PNG", [0x89, 0x50, 0x4e, 0x47]],
  ["JPEG", [0xff, 0xd8, 0xff]],
  ["BMP", [0x42, 0x4d]],
  ["GIF", [0x47, 0x49, 0x46, 0x38]],
] as const;

export interface ImageHeader extends ImageSize {
  readonly format: (typeof SIGNATURES)[number][0];
}

/** The formats' names, for messages. */
export const FORMATS = SIGNATURES.map(([format]) => format).join(", ");

/**
 * Reads what a file says it is, without decoding it. The format is settled before `image-size` is
 * asked, which knows many more and takes 100 zero bytes for a picture of 0 x 0.
 * @throws Error if the file is in no format that is decoded, or its header is cut off or absurd
 */
export function readHeader(bytes: Buffer): ImageHeader {
  const [format] =
    SIGNATURES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte)) ??
    [];
  if (format === undefined) {
    throw new Error("it begins like none of these formats");
  }
  const { width, height } = imageSize(bytes);
  if (!(width > 0 && height > 0)) {
    throw new Error(`its header says ${width} x ${height} pixels`);
  }
  return { format, width, height };
}
