import { BLOCK, type Component } from "./frame";

/** Natural position, row times 8 plus column, of each coefficient in the file's order (figure A.6). */
const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
]);

/** Of what a block's coefficients tell, how much is wanted: cells per block, each way, 1 to 8. */
export interface Detail {
  readonly across: number;
  readonly down: number;
}

/**
 * The coefficients of a component that the wanted detail needs. The lowest alone make a smaller
 * picture, so that a large photo never exists in full size.
 */
export class Plane {
  readonly coefficients: Int16Array;
  /** Place within a block of each coefficient in the file's order; -1 if it is not kept. */
  readonly places: Int8Array;
  /** Coefficients kept of each block. */
  readonly kept: number;
  /** The factor of each coefficient in the file's order; known from the first scan on. */
  quantization: Uint16Array | undefined;

  /** @param all keeps every coefficient, needed or not: refining scans are read by them */
  constructor(
    readonly component: Component,
    readonly detail: Detail,
    all: boolean,
  ) {
    const across = all ? BLOCK : detail.across;
    const down = all ? BLOCK : detail.down;
    this.kept = across * down;
    this.places = Int8Array.from(ZIGZAG, (position) => {
      const column = position % BLOCK;
      const row = Math.floor(position / BLOCK);
      return column < across && row < down ? row * across + column : -1;
    });
    this.coefficients = new Int16Array(component.storedAcross * component.storedDown * this.kept);
  }

  /** Cells in a row and rows of cells, those that fill the last blocks up included. */
  get stride(): number {
    return this.component.storedAcross * this.detail.across;
  }

  /**
   * Makes the cells from the coefficients: an inverse cosine transform (A.3.3) of as many points
   * as there are cells.
   */
  cells(): Uint8ClampedArray {
    const { component, detail, quantization, coefficients, kept, stride } = this;
    const { across, down } = detail;
    const cells = new Uint8ClampedArray(stride * component.storedDown * down);
    const factors = new Float64Array(across * down);
    const places = new Uint8Array(across * down);
    for (let index = 0; index < ZIGZAG.length; index++) {
      const column = (ZIGZAG[index] as number) % BLOCK;
      const row = Math.floor((ZIGZAG[index] as number) / BLOCK);
      if (column < across && row < down) {
        factors[row * across + column] = quantization?.[index] ?? 0;
        places[row * across + column] = this.places[index] as number;
      }
    }
    const wavesAcross = waves(across);
    const wavesDown = waves(down);
    // By frequency downwards, then cell across.
    const half = new Float64Array(across * down);
    let block = 0;
    for (let blockY = 0; blockY < component.storedDown; blockY++) {
      for (let blockX = 0; blockX < component.storedAcross; blockX++, block += kept) {
        half.fill(0);
        let usedRows = 0;
        for (let index = 0; index < factors.length; index++) {
          const raw = coefficients[block + (places[index] as number)] as number;
          if (raw !== 0) {
            const value = raw * (factors[index] as number);
            const frequency = (index % across) * across;
            const row = index - (index % across);
            usedRows = row / across + 1;
            for (let x = 0; x < across; x++) {
              half[row + x] =
                (half[row + x] as number) + value * (wavesAcross[frequency + x] as number);
            }
          }
        }
        for (let y = 0; y < down; y++) {
          const to = (blockY * down + y) * stride + blockX * across;
          for (let x = 0; x < across; x++) {
            let sum = 128;
            for (let frequency = 0; frequency < usedRows; frequency++) {
              sum +=
                (half[frequency * across + x] as number) *
                (wavesDown[frequency * down + y] as number);
            }
            cells[to + x] = sum;
          }
        }
      }
    }
    return cells;
  }
}

/** By frequency, then cell: the share of a coefficient in a cell, of so many cells per block. */
function waves(count: number): Float64Array {
  return Float64Array.from({ length: count * count }, (_, index) => {
    const frequency = Math.floor(index / count);
    const cell = index % count;
    const scale = frequency === 0 ? Math.SQRT1_2 : 1;
    return (scale * Math.cos(((2 * cell + 1) * frequency * Math.PI) / (2 * count))) / 2;
  });
}
