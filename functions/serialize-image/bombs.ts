import { inflateSync } from "node:zlib";
import type { ImageHeader } from "./header";

/**
 * Refuses files that would take their decoder more memory than the size in their header tells:
 * the decoders of PNG and GIF believe other parts of the file too. (JPEG's checks for itself, and
 * BMP's allocates just what the header says.)
 * @throws Error naming the part that is larger than the header allows
 */
export function refuseBomb(bytes: Buffer, header: ImageHeader): void {
  if (header.format === "PNG") {
    refusePngBomb(bytes, header);
  } else if (header.format === "GIF") {
    refuseGifBomb(bytes, header);
  }
}

/**
 * The decoder takes the last header chunk of several, and inflates interlaced pixels without a
 * bound. Layout: W3C, "Portable Network Graphics (PNG) Specification", chapters 5, 8 and 11.
 */
function refusePngBomb(bytes: Buffer, { width, height }: ImageHeader): void {
  const SIGNATURE_LENGTH = 8;
  const CHUNK_OVERHEAD = 12; // length, type and checksum
  const pixelData: Buffer[] = [];
  let interlaced: boolean | undefined;
  let offset = SIGNATURE_LENGTH;
  while (offset + CHUNK_OVERHEAD <= bytes.length) {
    const length = bytes.readUInt32BE(offset);
    const data = bytes.subarray(offset + 8, offset + 8 + length);
    switch (bytes.toString("latin1", offset + 4, offset + 8)) {
      case "IHDR":
        if (interlaced !== undefined) {
          throw new Error("it has two headers");
        }
        interlaced = data[12] !== 0;
        break;
      case "IDAT":
        pixelData.push(data);
        break;
    }
    offset += CHUNK_OVERHEAD + length;
  }
  if (interlaced) {
    // At most 8 bytes per pixel; seven passes have at most 2 rows per row of the image, and each
    // row has one byte of its own and may end within a byte.
    const maxOutputLength = width * height * 8 + (height * 2 + 7) * 2;
    inflateSync(Buffer.concat(pixelData), { maxOutputLength });
  }
}

/**
 * The decoder makes room for the first frame, whatever the size of the screen that it is part of.
 * Layout: CompuServe, "Graphics Interchange Format, Version 89a", sections 18 to 24.
 */
function refuseGifBomb(bytes: Buffer, screen: ImageHeader): void {
  const EXTENSION = 0x21;
  const FRAME = 0x2c;
  const packed = bytes.readUInt8(10);
  const globalPaletteLength = packed & 0x80 ? 3 * 2 ** ((packed & 0x07) + 1) : 0;
  let offset = 13 + globalPaletteLength;
  while (bytes[offset] === EXTENSION) {
    offset += 2;
    for (let length = bytes.readUInt8(offset); length > 0; length = bytes.readUInt8(offset)) {
      offset += 1 + length;
    }
    offset += 1;
  }
  if (bytes[offset] !== FRAME) {
    throw new Error("it has no frame");
  }
  const width = bytes.readUInt16LE(offset + 1) + bytes.readUInt16LE(offset + 5);
  const height = bytes.readUInt16LE(offset + 3) + bytes.readUInt16LE(offset + 7);
  if (width > screen.width || height > screen.height) {
    throw new Error("its first frame is larger than its screen");
  }
}
