import type { ImageSize } from "../../../contract/values";
import type { AreaAverage } from "./areaAverage";
import type { Orientation } from "./orientation";

/** A file whose header was read and whose pixels were not. */
export interface Picture extends ImageSize {
  /** How the pixels in the file, which `width` and `height` are of, are to be turned. */
  readonly orientation: Orientation;
  /**
   * Hands every pixel over, once each, in any order.
   * @throws Error if the file is damaged, cut off, or of a kind that is not decoded
   */
  decode(into: AreaAverage): void | Promise<void>;
}

/** What is refused for its size, though it may be sound. */
export class TooLargeError extends Error {}

/**
 * Checks a size from a header before anything is allocated for it.
 * @throws Error if a side is absurd, TooLargeError if it is longer than any camera's: JPEG, GIF,
 *   WebP and AVIF cannot have longer ones
 */
export function checkSize({ width, height }: ImageSize): void {
  if (!(width > 0 && height > 0)) {
    throw new Error(`its header says ${width} x ${height} pixels`);
  }
  if (width > LONGEST_SIDE || height > LONGEST_SIDE) {
    throw new TooLargeError(
      `has ${width} x ${height} pixels: send at most ${LONGEST_SIDE} in a side`,
    );
  }
}

const LONGEST_SIDE = 65_535;
