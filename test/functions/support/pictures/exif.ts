/** EXIF data are a TIFF file; these are made whole and broken in the ways that people have. */
export interface ExifOptions {
  readonly orientation: number;
  readonly little?: boolean;
  /** Where the next directory is said to be; `null` leaves that out, and ends the data. */
  readonly next?: number | null;
  /** Entries before that of the orientation: tag, type, count, value. */
  readonly before?: readonly (readonly [tag: number, type: number, count: number, value: number])[];
  /** Type of the orientation's own entry; default 3, which is SHORT. */
  readonly type?: number;
}

export function exif(options: ExifOptions): Buffer {
  const { orientation, little = false, next = 0, before = [], type = 3 } = options;
  const two = (value: number) => ordered(value, 2, little);
  const four = (value: number) => ordered(value, 4, little);
  const entries = [...before, [0x0112, type, 1, orientation] as const];
  const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 6: 1, 8: 2 };
  return Buffer.concat([
    Buffer.from(little ? "II" : "MM", "latin1"),
    two(42),
    four(8),
    two(entries.length),
    ...entries.flatMap(([tag, type, count, value]) => {
      const length = sizes[type] ?? 4;
      const padding = Buffer.alloc(4 - length);
      return [two(tag), two(type), four(count), ordered(value, length, little), padding];
    }),
    ...(next === null ? [] : [four(next)]),
  ]);
}

function ordered(value: number, length: number, little: boolean): Buffer {
  const bytes = Buffer.alloc(length);
  if (little) {
    bytes.writeUIntLE(value, 0, length);
  } else {
    bytes.writeUIntBE(value, 0, length);
  }
  return bytes;
}
