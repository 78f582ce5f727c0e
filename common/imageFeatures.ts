import { createJimp } from "@jimp/core";
import png from "@jimp/js-png";
import type { ImageFeatures } from "../contract/monitoring";

const Image = createJimp({ formats: [png] });

/** Weights of red, green and blue in brightness (ITU-R BT.601). */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * What drift of the inputs shows in.
 * @throws Error of the decoder if it is no PNG
 */
export async function imageFeatures(image: Buffer): Promise<ImageFeatures> {
  const { bitmap } = await Image.fromBuffer(image);
  const pixels = bitmap.width * bitmap.height;
  let red = 0;
  let green = 0;
  let blue = 0;
  let squares = 0;
  for (let at = 0; at < pixels * 4; at += 4) {
    const [r = 0, g = 0, b = 0] = [bitmap.data[at], bitmap.data[at + 1], bitmap.data[at + 2]];
    red += r / 255;
    green += g / 255;
    blue += b / 255;
    squares += (luma(r, g, b) / 255) ** 2;
  }
  const brightness = luma(red, green, blue) / pixels;
  return {
    brightness,
    // Rounding may leave a little less than nothing.
    contrast: Math.sqrt(Math.max(0, squares / pixels - brightness ** 2)),
    red: red / pixels,
    green: green / pixels,
    blue: blue / pixels,
  };
}

function luma(red: number, green: number, blue: number): number {
  return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue;
}
