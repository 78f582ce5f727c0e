import png from "@jimp/js-png";
import type { ImageFeatures } from "../contract/monitoring";

const { decode } = png();

/** Weights of red, green and blue in brightness (ITU-R BT.601). */
const LUMA = [0.299, 0.587, 0.114] as const;

/** Most that a pixel can differ from its four neighbours together. */
const MOST_LAPLACIAN = 4;

/**
 * What drift of the inputs shows in.
 * @throws Error of the decoder if it is no PNG
 */
export function imageFeatures(image: Buffer): ImageFeatures {
  const { data, width, height } = decode(image);
  const pixels = width * height;
  const lumas = new Float64Array(pixels);
  let [red, green, blue, chroma] = [0, 0, 0, 0];
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += 4) {
    const r = (data[at] as number) / 255;
    const g = (data[at + 1] as number) / 255;
    const b = (data[at + 2] as number) / 255;
    red += r;
    green += g;
    blue += b;
    chroma += Math.max(r, g, b) - Math.min(r, g, b);
    lumas[pixel] = luma(r, g, b);
  }
  return {
    brightness: luma(red, green, blue) / pixels,
    contrast: deviation(lumas),
    red: red / pixels,
    green: green / pixels,
    blue: blue / pixels,
    chroma: chroma / pixels,
    sharpness: deviation(laplacian(lumas, width, height)) / MOST_LAPLACIAN,
  };
}

function luma(red: number, green: number, blue: number): number {
  return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue;
}

/** Of every pixel that has four neighbours. */
function laplacian(lumas: Float64Array, width: number, height: number): Float64Array {
  const inner = new Float64Array(Math.max(0, width - 2) * Math.max(0, height - 2));
  const of = (at: number) => lumas[at] as number;
  let next = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      inner[next++] = of(at - 1) + of(at + 1) + of(at - width) + of(at + width) - 4 * of(at);
    }
  }
  return inner;
}

/** Standard deviation; 0 of nothing. */
function deviation(values: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  // Rounding may leave a little less than nothing.
  return values.length === 0 ? 0 : Math.sqrt(Math.max(0, squares / values.length - mean ** 2));
}
