import { readAvifCodec } from "#codecs";
import type { AreaAverage } from "./areaAverage";
import { WebAssemblyDecoder } from "./webAssembly";
import type { Orientation } from "./orientation";
import { checkSize, type Picture } from "./picture";

/**
 * Reads AVIF. Its boxes tell the size and how the picture is to be turned (ISO/IEC 23008-12; EXIF
 * data have no say in that); the pixels are decoded by libavif in WebAssembly.
 */

interface Box {
  readonly type: string;
  readonly data: Buffer;
}

/** An estimate: the slowest of the formats has to end within the function's time, too. */
const MOST_PIXELS = 12_500_000;

/**
 * Of a narrower picture that has colours at half its width every decoder makes something else, for
 * nothing says what belongs between them, and the last column is too much of it.
 */
const SHORTEST_SIDE = 16;

const decoder = new WebAssemblyDecoder(
  readAvifCodec,
  MOST_PIXELS,
  async () => import("@jsquash/avif/decode.js"),
);

/** Version and flags, which some boxes begin with. */
const FULL_BOX_LENGTH = 4;

/** Whether a file says, at any place of its list of brands, that it is AVIF. */
export function isAvif(bytes: Buffer): boolean {
  return brandsOf(bytes).some((brand) => brand === "avif" || brand === "avis");
}

/** The kinds of files of this layout that one says it is (ISO/IEC 14496-12, 4.3). */
export function brandsOf(bytes: Buffer): string[] {
  if (bytes.length < 16 || bytes.toString("latin1", 4, 8) !== "ftyp") {
    return [];
  }
  const box = bytes.subarray(8, bytes.readUInt32BE(0));
  // The main one, its version, and what else a reader of which understands the file.
  return Array.from({ length: box.length >> 2 }, (_, index) =>
    box.toString("latin1", 4 * index, 4 * index + 4),
  );
}

/** @throws Error if the file is no AVIF with a picture, or a tiny one; TooLargeError */
export function readAvif(bytes: Buffer): Picture {
  const meta = find(readBoxes(bytes), "meta");
  const boxes = readBoxes(meta.subarray(FULL_BOX_LENGTH));
  const primary = primaryItem(find(boxes, "pitm"));
  const itemProperties = readBoxes(find(boxes, "iprp"));
  const all = readBoxes(find(itemProperties, "ipco"));
  const properties = propertyNumbers(find(itemProperties, "ipma"), primary).flatMap((number) =>
    // They are counted from one.
    all.slice(number - 1, number),
  );
  const extent = find(properties, "ispe");
  const size = { width: extent.readUInt32BE(4), height: extent.readUInt32BE(8) };
  checkSize(size);
  if (size.width < SHORTEST_SIDE || size.height < SHORTEST_SIDE) {
    throw new Error(
      `it has ${size.width} x ${size.height} pixels, and AVIF is read from ${SHORTEST_SIDE} in a side on`,
    );
  }
  return {
    ...size,
    orientation: orientationOf(properties),
    decode: async (into: AreaAverage) => {
      const pixels = await decoder.decode(bytes, size);
      for (let y = 0; y < size.height; y++) {
        into.add(y, pixels.subarray(y * size.width * 4, (y + 1) * size.width * 4));
      }
    },
  };
}

/** ISO/IEC 14496-12, 4.2. */
function readBoxes(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const short = bytes.readUInt32BE(at);
    const headerLength = short === 1 ? 16 : 8;
    const length =
      short === 0 ? bytes.length - at : short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (length < headerLength || at + length > bytes.length) {
      throw new Error("it is cut off");
    }
    boxes.push({
      type: bytes.toString("latin1", at + 4, at + 8),
      data: bytes.subarray(at + headerLength, at + length),
    });
    at += length;
  }
  return boxes;
}

function find(boxes: readonly Box[], type: string): Buffer {
  const box = boxes.find((candidate) => candidate.type === type);
  if (box === undefined) {
    throw new Error(`it has no box ${JSON.stringify(type)}`);
  }
  return box.data;
}

function primaryItem(box: Buffer): number {
  return box.readUInt8(0) === 0 ? box.readUInt16BE(4) : box.readUInt32BE(4);
}

/** The numbers of an item's properties (ISO/IEC 23008-12, 9.3). */
function propertyNumbers(box: Buffer, item: number): number[] {
  const idBytes = box.readUInt8(0) === 0 ? 2 : 4;
  const numberBytes = (box.readUInt8(3) & 1) === 0 ? 1 : 2;
  let at = 8;
  for (let entries = box.readUInt32BE(4); entries > 0; entries--) {
    const id = box.readUIntBE(at, idBytes);
    const count = box.readUInt8(at + idBytes);
    at += idBytes + 1;
    if (id === item) {
      // The highest bit says whether the property is essential.
      const mask = numberBytes === 1 ? 0x7f : 0x7fff;
      return Array.from(
        { length: count },
        (_, index) => box.readUIntBE(at + index * numberBytes, numberBytes) & mask,
      );
    }
    at += count * numberBytes;
  }
  return [];
}

/**
 * By quarter turns against the clock, then how it is mirrored after that: not at all, top to
 * bottom, left to right (ISO/IEC 23008-12, 6.5.10 and 6.5.12).
 */
const ORIENTATIONS: readonly (readonly Orientation[])[] = [
  [1, 4, 2],
  [8, 5, 7],
  [3, 2, 4],
  [6, 7, 5],
];

function orientationOf(properties: readonly Box[]): Orientation {
  const turn = properties.find(({ type }) => type === "irot")?.data;
  const mirror = properties.find(({ type }) => type === "imir")?.data;
  const turns = turn === undefined ? 0 : turn.readUInt8(0) & 3;
  const mirrored = mirror === undefined ? 0 : 1 + (mirror.readUInt8(0) & 1);
  return ORIENTATIONS[turns]?.[mirrored] ?? 1;
}
