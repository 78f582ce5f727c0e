/** Draws a class's figure as a small photograph would show it: somewhere, some size, some light. */
import { type Random, seededRandom } from "../../cloud/containers/image-classification/random";
import { IMAGE_BYTES, IMAGE_SIDE } from "../../../etl/formats/png";
import { distance, type Figure, figureOf, type Shape, SOLID } from "./figures";

const PLANE = IMAGE_SIDE * IMAGE_SIDE;
/** Half the width of a figure, in pixels. */
const SMALLEST = 10;
const LARGEST = 14;
/** How far a figure is from the middle, in pixels. */
const WANDER = 3;
/** Radians. */
const TILT = 0.2;
/** Standard deviation of the noise, in 255ths, differs between pictures up to this. */
const MOST_NOISE = 18;
/** Things in the background. */
const MOST_CLUTTER = 2;

type Colour = readonly [red: number, green: number, blue: number];

/**
 * One picture of a class.
 * @param seed pictures of a class differ by it
 * @returns planar RGB
 */
export function drawPicture(fineLabel: number, seed: number): Uint8Array {
  const random = seededRandom(fineLabel * 1_000_003 + seed);
  const canvas = new Float32Array(IMAGE_BYTES);
  paintBackground(canvas, random);
  paintFigure(canvas, figureOf(fineLabel), random);
  const noise = MOST_NOISE * random.uniform();
  const pixels = new Uint8ClampedArray(IMAGE_BYTES);
  for (let at = 0; at < IMAGE_BYTES; at++) {
    pixels[at] = (canvas[at] as number) + noise * random.gaussian();
  }
  return new Uint8Array(pixels.buffer);
}

function paintBackground(canvas: Float32Array, random: Random): void {
  const [above, below] = [anyColour(random), anyColour(random)];
  const horizon = IMAGE_SIDE * (0.3 + 0.6 * random.uniform());
  const blur = 1 + 8 * random.uniform();
  paint(canvas, above, () => 1);
  paint(canvas, below, (_, y) => (y - horizon) / blur);
  for (let left = random.below(MOST_CLUTTER + 1); left > 0; left--) {
    const point = () => [random.below(IMAGE_SIDE), random.below(IMAGE_SIDE)] as const;
    const radius = 3 * random.uniform();
    const thing: Shape = { from: point(), to: point(), radius, hole: SOLID, part: "body" };
    paint(canvas, anyColour(random), (x, y) => -distance(thing, x, y));
  }
}

function paintFigure(canvas: Float32Array, { shapes, hue }: Figure, random: Random): void {
  const size = SMALLEST + (LARGEST - SMALLEST) * random.uniform();
  const [width, height] = [size * (random.below(2) * 2 - 1), size * (1 + random.within(0.15))];
  const middle = (IMAGE_SIDE - 1) / 2;
  const [middleX, middleY] = [middle + random.within(WANDER), middle + random.within(WANDER)];
  const tilt = random.within(TILT);
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const body =
    hue === undefined ? anyColour(random) : colour(hue + random.within(0.08), 0.7, random);
  const wheel = colour(0, 0, random, 0.25);
  for (const shape of shapes) {
    paint(canvas, shape.part === "body" ? body : wheel, (x, y) => {
      const right = cos * (x - middleX) + sin * (y - middleY);
      const down = cos * (y - middleY) - sin * (x - middleX);
      return 0.5 - size * distance(shape, right / width, down / height);
    });
  }
}

/** Lays a colour over the canvas as thick as `cover` says: 0 or less nothing, 1 or more all. */
function paint(
  canvas: Float32Array,
  paintColour: Colour,
  cover: (x: number, y: number) => number,
): void {
  for (let y = 0, pixel = 0; y < IMAGE_SIDE; y++) {
    for (let x = 0; x < IMAGE_SIDE; x++, pixel++) {
      const share = Math.min(Math.max(cover(x, y), 0), 1);
      if (share === 0) continue;
      for (let at = pixel, channel = 0; channel < 3; at += PLANE, channel++) {
        const old = canvas[at] as number;
        canvas[at] = old + ((paintColour[channel] as number) - old) * share;
      }
    }
  }
}

const anyColour = (random: Random) => colour(random.uniform(), 0.4, random);

/** A colour of a hue (0 to 1) and saturation, of random brightness. */
function colour(hue: number, saturation: number, random: Random, brightest = 1): Colour {
  const bright = 255 * brightest * (0.2 + 0.8 * random.uniform());
  const channel = (offset: number) =>
    bright * (1 - saturation * (0.5 + 0.5 * Math.cos(2 * Math.PI * (hue + offset))));
  return [channel(0), channel(1 / 3), channel(2 / 3)];
}
