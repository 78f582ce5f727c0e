/** Markers of ITU-T T.81, table B.1, and the application segments that matter. */
export const MARKER = {
  startOfImage: 0xd8,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  huffmanTables: 0xc4,
  quantizationTables: 0xdb,
  restartInterval: 0xdd,
  /** EXIF's. */
  app1: 0xe1,
  /** Colour profiles'. */
  app2: 0xe2,
  /** Adobe's. */
  app14: 0xee,
  jfif: 0xe0,
} as const;

export interface Segment {
  readonly marker: number;
  readonly data: Buffer;
  /** Where the next marker is, unless data of a scan come first. */
  readonly end: number;
}

/** Markers that stand alone: restarts, start and end, and one for private use. */
function standsAlone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd9) || marker === 0x01;
}

/** @throws Error if there is no marker at an offset, or the segment is cut off */
export function readSegment(bytes: Buffer, offset: number): Segment {
  if (offset < bytes.length && bytes[offset] !== 0xff) {
    throw new Error(`there is no marker at byte ${offset}`);
  }
  let at = offset;
  while (bytes[at] === 0xff) {
    at++; // any number of them may fill up
  }
  const marker = bytes[at++];
  if (marker === undefined) {
    throw new Error("it is cut off");
  }
  if (standsAlone(marker)) {
    return { marker, data: Buffer.alloc(0), end: at };
  }
  const end = at + (at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0);
  if (end < at + 2 || end > bytes.length) {
    throw new Error("it is cut off within a segment");
  }
  return { marker, data: bytes.subarray(at + 2, end), end };
}

/** Where the next marker is that ends a scan, from an offset within its data. */
export function skipScan(bytes: Buffer, offset: number): number {
  for (let at = bytes.indexOf(0xff, offset); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) {
      return at;
    }
  }
  return bytes.length;
}
