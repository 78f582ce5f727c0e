import type { ImageSize } from "../../../contract/values";

/**
 * How stored pixels become upright, as EXIF counts: 1 is upright, 2 mirrored, 3 turned by 180
 * degrees, 4 both, 5 to 8 have rows and columns exchanged (CIPA DC-008, "Orientation").
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const ENTRY_LENGTH = 12;
const EXIF_PREFIX = Buffer.from("Exif\0\0", "latin1");

/**
 * Reads the orientation from EXIF data, which are a TIFF file without pixels. Only its first
 * directory is looked at, entry by entry: whatever else is broken or unknown says nothing of how
 * the picture is held. Upright if nothing says otherwise.
 * @param exif with or without the prefix that JPEG gives it
 */
export function readOrientation(exif: Buffer): Orientation {
  const tiff = exif.subarray(0, EXIF_PREFIX.length).equals(EXIF_PREFIX)
    ? exif.subarray(EXIF_PREFIX.length)
    : exif;
  const order = tiff.toString("latin1", 0, 4);
  if (tiff.length < 8 || (order !== "II*\0" && order !== "MM\0*")) {
    return 1;
  }
  const little = order === "II*\0";
  const two = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const four = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));

  const directory = four(4);
  if (directory + 2 > tiff.length) {
    return 1;
  }
  let orientation: Orientation = 1;
  for (let entry = 0; entry < two(directory); entry++) {
    const at = directory + 2 + entry * ENTRY_LENGTH;
    if (at + ENTRY_LENGTH > tiff.length) {
      break;
    }
    if (two(at) === ORIENTATION_TAG && four(at + 4) === 1) {
      // Written as 2 bytes; some programs take 1 or 4.
      const readers: Readonly<Record<number, (at: number) => number>> = {
        1: (at) => tiff.readUInt8(at),
        3: two,
        4: four,
      };
      const value = readers[two(at + 2)]?.(at + 8);
      orientation = isOrientation(value) ? value : 1;
    }
  }
  return orientation;
}

function isOrientation(value: number | undefined): value is Orientation {
  return value !== undefined && value >= 1 && value <= 8;
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
