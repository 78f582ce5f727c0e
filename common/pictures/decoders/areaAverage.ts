import type { ImageSize } from "../../../contract/values";
import { mirrors, storedSize, type Orientation } from "./orientation";

/** Which share of each target pixel every source cell covers, along one axis. */
interface Coverage {
  /** Where the entries of cell `i` begin; they end where those of the next do. */
  readonly starts: Uint32Array;
  readonly targets: Uint16Array;
  readonly shares: Float64Array;
}

/**
 * Shrinks or stretches a picture to a size, on white. Each source pixel counts for the target
 * pixel that its centre lies in, each target pixel is the mean of those that count for it: what
 * Pillow calls `Image.BOX`. It takes the rows in any order and keeps none of them, so that the
 * memory does not depend on the picture's size.
 */
export class AreaAverage {
  /** The target's size before it is turned upright. */
  readonly target: ImageSize;
  private readonly sums: Float64Array;
  private readonly line: Float64Array;
  private columns: Coverage;
  private rows: Coverage;

  /**
   * @param source size of the pixels that come, as they are stored
   * @param size of the target when it is upright
   */
  constructor(
    private readonly source: ImageSize,
    private readonly orientation: Orientation,
    size: ImageSize,
  ) {
    this.target = storedSize(size, orientation);
    this.sums = new Float64Array(size.width * size.height * 3);
    this.line = new Float64Array(this.target.width * 3);
    [this.columns, this.rows] = this.coverages(1, 1);
  }

  /**
   * Says that what comes is not the picture's pixels but cells of so many of them each way; the
   * last ones of a row or a column may reach beyond the picture.
   */
  useCells(width: number, height: number): void {
    [this.columns, this.rows] = this.coverages(width, height);
  }

  private coverages(cellWidth: number, cellHeight: number): [Coverage, Coverage] {
    const { source, target } = this;
    const mirrored = mirrors(this.orientation);
    return [
      coverage(source.width, target.width, cellWidth, mirrored.columns),
      coverage(source.height, target.height, cellHeight, mirrored.rows),
    ];
  }

  /**
   * @param pixels RGBA, not premultiplied; what does not fit into the row is ignored
   * @param x of the first pixel
   * @param step from pixel to pixel
   */
  add(y: number, pixels: ArrayLike<number>, x = 0, step = 1): void {
    const { line, sums, columns, rows } = this;
    line.fill(0);
    const cells = columns.starts.length - 1;
    for (let from = 0; x < cells && from < pixels.length; from += 4, x += step) {
      let red = pixels[from] as number;
      let green = pixels[from + 1] as number;
      let blue = pixels[from + 2] as number;
      const alpha = pixels[from + 3] as number;
      if (alpha !== 255) {
        red = 255 + ((red - 255) * alpha) / 255;
        green = 255 + ((green - 255) * alpha) / 255;
        blue = 255 + ((blue - 255) * alpha) / 255;
      }
      const end = columns.starts[x + 1] as number;
      for (let entry = columns.starts[x] as number; entry < end; entry++) {
        const share = columns.shares[entry] as number;
        const to = 3 * (columns.targets[entry] as number);
        line[to] = (line[to] as number) + share * red;
        line[to + 1] = (line[to + 1] as number) + share * green;
        line[to + 2] = (line[to + 2] as number) + share * blue;
      }
    }
    const end = rows.starts[y + 1] as number;
    for (let entry = rows.starts[y] as number; entry < end; entry++) {
      const share = rows.shares[entry] as number;
      let to = (rows.targets[entry] as number) * line.length;
      for (const value of line) {
        sums[to] = (sums[to] as number) + share * value;
        to++;
      }
    }
  }

  /** The target's pixels as they are stored: RGB, row by row. */
  pixels(): Uint8ClampedArray {
    // The array rounds.
    return Uint8ClampedArray.from(this.sums);
  }
}

/** @param mirrored whether pixels are counted from the other end, on which ties depend */
function coverage(source: number, target: number, cell: number, mirrored: boolean): Coverage {
  const starts = new Uint32Array(Math.ceil(source / cell) + 1);
  const targets: number[] = [];
  const shares: number[] = [];
  for (let to = 0; to < target; to++) {
    const [first, beyond] = pixelsOf(mirrored ? target - 1 - to : to, source, target);
    const [begin, end] = mirrored ? [source - beyond, source - first] : [first, beyond];
    for (let index = Math.floor(begin / cell); index * cell < end; index++) {
      const covered = Math.min(end, (index + 1) * cell) - Math.max(begin, index * cell);
      targets.push(to);
      shares.push(covered / (end - begin));
      starts[index + 1] = targets.length;
    }
  }
  return { starts, targets: Uint16Array.from(targets), shares: Float64Array.from(shares) };
}

/** The source pixels that count for a target pixel: the first, and the first beyond. */
function pixelsOf(to: number, source: number, target: number): [begin: number, end: number] {
  if (source < target) {
    const nearest = Math.floor(((2 * to + 1) * source) / (2 * target));
    return [nearest, nearest + 1];
  }
  // A centre between two target pixels belongs to the first.
  const end = (count: number) => Math.floor((2 * count * source + target) / (2 * target));
  return [end(to), end(to + 1)];
}
