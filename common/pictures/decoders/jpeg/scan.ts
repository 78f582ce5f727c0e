import { BitReader } from "./bits";
import type { Frame } from "./frame";
import type { HuffmanTable } from "./huffman";
import type { Plane } from "./plane";

/** A component's part in a scan. */
export interface ScanPart {
  readonly plane: Plane;
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
}

export interface Scan {
  readonly parts: readonly ScanPart[];
  /** First and last coefficient, in the file's order. */
  readonly first: number;
  readonly last: number;
  /** Bit that the scan before ended with (0 for a first scan), and that this one ends with. */
  readonly high: number;
  readonly low: number;
  /** Units between two restarts; 0 for none. */
  readonly restartInterval: number;
}

/** Reads one block: an offset into its plane's coefficients. */
type BlockDecoder = (block: number, part: ScanPart, index: number) => void;

/**
 * Reads the data of a scan into its planes (ITU-T T.81, annexes F and G).
 * @returns where the data end
 * @throws Error if they are damaged or cut off
 */
export function decodeScan(bytes: Buffer, offset: number, frame: Frame, scan: Scan): number {
  const reader = new BitReader(bytes, offset);
  const state = new ScanState(reader, scan);
  const decodeBlock = frame.progressive ? state.progressive() : state.sequential;

  const [only] = scan.parts;
  const interleaved = scan.parts.length > 1;
  const unitsAcross = interleaved ? frame.unitsAcross : (only?.plane.component.blocksAcross ?? 0);
  const unitsDown = interleaved ? frame.unitsDown : (only?.plane.component.blocksDown ?? 0);
  let untilRestart = scan.restartInterval;
  let restarts = 0;
  for (let unitY = 0; unitY < unitsDown; unitY++) {
    for (let unitX = 0; unitX < unitsAcross; unitX++) {
      if (scan.restartInterval > 0 && untilRestart-- === 0) {
        restart();
        untilRestart = scan.restartInterval - 1;
      }
      for (let index = 0; index < scan.parts.length; index++) {
        const part = scan.parts[index] as ScanPart;
        const { component, kept } = part.plane;
        if (!interleaved) {
          decodeBlock((unitY * component.storedAcross + unitX) * kept, part, index);
          continue;
        }
        for (let y = unitY * component.down; y < (unitY + 1) * component.down; y++) {
          for (let x = unitX * component.across; x < (unitX + 1) * component.across; x++) {
            decodeBlock((y * component.storedAcross + x) * kept, part, index);
          }
        }
      }
    }
    checkWhole();
  }
  return reader.position;

  function checkWhole(): void {
    if (reader.overrun) {
      throw new Error("it is cut off within its pixels");
    }
  }

  function restart(): void {
    checkWhole();
    reader.reset();
    state.reset();
    let at = reader.position;
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) {
      at++;
    }
    if (bytes[at] !== 0xff || bytes[at + 1] !== 0xd0 + (restarts % 8)) {
      throw new Error("a restart of its data is not where it belongs");
    }
    restarts++;
    reader.position = at + 2;
  }
}

/** What goes on from block to block. */
class ScanState {
  /** The last DC coefficient by part. */
  private readonly predictions = new Int32Array(4);
  /** Blocks, after this one, that have no more coefficients in this scan. */
  private endOfBand = 0;

  constructor(
    private readonly reader: BitReader,
    private readonly scan: Scan,
  ) {}

  reset(): void {
    this.predictions.fill(0);
    this.endOfBand = 0;
  }

  readonly sequential: BlockDecoder = (block, part, index) => {
    const { reader } = this;
    const { coefficients, places } = part.plane;
    coefficients[block] = this.nextDc(part, index);
    const ac = needed(part.ac);
    for (let at = 1; at < 64; at++) {
      const symbol = ac.decode(reader);
      const size = symbol & 15;
      if (size === 0) {
        if (symbol !== ZERO_RUN) {
          break;
        }
        at += 15;
        continue;
      }
      at += symbol >> 4;
      const value = reader.readSigned(size);
      const place = places[at];
      if (place === undefined) {
        throw new Error("a block of its pixels has too many coefficients");
      }
      if (place >= 0) {
        coefficients[block + place] = value;
      }
    }
  };

  progressive(): BlockDecoder {
    const { first, high } = this.scan;
    if (first === 0) {
      return high === 0 ? this.firstDc : this.refineDc;
    }
    return high === 0 ? this.firstAc : this.refineAc;
  }

  private nextDc(part: ScanPart, index: number): number {
    const size = needed(part.dc).decode(this.reader);
    if (size > 15) {
      throw new Error("a block of its pixels is beyond all brightness");
    }
    const difference = size === 0 ? 0 : this.reader.readSigned(size);
    return (this.predictions[index] = (this.predictions[index] as number) + difference);
  }

  private readonly firstDc: BlockDecoder = (block, part, index) => {
    part.plane.coefficients[block] = this.nextDc(part, index) << this.scan.low;
  };

  private readonly refineDc: BlockDecoder = (block, { plane: { coefficients } }) => {
    if (this.reader.read(1) === 1) {
      coefficients[block] = (coefficients[block] as number) | (1 << this.scan.low);
    }
  };

  private readonly firstAc: BlockDecoder = (block, { plane, ac }) => {
    if (this.endOfBand > 0) {
      this.endOfBand--;
      return;
    }
    const { reader, scan } = this;
    for (let at = scan.first; at <= scan.last; at++) {
      const symbol = needed(ac).decode(reader);
      const run = symbol >> 4;
      const size = symbol & 15;
      if (size === 0) {
        if (symbol === ZERO_RUN) {
          at += 15;
          continue;
        }
        this.endOfBand = (1 << run) - 1 + reader.read(run);
        return;
      }
      at += run;
      const value = reader.readSigned(size) << scan.low;
      if (at > scan.last) {
        throw new Error("a block of its pixels has too many coefficients");
      }
      plane.coefficients[block + (plane.places[at] as number)] = value;
    }
  };

  private readonly refineAc: BlockDecoder = (block, { plane, ac }) => {
    const { reader, scan } = this;
    const { coefficients, places } = plane;
    const bit = 1 << scan.low;
    let at = scan.first;
    while (this.endOfBand === 0 && at <= scan.last) {
      const symbol = needed(ac).decode(reader);
      let zeros = symbol >> 4;
      let value = 0;
      if ((symbol & 15) === 0) {
        if (symbol !== ZERO_RUN) {
          this.endOfBand = (1 << zeros) + reader.read(zeros);
          break;
        }
      } else {
        value = reader.read(1) === 1 ? bit : -bit;
      }
      // Coefficients that are not zero are refined on the way, and do not count.
      for (; at <= scan.last; at++) {
        const place = block + (places[at] as number);
        if (coefficients[place] !== 0) {
          refine(place);
        } else if (zeros-- === 0) {
          coefficients[place] = value;
          break;
        }
      }
      at++;
    }
    if (this.endOfBand > 0) {
      for (; at <= scan.last; at++) {
        const place = block + (places[at] as number);
        if (coefficients[place] !== 0) {
          refine(place);
        }
      }
      this.endOfBand--;
    }

    function refine(place: number): void {
      if (reader.read(1) === 1) {
        const old = coefficients[place] as number;
        coefficients[place] = old + (old > 0 ? bit : -bit);
      }
    }
  };
}

/** Sixteen coefficients of zero. */
const ZERO_RUN = 0xf0;

/** @throws Error if a scan needs a table that the file does not have */
export function needed<T>(table: T | undefined): T {
  if (table === undefined) {
    throw new Error("one of its tables is missing");
  }
  return table;
}
