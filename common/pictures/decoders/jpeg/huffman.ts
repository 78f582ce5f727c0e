import type { BitReader } from "./bits";

const LONGEST_CODE = 16;
/** Codes of up to so many bits, which are nearly all, are found at one glance. */
const GLANCE = 9;

/** A code for bytes (ITU-T T.81, annex C). */
export class HuffmanTable {
  /** By the next bits: length and byte of the code that they begin with, or 0 if it is longer. */
  private readonly glances = new Uint16Array(1 << GLANCE);
  /** By length: the first code beyond those of that length; and what to add for its place. */
  private readonly limits = new Int32Array(LONGEST_CODE + 1);
  private readonly shifts = new Int32Array(LONGEST_CODE + 1);

  /**
   * @param counts codes of 1, 2, ... 16 bits
   * @param symbols what they stand for
   * @throws Error if there are more codes of a length than there can be
   */
  constructor(
    counts: Buffer,
    private readonly symbols: Buffer,
  ) {
    let code = 0;
    let place = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      this.shifts[length] = place - code;
      for (let codes = counts[length - 1] ?? 0; codes > 0; codes--, code++, place++) {
        if (length <= GLANCE) {
          const entry = (length << 8) | (symbols[place] ?? 0);
          const first = code << (GLANCE - length);
          this.glances.fill(entry, first, first + (1 << (GLANCE - length)));
        }
      }
      if (code > 1 << length) {
        throw new Error("a Huffman table has more codes than there can be");
      }
      this.limits[length] = code;
      code <<= 1;
    }
  }

  /** @throws Error if the next bits are no code */
  decode(reader: BitReader): number {
    const entry = this.glances[reader.peek(GLANCE)] as number;
    if (entry !== 0) {
      reader.skip(entry >> 8);
      return entry & 0xff;
    }
    const bits = reader.peek(LONGEST_CODE);
    for (let length = GLANCE + 1; length <= LONGEST_CODE; length++) {
      const code = bits >> (LONGEST_CODE - length);
      if (code < (this.limits[length] as number)) {
        reader.skip(length);
        return this.symbols[code + (this.shifts[length] as number)] as number;
      }
    }
    throw new Error("its data hold a code that stands for nothing");
  }
}
