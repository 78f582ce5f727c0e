import type { AreaAverage } from "../areaAverage";
import { readOrientation, type Orientation } from "../orientation";
import type { Picture } from "../picture";
import { colorModel, drawPlanes } from "./color";
import { BLOCK, readFrame, type Frame } from "./frame";
import { HuffmanTable } from "./huffman";
import { Plane, type Detail } from "./plane";
import { decodeScan, needed, type Scan, type ScanPart } from "./scan";
import { MARKER, readSegment, skipScan } from "./segments";

/**
 * Reads JPEG: baseline, extended and progressive, Huffman-coded, 8 bits, in any of its colour
 * models. Large photos are decoded at an eighth, a quarter or a half of their size each way, from
 * the coefficients that tell of it; there, colours that a pixel cannot have are cut off from means,
 * not from pixels, which only shows where single pixels are in sharp contrast. What a viewer would
 * show with a warning only, because data are damaged or missing, is refused. Standard: ITU-T T.81.
 */

/** Pixels of the largest picture that is decoded at its own size; see docs/pictures.md. */
const WHOLE_PIXELS = 4_000_000;

/** Cells of a larger picture per pixel of the target, each way, at the least. */
const CELLS_PER_PIXEL = 8;

/** More than any program writes; each is read through, however little is in it. */
const MOST_SCANS = 100;

/** What is known before the first scan. */
interface Header {
  readonly frame: Frame;
  readonly orientation: Orientation;
  readonly jfif: boolean;
  readonly adobe: number | undefined;
}

/** @throws Error if the file is no JPEG of a kind that is decoded; TooLargeError */
export function readJpeg(bytes: Buffer): Picture {
  const header = readHeader(bytes);
  const { frame, orientation } = header;
  return {
    width: frame.width,
    height: frame.height,
    orientation,
    decode: (into) => decode(bytes, header, into),
  };
}

const FIRST_SEGMENT = 2;
const EXIF = Buffer.from("Exif\0", "latin1");
const JFIF = Buffer.from("JFIF\0", "latin1");
const ADOBE = Buffer.from("Adobe", "latin1");
const PROFILE = Buffer.from("ICC_PROFILE\0", "latin1");
/** In the name of the profile by which a JPEG in XYB is known, in UTF-16. */
const XYB = Buffer.from("\0X\0Y\0B", "latin1");

function readHeader(bytes: Buffer): Header {
  let frame: Frame | undefined;
  let orientation: Orientation | undefined;
  let jfif = false;
  let adobe: number | undefined;
  const startsWith = (data: Buffer, prefix: Buffer) =>
    data.subarray(0, prefix.length).equals(prefix);
  for (let offset = FIRST_SEGMENT; ;) {
    const { marker, data, end } = readSegment(bytes, offset);
    const read = readFrame(marker, data);
    if (frame !== undefined && read !== undefined) {
      throw new Error("it has two frames");
    }
    frame ??= read;
    if (marker === MARKER.app1 && startsWith(data, EXIF)) {
      orientation ??= readOrientation(data.subarray(EXIF.length + 1));
    } else if (marker === MARKER.app2 && startsWith(data, PROFILE) && data.includes(XYB)) {
      throw new Error("its colours are XYB, which are not decoded");
    } else if (marker === MARKER.jfif && startsWith(data, JFIF)) {
      jfif = true;
    } else if (marker === MARKER.app14 && startsWith(data, ADOBE) && data.length >= 12) {
      adobe = data[11];
    } else if (marker === MARKER.startOfScan || marker === MARKER.endOfImage) {
      if (frame === undefined) {
        throw new Error("it has no frame");
      }
      return { frame, orientation: orientation ?? 1, jfif, adobe };
    }
    offset = end;
  }
}

function decode(bytes: Buffer, header: Header, into: AreaAverage): void {
  const { frame, jfif, adobe } = header;
  const decoder = new Decoder(bytes, frame, neededDetail(frame, into));
  decoder.run();
  drawPlanes(frame, decoder.planes, colorModel(frame, jfif, adobe), into);
}

/** The smallest size that still has enough cells for every pixel of the target. */
function neededDetail({ width, height }: Frame, { target }: AreaAverage): Detail {
  const cells = (length: number, wanted: number) =>
    [1, 2, 4].find((count) => (length / BLOCK) * count >= wanted * CELLS_PER_PIXEL) ?? BLOCK;
  if (width * height <= WHOLE_PIXELS) {
    return { across: BLOCK, down: BLOCK };
  }
  return { across: cells(width, target.width), down: cells(height, target.height) };
}

/** Reads the tables and the scans in turn. */
class Decoder {
  readonly planes: readonly Plane[];
  /** Whether a coefficient of each block is all that is needed. */
  private readonly lowestOnly: boolean;
  private readonly quantization = new Map<number, Uint16Array>();
  /** By class and number, as the file has them in one byte. */
  private readonly huffman = new Map<number, HuffmanTable>();
  private restartInterval = 0;
  /** The lowest bit that was read of each coefficient, by plane. */
  private readonly progress: ReadonlyMap<Plane, Uint8Array>;

