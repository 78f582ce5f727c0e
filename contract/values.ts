/** How values that a person configures are written as text, and read again. */

/**
 * A number as plain decimal digits, which every reader takes; `String` writes small and large ones
 * with an exponent. Reading it gives the very same number.
 * @param value finite, not negative
 */
export function formatNumber(value: number): string {
  const [, whole = "", fraction = "", exponent] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (whole === "") {
    throw new RangeError(`${value} is not a finite number of at least zero`);
  }
  const point = whole.length + Number(exponent ?? 0);
  const digits = whole + fraction;
  if (point <= 0) {
    return `0.${"0".repeat(-point)}${digits}`;
  }
  return point >= digits.length
    ? digits.padEnd(point, "0")
    : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Reads a number of at least zero in plain decimal digits; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/**
 * What a class may be called: the names pass through lists that are separated by commas, keys of
 * objects and dimensions of metrics. All of CIFAR-100's are such names.
 */
export const CLASS_NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/;

/** Least and most pixels of the largest image that is decoded. */
export const MAX_PIXELS_RANGE = { least: 1024, most: 1_000_000_000 } as const;

/** Size of the images that a model takes, in pixels; they have three channels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Reads the algorithm's `image_shape`, `3,<height>,<width>`; undefined for anything else. */
export function parseImageShape(text: string): ImageSize | undefined {
  const [, height, width] = /^3,([1-9]\d{0,3}),([1-9]\d{0,3})$/.exec(text) ?? [];
  return height === undefined || width === undefined
    ? undefined
    : { height: Number(height), width: Number(width) };
}
