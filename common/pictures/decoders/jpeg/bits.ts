/**
 * Bits of a scan, highest first (ITU-T T.81, F.2.2.5). A marker ends them; whoever asks for more
 * gets zeros, and learns from `overrun` that they were none of the picture's.
 */
export class BitReader {
  private bits = 0;
  private count = 0;
  private missing = 0;

  constructor(
    private readonly bytes: Buffer,
    /** Of the next byte to be taken. */
    public position: number,
  ) {}

  /** Whether bits were taken that the file does not have. */
  get overrun(): boolean {
    return this.missing > this.count;
  }

  /** The next bits, which stay where they are. @param count at most 16 */
  peek(count: number): number {
    if (this.count < count) {
      this.fill();
    }
    return (this.bits >>> (this.count - count)) & ((1 << count) - 1);
  }

  /** Takes bits that were looked at. */
  skip(count: number): void {
    this.count -= count;
  }

  /** Takes the next bits. @param count at most 16 */
  read(count: number): number {
    const bits = this.peek(count);
    this.count -= count;
    return bits;
  }

  /** Takes a number whose first bit is its inverted sign (F.2.2.1, EXTEND). */
  readSigned(count: number): number {
    const bits = this.read(count);
    return bits < 1 << (count - 1) ? bits - (1 << count) + 1 : bits;
  }

  /** Gives up the bits before a marker. */
  reset(): void {
    this.bits = 0;
    this.count = 0;
    this.missing = 0;
  }

  private fill(): void {
    while (this.count <= 24) {
      let byte = this.bytes[this.position];
      if (byte === undefined || (byte === 0xff && this.bytes[this.position + 1] !== 0)) {
        byte = 0;
        this.missing += 8;
      } else {
        this.position += byte === 0xff ? 2 : 1;
      }
      this.bits = (this.bits << 8) | byte;
      this.count += 8;
    }
  }
}