  constructor(
    private readonly bytes: Buffer,
    private readonly frame: Frame,
    detail: Detail,
  ) {
    this.lowestOnly = detail.across === 1 && detail.down === 1;
    const all = frame.progressive && !this.lowestOnly;
    this.planes = frame.components.map((component) => new Plane(component, detail, all));
    this.progress = new Map(
      this.planes.map((plane) => [plane, new Uint8Array(BLOCK * BLOCK).fill(NOT_READ)]),
    );
  }

  /** @throws Error if the file ends before the picture does, or is damaged */
  run(): void {
    let scans = 0;
    for (let position = FIRST_SEGMENT; ;) {
      const { marker, data, end } = readSegment(this.bytes, position);
      position = end;
      switch (marker) {
        case MARKER.quantizationTables:
          this.readQuantization(data);
          break;
        case MARKER.huffmanTables:
          this.readHuffman(data);
          break;
        case MARKER.restartInterval:
          this.restartInterval = data.readUInt16BE(0);
          break;
        case MARKER.startOfScan:
          if (++scans > MOST_SCANS) {
            throw new Error(`it has more than ${MOST_SCANS} scans`);
          }
          position = this.readScan(data, end);
          break;
        case MARKER.endOfImage:
          this.checkWhole();
          return;
      }
    }
  }

  /** B.2.4.1. */
  private readQuantization(data: Buffer): void {
    for (let at = 0; at < data.length;) {
      const first = data.readUInt8(at++);
      const bytes = first >> 4 === 0 ? 1 : 2;
      const table = new Uint16Array(BLOCK * BLOCK);
      for (let index = 0; index < table.length; index++, at += bytes) {
        table[index] = data.readUIntBE(at, bytes);
      }
      this.quantization.set(first & 15, table);
    }
  }

  /** B.2.4.2. */
  private readHuffman(data: Buffer): void {
    for (let at = 0; at < data.length;) {
      const classAndNumber = data.readUInt8(at);
      const counts = data.subarray(at + 1, at + 17);
      const symbols = counts.reduce((sum, count) => sum + count, 0);
      at += 17 + symbols;
      if (at > data.length) {
        throw new Error("a Huffman table is cut off");
      }
      this.huffman.set(classAndNumber, new HuffmanTable(counts, data.subarray(at - symbols, at)));
    }
  }

  /** B.2.3. @returns where the next segment is */
  private readScan(data: Buffer, start: number): number {
    const scan = this.readScanHeader(data);
    this.follow(scan);
    if (this.lowestOnly && scan.first > 0) {
      return skipScan(this.bytes, start);
    }
    for (const { plane } of scan.parts) {
      plane.quantization ??= needed(this.quantization.get(plane.component.quantizationId));
    }
    return skipScan(this.bytes, decodeScan(this.bytes, start, this.frame, scan));
  }

  /** Every scan goes on where those before it ended: a viewer could only guess otherwise. */
  private follow({ parts, first, last, high, low }: Scan): void {
    for (const { plane } of parts) {
      const progress = this.progress.get(plane);
      if (
        progress?.subarray(first, last + 1).some((bit) => bit !== (high === 0 ? NOT_READ : high))
      ) {
        throw new Error("its scans do not follow each other");
      }
      progress?.fill(low, first, last + 1);
      if (progress?.[0] === NOT_READ) {
        throw new Error("a scan refines what there is not");
      }
    }
  }

  /** @throws Error if there are coefficients, or bits of them, that no scan had */
  private checkWhole(): void {
    for (const progress of this.progress.values()) {
      if (progress.some((bit) => bit !== 0)) {
        throw new Error("it ends before all of its scans do");
      }
    }
  }

  private readScanHeader(data: Buffer): Scan {
    const count = data.readUInt8(0);
    const parts = Array.from({ length: count }, (_, index): ScanPart => {
      const id = data.readUInt8(1 + 2 * index);
      const tables = data.readUInt8(2 + 2 * index);
      const plane = this.planes.find(({ component }) => component.id === id);
      if (plane === undefined) {
        throw new Error(`a scan has a component ${id}, and the frame has none`);
      }
      return {
        plane,
        dc: this.huffman.get(tables >> 4),
        ac: this.huffman.get(AC_CLASS | (tables & 15)),
      };
    });
    if (count < 1 || new Set(parts.map(({ plane }) => plane)).size < count) {
      throw new Error("a scan does not have every component once");
    }
    const restartInterval = this.restartInterval;
    if (!this.frame.progressive) {
      return { parts, first: 0, last: LAST, high: 0, low: 0, restartInterval };
    }
    const [first = 0, last = 0, bits = 0] = data.subarray(1 + 2 * count, 4 + 2 * count);
    const high = bits >> 4;
    const low = bits & 15;
    const ofDc = first === 0 && last === 0;
    const ofAc = first > 0 && first <= last && last <= LAST && count === 1;
    if (!(ofDc || ofAc) || low > MOST_SHIFT || (high > 0 && high !== low + 1)) {
      throw new Error("a scan says that it has what progressive JPEG does not have");
    }
    return { parts, first, last, high, low, restartInterval };
  }
}

const AC_CLASS = 0x10;
/** Number of the last coefficient. */
const LAST = BLOCK * BLOCK - 1;
const MOST_SHIFT = 13;
/** Of a coefficient: no scan had it yet. */
const NOT_READ = 255;
