import type { ImageSize } from "../../../../contract/values";
import { checkSize } from "../picture";

/** Samples of a block's side. */
export const BLOCK = 8;

/** One plane of a frame: luminance, a colour difference, an ink. */
export interface Component {
  readonly id: number;
  /** How many blocks of it there are in a unit of interleaved data, each way. */
  readonly across: number;
  readonly down: number;
  readonly quantizationId: number;
  /** Samples that belong to the picture. */
  readonly width: number;
  readonly height: number;
  /** Blocks that belong to the picture, and those that units of interleaved data fill up to. */
  readonly blocksAcross: number;
  readonly blocksDown: number;
  readonly storedAcross: number;
  readonly storedDown: number;
}

export interface Frame extends ImageSize {
  readonly progressive: boolean;
  readonly components: readonly Component[];
  /** Largest of the components' `across` and `down`. */
  readonly across: number;
  readonly down: number;
  /** Units of interleaved data. */
  readonly unitsAcross: number;
  readonly unitsDown: number;
}

/** Kinds of frames that are not decoded, by marker (ITU-T T.81, table B.1, and T.87). */
const OTHER_FRAMES: Readonly<Record<number, string>> = {
  0xc3: "lossless",
  0xc5: "hierarchical",
  0xc6: "hierarchical",
  0xc7: "hierarchical",
  0xc9: "arithmetic-coded",
  0xca: "arithmetic-coded",
  0xcb: "arithmetic-coded",
  0xcd: "arithmetic-coded",
  0xce: "arithmetic-coded",
  0xcf: "arithmetic-coded",
  0xf7: "JPEG-LS",
};

/**
 * Reads a frame's header (B.2.2).
 * @returns nothing if the marker is none of a frame
 * @throws Error if the frame is of a kind that is not decoded; TooLargeError
 */
export function readFrame(marker: number, data: Buffer): Frame | undefined {
  const other = OTHER_FRAMES[marker];
  if (other !== undefined) {
    throw new Error(`it is ${other} JPEG, which is not decoded`);
  }
  if (marker < 0xc0 || marker > 0xc2) {
    return undefined;
  }
  const precision = data.readUInt8(0);
  if (precision !== 8) {
    throw new Error(`it has ${precision} bits per sample, and only 8 are decoded`);
  }
  const size = { width: data.readUInt16BE(3), height: data.readUInt16BE(1) };
  checkSize(size);
  const count = data.readUInt8(5);
  if (count !== 1 && count !== 3 && count !== 4) {
    throw new Error(`it has ${count} components; pictures have 1, 3 or 4`);
  }
  const raw = Array.from({ length: count }, (_, index) => {
    const [id = 0, sampling = 0, quantizationId = 0] = data.subarray(6 + 3 * index, 9 + 3 * index);
    return { id, across: sampling >> 4, down: sampling & 15, quantizationId };
  });
  if (raw.some(({ across, down }) => across < 1 || across > 4 || down < 1 || down > 4)) {
    throw new Error("its components are sampled as JPEG does not have it");
  }
  if (new Set(raw.map(({ id }) => id)).size < count) {
    throw new Error("two of its components have one name");
  }
  const across = Math.max(...raw.map((component) => component.across));
  const down = Math.max(...raw.map((component) => component.down));
  if (raw.some((component) => across % component.across > 0 || down % component.down > 0)) {
    throw new Error("its components are sampled by fractions of each other, which is not decoded");
  }
  const unitsAcross = Math.ceil(size.width / (BLOCK * across));
  const unitsDown = Math.ceil(size.height / (BLOCK * down));
  const components = raw.map((component) => {
    const width = Math.ceil((size.width * component.across) / across);
    const height = Math.ceil((size.height * component.down) / down);
    return {
      ...component,
      width,
      height,
      blocksAcross: Math.ceil(width / BLOCK),
      blocksDown: Math.ceil(height / BLOCK),
      storedAcross: unitsAcross * component.across,
      storedDown: unitsDown * component.down,
    };
  });
  return {
    ...size,
    progressive: marker === 0xc2,
    components,
    across,
    down,
    unitsAcross,
    unitsDown,
  };
}
