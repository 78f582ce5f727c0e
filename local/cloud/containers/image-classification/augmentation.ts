/**
 * The algorithm's `augmentation_type`: every sample is drawn anew from its image.
 *
 * `crop` takes a random window and mirrors every other sample; `crop_color` also moves hue,
 * saturation and lightness by up to 36, 50 and 50 (in OpenCV's 8-bit units: the hue circle has
 * 180); `crop_color_transform` also turns by up to 10 degrees, shears by up to 0.1 and changes the
 * aspect by up to 0.25. This stand-in also shifts an image that has no pixel to spare for a window,
 * by up to a tenth of its side, and takes the nearest pixel wherever one falls between two.
 */
import type { Hyperparameters } from "./hyperparameters";
import type { Image, ImageSize } from "./images";
import type { Random } from "./random";

type AugmentationType = Hyperparameters["augmentation_type"];

const SHIFT = 0.1;
const HUE = 36 / 180;
const SATURATION = 50 / 255;
const LIGHTNESS = 50 / 255;
const ROTATION = (10 / 180) * Math.PI;
const SHEAR = 0.1;
const ASPECT = 0.25;

/** Cuts the middle out of an image. Writes planar pixels of that size to `target`. */
export function cropCentre(image: Image, size: ImageSize, target: Uint8Array): void {
  sample(image, size, target, { shiftX: 0, shiftY: 0, xx: 1, xy: 0, yx: 0, yy: 1 });
}

/** Draws a training sample from an image. Writes planar pixels of that size to `target`. */
export function augment(
  image: Image,
  size: ImageSize,
  type: Exclude<AugmentationType, "none">,
  random: Random,
  target: Uint8Array,
): void {
  const mirror = random.below(2) === 0 ? 1 : -1;
  const shift = (spare: number, side: number) => {
    const range = Math.max(spare, 2 * Math.round(SHIFT * side));
    // Odd and even ranges both end on whole pixels of the image.
    return random.below(range + 1) - Math.floor(range / 2);
  };
  const shiftX = shift(image.width - size.width, size.width);
  const shiftY = shift(image.height - size.height, size.height);
  let [xx, xy, yx, yy] = [mirror, 0, 0, 1];
  if (type === "crop_color_transform") {
    const angle = random.within(ROTATION);
    const shear = random.within(SHEAR);
    const aspect = Math.sqrt(1 + random.within(ASPECT));
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    xx = mirror * cos * aspect;
    xy = (shear * cos - sin) / aspect;
    yx = mirror * sin * aspect;
    yy = (shear * sin + cos) / aspect;
  }
  sample(image, size, target, { shiftX, shiftY, xx, xy, yx, yy });
  if (type !== "crop") {
    moveColours(target, random.within(HUE), random.within(SATURATION), random.within(LIGHTNESS));
  }
}

/** Where in the image a pixel of the sample is taken from, both counted from their middles. */
interface Affine {
  readonly shiftX: number;
  readonly shiftY: number;
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
}

function sample(image: Image, size: ImageSize, target: Uint8Array, affine: Affine): void {
  const { shiftX, shiftY, xx, xy, yx, yy } = affine;
  const plane = size.height * size.width;
  const imagePlane = image.height * image.width;
  const [middleX, middleY] = [(size.width - 1) / 2, (size.height - 1) / 2];
  const originX = Math.floor((image.width - size.width) / 2) + middleX + shiftX;
  const originY = Math.floor((image.height - size.height) / 2) + middleY + shiftY;
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      const [x, y] = [column - middleX, row - middleY];
      const fromX = clamp(Math.round(originX + xx * x + xy * y), image.width - 1);
      const fromY = clamp(Math.round(originY + yx * x + yy * y), image.height - 1);
      const from = fromY * image.width + fromX;
      const to = row * size.width + column;
      for (let channel = 0; channel < 3; channel++) {
        target[channel * plane + to] = image.pixels[channel * imagePlane + from] as number;
      }
    }
  }
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);

/** Moves every pixel in the space of hue, saturation and lightness, each of which runs 0 to 1. */
function moveColours(pixels: Uint8Array, hue: number, saturation: number, lightness: number): void {
  const plane = pixels.length / 3;
  for (let at = 0; at < plane; at++) {
    const [red, green, blue] = [0, 1, 2].map(
      (channel) => (pixels[channel * plane + at] as number) / 255,
    ) as [number, number, number];
    const [h, s, l] = toHsl(red, green, blue);
    const chosen = { h: h + hue, s: clamp(s + saturation, 1), l: clamp(l + lightness, 1) };
    for (const [channel, offset] of [0, 8, 4].entries()) {
      pixels[channel * plane + at] = Math.round(255 * fromHsl(chosen, offset));
    }
  }
}

function toHsl(red: number, green: number, blue: number): [h: number, s: number, l: number] {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const range = most - least;
  const l = (most + least) / 2;
  if (range === 0) return [0, 0, l];
  const sixths =
    most === red
      ? (green - blue) / range
      : most === green
        ? 2 + (blue - red) / range
        : 4 + (red - green) / range;
  return [sixths / 6, range / (1 - Math.abs(2 * l - 1)), l];
}

/** One channel of a colour (CSS Color Module Level 4, "Converting HSL Colors to sRGB"). */
function fromHsl({ h, s, l }: { h: number; s: number; l: number }, offset: number): number {
  const k = (((offset + h * 12) % 12) + 12) % 12;
  return l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
}
