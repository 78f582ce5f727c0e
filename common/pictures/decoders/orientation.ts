import type { ImageSize } from "../../../contract/values";

/**
 * How stored pixels become upright, as EXIF counts: 1 is upright, 2 mirrored, 3 turned by 180
 * degrees, 4 both, 5 to 8 have rows and columns exchanged (CIPA DC-008, "Orientation").
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const ENTRY_LENGTH = 12;
const EXIF_PREFIX = Buffer.from("Exif\0\0", "latin1");
/** Byte order, and a number that some programs write in the other one. */
const TIFF_HEADER = /^(II|MM)(\*\0|\0\*)/;
/**
 * Bytes of the types in which it is written: SHORT, by the standard; LONG; these and BYTE with a
 * sign; IFD. Without one a BYTE is a text to most readers.
 */
const TYPE_LENGTHS: Readonly<Record<number, 1 | 2 | 4>> = { 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 13: 4 };

/**
 * Reads the orientation from EXIF data, which are a TIFF file without pixels. Only its first
 * directory is looked at, entry by entry: whatever else is broken or unknown says nothing of how
 * the picture is held. Of several entries the first counts; upright if nothing says otherwise.
 * @param exif with or without the prefix that JPEG gives it
 */
export function readOrientation(exif: Buffer): Orientation {
  let tiff = exif;
  while (tiff.subarray(0, EXIF_PREFIX.length).equals(EXIF_PREFIX)) {
    tiff = tiff.subarray(EXIF_PREFIX.length); // some programs write it twice
  }
  const [, order] = TIFF_HEADER.exec(tiff.toString("latin1", 0, 4)) ?? [];
  if (tiff.length < 8 || order === undefined) {
    return 1;
  }
  const little = order === "II";
  const two = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const four = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));

  const directory = four(4);
  if (directory + 2 > tiff.length) {
    return 1;
  }
  for (let entry = 0; entry < two(directory); entry++) {
    const at = directory + 2 + entry * ENTRY_LENGTH;
    if (at + ENTRY_LENGTH > tiff.length) {
      break;
    }
    const length = TYPE_LENGTHS[two(at + 2)];
    const count = four(at + 4);
    // More values than one mean nothing, and more than fit in are elsewhere.
    if (two(at) === ORIENTATION_TAG && length !== undefined && count > 0 && count * length <= 4) {
      const read = { 1: (offset: number) => tiff.readUInt8(offset), 2: two, 4: four }[length];
      const value = read(at + 8);
      return isOrientation(value) ? value : 1;
    }
  }
  return 1;
}

function isOrientation(value: number): value is Orientation {
  return value >= 1 && value <= 8;
}

/** The size that an upright picture has as it is stored. */
export function storedSize({ width, height }: ImageSize, orientation: Orientation): ImageSize {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** Whether stored columns and rows are counted from their far ends. */
export function mirrors(orientation: Orientation): { columns: boolean; rows: boolean } {
  return {
    columns: [2, 3, 7, 8].includes(orientation),
    rows: [3, 4, 6, 7].includes(orientation),
  };
}

/** Turns stored RGB pixels upright. @param upright their size when they are */
export function turnUpright(
  stored: Uint8ClampedArray,
  upright: ImageSize,
  orientation: Orientation,
): Uint8ClampedArray {
  const { width, height } = storedSize(upright, orientation);
  const mirrored = mirrors(orientation);
  const pixels = new Uint8ClampedArray(stored.length);
  for (let y = 0; y < upright.height; y++) {
    for (let x = 0; x < upright.width; x++) {
      const [across, down] = orientation >= 5 ? [y, x] : [x, y];
      const column = mirrored.columns ? width - 1 - across : across;
      const row = mirrored.rows ? height - 1 - down : down;
      const from = 3 * (row * width + column);
      pixels.set(stored.subarray(from, from + 3), 3 * (y * upright.width + x));
    }
  }
  return pixels;
}
