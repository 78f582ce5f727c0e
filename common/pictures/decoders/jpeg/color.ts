import type { AreaAverage } from "../areaAverage";
import { BLOCK, type Frame } from "./frame";
import type { Plane } from "./plane";

/** What the components of a pixel mean, in their order. CMYK counts white as 255, as all do. */
export type ColorModel = "grey" | "YCbCr" | "RGB" | "CMYK" | "YCCK";

/** Colours that are as many as the components, in the order of RGBA or CMYK. */
type Converter = (samples: readonly Uint8ClampedArray[], rgba: Uint8ClampedArray) => void;

/**
 * What the components mean, as the most used decoder decides (libjpeg, "default_decompress_parms"),
 * for the standard does not say.
 * @param adobe the transform that Adobe's segment names
 */
export function colorModel(frame: Frame, jfif: boolean, adobe: number | undefined): ColorModel {
  if (frame.components.length === 1) {
    return "grey";
  }
  if (frame.components.length === 4) {
    return adobe === undefined || adobe === 0 ? "CMYK" : "YCCK";
  }
  if (jfif || (adobe !== undefined && adobe !== 0)) {
    return "YCbCr";
  }
  const names = String.fromCharCode(...frame.components.map(({ id }) => id));
  return adobe === 0 || names === "RGB" ? "RGB" : "YCbCr";
}

/** Hands the cells of all planes over as colours. */
export function drawPlanes(
  frame: Frame,
  planes: readonly Plane[],
  model: ColorModel,
  into: AreaAverage,
): void {
  const { across = BLOCK, down = BLOCK } = planes[0]?.detail ?? {};
  const length = Math.ceil((frame.width * across) / BLOCK);
  const rows = Math.ceil((frame.height * down) / BLOCK);
  into.useCells(BLOCK / across, BLOCK / down);
  const readers = planes.map((plane) => rowReader(frame, plane, length, rows));
  const rgba = new Uint8ClampedArray(length * 4).fill(255);
  for (let y = 0; y < rows; y++) {
    CONVERTERS[model](
      readers.map((read) => read(y)),
      rgba,
    );
    into.add(y, rgba);
  }
}

/**
 * Reads a plane's rows at the picture's size: planes of half the size one way or both are
 * interpolated as libjpeg does ("fancy upsampling", jdsample.c), others repeated.
 */
function rowReader(
  frame: Frame,
  plane: Plane,
  length: number,
  rows: number,
): (y: number) => Uint8ClampedArray {
  const { component, detail, stride } = plane;
  const cells = plane.cells();
  const repeatsAcross = frame.across / component.across;
  const repeatsDown = frame.down / component.down;
  const smooth =
    repeatsAcross <= 2 && repeatsDown <= 2 && (repeatsAcross === 1 || component.width > 2);
  const horizontal = interpolation(
    length,
    Math.ceil((component.width * detail.across) / BLOCK),
    1 / repeatsAcross,
    smooth,
  );
  const vertical = interpolation(
    rows,
    Math.ceil((component.height * detail.down) / BLOCK),
    1 / repeatsDown,
    smooth,
  );
  const row = new Uint8ClampedArray(length);
  return (y) => {
    const near = (vertical.near[y] as number) * stride;
    const far = (vertical.far[y] as number) * stride;
    if (repeatsAcross === 1 && near === far) {
      return cells.subarray(near, near + length);
    }
    for (let x = 0; x < length; x++) {
      const nearX = horizontal.near[x] as number;
      const farX = horizontal.far[x] as number;
      row[x] =
        (9 * (cells[near + nearX] as number) +
          3 * (cells[near + farX] as number) +
          3 * (cells[far + nearX] as number) +
          (cells[far + farX] as number)) /
        16;
    }
    return row;
  };
}

/**
 * By target cell: the source cell that it lies in, and the next nearest, or the same again where
 * nothing is interpolated.
 */
function interpolation(targets: number, sources: number, scale: number, smooth: boolean) {
  const near = new Uint32Array(targets);
  const far = new Uint32Array(targets);
  for (let target = 0; target < targets; target++) {
    const source = Math.min(sources - 1, Math.floor((target + 0.5) * scale));
    near[target] = source;
    const beside = smooth && scale === 0.5 ? source + (target % 2 === 0 ? -1 : 1) : source;
    far[target] = Math.max(0, Math.min(sources - 1, beside));
  }
  return { near, far };
}

const CONVERTERS: Readonly<Record<ColorModel, Converter>> = {
  grey: ([grey], rgba) => {
    for (let at = 0, x = 0; at < rgba.length; at += 4, x++) {
      rgba[at] = rgba[at + 1] = rgba[at + 2] = grey?.[x] as number;
    }
  },
  RGB: ([red, green, blue], rgba) => {
    for (let at = 0, x = 0; at < rgba.length; at += 4, x++) {
      rgba[at] = red?.[x] as number;
      rgba[at + 1] = green?.[x] as number;
      rgba[at + 2] = blue?.[x] as number;
    }
  },
  /** ITU-T T.871, chapter 7. */
  YCbCr: ([luma, blueness, redness], rgba) => {
    for (let at = 0, x = 0; at < rgba.length; at += 4, x++) {
      const y = luma?.[x] as number;
      const cb = (blueness?.[x] as number) - 128;
      const cr = (redness?.[x] as number) - 128;
      rgba[at] = y + 1.402 * cr;
      rgba[at + 1] = y - 0.344136 * cb - 0.714136 * cr;
      rgba[at + 2] = y + 1.772 * cb;
    }
  },
  CMYK: (samples, rgba) => {
    CONVERTERS.RGB(samples, rgba);
    darken(samples[3], rgba);
  },
  YCCK: (samples, rgba) => {
    CONVERTERS.YCbCr(samples, rgba);
    for (let at = 0; at < rgba.length; at += 4) {
      for (let channel = at; channel < at + 3; channel++) {
        rgba[channel] = 255 - (rgba[channel] as number);
      }
    }
    darken(samples[3], rgba);
  },
};

/** Puts black ink on. */
function darken(black: Uint8ClampedArray | undefined, rgba: Uint8ClampedArray): void {
  for (let at = 0, x = 0; at < rgba.length; at += 4, x++) {
    const light = (black?.[x] as number) / 255;
    for (let channel = at; channel < at + 3; channel++) {
      rgba[channel] = (rgba[channel] as number) * light;
    }
  }
}
