import type { Pixels } from "../images";

/**
 * Writes JPEG of the kinds that people have: any colour model and sampling, baseline and
 * progressive, in one scan or many. It knows nothing
 * of the decoder. Standard: ITU-T T.81.
 */

export interface JpegOptions {
  /** Default YCbCr; CMYK and YCCK have no black of their own, and count white as 255. */
  readonly model?: "grey" | "YCbCr" | "RGB" | "CMYK" | "YCCK";
  /** Sampling across and down, by component; default 1 for all. */
  readonly sampling?: readonly (readonly [across: number, down: number])[];
  readonly progressive?: boolean;
  /** One scan per component instead of one for all. */
  readonly separateScans?: boolean;
  readonly restartInterval?: number;
  /** What all coefficients are divided by; default 1, which loses next to nothing. */
  readonly factor?: number;
  /** Put after the start, or after the frame's header. */
  readonly segments?: readonly Buffer[];
  readonly frameFirst?: boolean;
  /** Bytes that fill up before every marker. */
  readonly fill?: number;
}

const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

export function jpegSegment(marker: number, data: Uint8Array | readonly number[]): Buffer {
  return Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255, ...data]);
}

export const JFIF = jpegSegment(0xe0, [...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]);

export function adobeSegment(transform: number): Buffer {
  return jpegSegment(0xee, [...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, transform]);
}

interface Plane {
  readonly id: number;
  readonly across: number;
  readonly down: number;
  /** Blocks that belong to the picture, and all there are. */
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  /** Coefficients of each block, in the file's order. */
  readonly blocks: readonly Int16Array[];
}

export function encodeJpeg(pixels: Pixels, options: JpegOptions = {}): Buffer {
  const { model = "YCbCr", progressive = false, separateScans = false } = options;
  const { restartInterval = 0, factor = 1, segments = [], frameFirst = false } = options;
  const sampling = Array.from(
    { length: model === "grey" ? 1 : model === "CMYK" || model === "YCCK" ? 4 : 3 },
    (_, index) => options.sampling?.[index] ?? ([1, 1] as const),
  );
  const most = [0, 1].map((axis) => Math.max(...sampling.map((pair) => pair[axis] ?? 1)));
  const [across = 1, down = 1] = most;
  const unitsAcross = Math.ceil(pixels.width / (8 * across));
  const unitsDown = Math.ceil(pixels.height / (8 * down));
  const planes = sampling.map(([h, v], index): Plane => {
    const stride = unitsAcross * h;
    const sample = (x: number, y: number) => {
      // The mean of the pixels that a sample stands for, the last ones repeated.
      let sum = 0;
      for (let dy = 0; dy < down / v; dy++) {
        for (let dx = 0; dx < across / h; dx++) {
          const px = Math.min(pixels.width - 1, (x * across) / h + dx);
          const py = Math.min(pixels.height - 1, (y * down) / v + dy);
          sum += component(pixels, Math.floor(px), Math.floor(py), model, index);
        }
      }
      return (sum * h * v) / (across * down);
    };
    return {
      id: model === "RGB" ? "RGB".charCodeAt(index) : index + 1,
      across: h,
      down: v,
      width: Math.ceil(Math.ceil((pixels.width * h) / across) / 8),
      height: Math.ceil(Math.ceil((pixels.height * v) / down) / 8),
      stride,
      blocks: Array.from({ length: stride * unitsDown * v }, (_, block) =>
        transform(factor, (x, y) =>
          sample((block % stride) * 8 + x, Math.floor(block / stride) * 8 + y),
        ),
      ),
    };
  });

  const frame = jpegSegment(progressive ? 0xc2 : 0xc0, [
    ...[8, pixels.height >> 8, pixels.height & 255, pixels.width >> 8, pixels.width & 255],
    planes.length,
    ...planes.flatMap(({ id, across, down }) => [id, (across << 4) | down, 0]),
  ]);
  const tables = [
    jpegSegment(0xdb, [0, ...Array<number>(64).fill(factor)]),
    huffmanTable(0x00, 16),
    huffmanTable(0x10, 256),
    jpegSegment(0xdd, [restartInterval >> 8, restartInterval & 255]),
  ];
  const all = planes.map((_, index) => index);
  const groups = separateScans ? all.map((index) => [index]) : [all];
  const scans = progressive
    ? [
        ...groups.map((group) => [group, 0, 0, 0, 1] as const),
        ...all.map((index) => [[index], 1, 5, 0, 2] as const),
        ...all.map((index) => [[index], 6, 63, 0, 2] as const),
        ...all.map((index) => [[index], 1, 63, 2, 1] as const),
        ...groups.map((group) => [group, 0, 0, 1, 0] as const),
        ...all.map((index) => [[index], 1, 63, 1, 0] as const),
      ]
    : groups.map((group) => [group, 0, 63, 0, 0] as const);
  const parts = [
    Buffer.from([0xff, 0xd8]),
    ...(frameFirst ? [frame, ...segments] : [...segments, frame]),
    ...tables,
    ...scans.flatMap(([group, first, last, high, low]) => {
      const taken = group.map((index) => planes[index] as Plane);
      const header = jpegSegment(0xda, [
        taken.length,
        ...taken.flatMap(({ id }) => [id, 0]),
        ...[first, last, (high << 4) | low],
      ]);
      const scan = { first, last, high, low, progressive, restartInterval };
      return [header, scanData(taken, scan, unitsAcross, unitsDown)];
    }),
    Buffer.from([0xff, 0xd9]),
  ];
  const fill = Buffer.alloc(options.fill ?? 0, 0xff);
  return Buffer.concat(
    parts.flatMap((part, index) =>
      index > 0 && part[0] === 0xff && part[1] !== 0 ? [fill, part] : [part],
    ),
  );
}

function component(
  { data, width }: Pixels,
  x: number,
  y: number,
  model: string,
  index: number,
): number {
  const [r = 0, g = 0, b = 0] = data.subarray((y * width + x) * 4);
  const luma = 0.299 * r + 0.587 * g + 0.114 * b;
  switch (model) {
    case "RGB":
    case "CMYK":
      return [r, g, b, 255][index] ?? 0;
    case "YCCK":
      return [255 - luma, 128 - (b - luma) / 1.772, 128 - (r - luma) / 1.402, 255][index] ?? 0;
    default:
      return [luma, 128 + (b - luma) / 1.772, 128 + (r - luma) / 1.402][index] ?? 0;
  }
}

const COSINES = Array.from({ length: 64 }, (_, index) => {
  const [frequency, at] = [Math.floor(index / 8), index % 8];
  const scale = frequency === 0 ? Math.SQRT1_2 : 1;
  return (scale * Math.cos(((2 * at + 1) * frequency * Math.PI) / 16)) / 2;
});

/** The coefficients of a block (A.3.3), in the file's order. */
function transform(factor: number, sample: (x: number, y: number) => number): Int16Array {
  const samples = Array.from({ length: 64 }, (_, at) => sample(at % 8, at >> 3) - 128);
  const rows = Array.from({ length: 64 }, (_, at) => {
    let sum = 0;
    for (let x = 0; x < 8; x++) {
      sum += (samples[(at & 56) + x] as number) * (COSINES[(at % 8) * 8 + x] as number);
    }
    return sum;
  });
  return Int16Array.from(ZIGZAG, (position) => {
    let sum = 0;
    for (let y = 0; y < 8; y++) {
      sum += (rows[y * 8 + (position % 8)] as number) * (COSINES[(position & 56) + y] as number);
    }
    return Math.round(sum / factor);
  });
}

/**
 * Every symbol has a code of 8 bits, but the last two of 9; the codes of only ones are left free.
 * @param symbols sizes of DC coefficients are 16, AC coefficients have all 256
 */
function huffmanTable(classAndNumber: number, symbols: number): Buffer {
  const counts = Array<number>(16).fill(0);
  counts[7] = Math.min(254, symbols);
  counts[8] = symbols - counts[7];
  return jpegSegment(0xc4, [
    classAndNumber,
    ...counts,
    ...Array.from({ length: symbols }, (_, symbol) => symbol),
  ]);
}

class BitWriter {
  private readonly bytes: number[] = [];
  private bits = 0;
  private count = 0;

  write(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.bits = (this.bits << 1) | ((value >> bit) & 1);
      if (++this.count === 8) {
        this.bytes.push(this.bits, ...(this.bits === 0xff ? [0] : []));
        this.bits = this.count = 0;
      }
    }
  }

  symbol(symbol: number): void {
    if (symbol < 254) {
      this.write(symbol, 8);
    } else {
      this.write(508 + symbol - 254, 9);
    }
  }

  /** A number as its size says it: negative ones with their bits inverted. */
  signed(value: number, size: number): void {
    this.write(value < 0 ? value + (1 << size) - 1 : value, size);
  }

  /** Fills the last byte up with ones; then a marker if there is one. */
  finish(marker?: number): void {
    while (this.count > 0) {
      this.write(1, 1);
    }
    if (marker !== undefined) {
      this.bytes.push(0xff, marker);
    }
  }

  toBuffer(): Buffer {
    return Buffer.from(this.bytes);
  }
}

interface Scan {
  readonly first: number;
  readonly last: number;
  readonly high: number;
  readonly low: number;
  readonly progressive: boolean;
  readonly restartInterval: number;
}

function scanData(
  planes: readonly Plane[],
  scan: Scan,
  unitsAcross: number,
  unitsDown: number,
): Buffer {
  const writer = new BitWriter();
  let predictions = planes.map(() => 0);
  const [only] = planes;
  const single = planes.length === 1 && only !== undefined;
  const columns = single ? only.width : unitsAcross;
  const rows = single ? only.height : unitsDown;
  for (let unit = 0; unit < columns * rows; unit++) {
    if (scan.restartInterval > 0 && unit > 0 && unit % scan.restartInterval === 0) {
      writer.finish(0xd0 + ((unit / scan.restartInterval - 1) % 8));
      predictions = planes.map(() => 0);
    }
    const [unitX, unitY] = [unit % columns, Math.floor(unit / columns)];
    planes.forEach((plane, index) => {
      const [h, v] = single ? [1, 1] : [plane.across, plane.down];
      for (let y = unitY * v; y < (unitY + 1) * v; y++) {
        for (let x = unitX * h; x < (unitX + 1) * h; x++) {
          const block = plane.blocks[y * plane.stride + x] as Int16Array;
          predictions[index] = writeBlock(writer, block, scan, predictions[index] as number);
        }
      }
    });
  }
  writer.finish();
  return writer.toBuffer();
}

/** @returns the DC coefficient, from which the next block's is told */
function writeBlock(writer: BitWriter, block: Int16Array, scan: Scan, prediction: number): number {
  const { first, last, high, low } = scan;
  const dc = (block[0] as number) >> low;
  if (first === 0 && high > 0) {
    writer.write(dc & 1, 1);
  } else if (first === 0) {
    const size = sizeOf(dc - prediction);
    writer.symbol(size);
    writer.signed(dc - prediction, size);
  }
  if (last > 0 && high === 0) {
    writeAc(writer, block, scan);
  } else if (last > 0) {
    refineAc(writer, block, scan);
  }
  return dc;
}

function writeAc(writer: BitWriter, block: Int16Array, { first, last, low }: Scan): void {
  let zeros = 0;
  for (let at = Math.max(1, first); at <= last; at++) {
    // Towards zero, unlike the DC coefficient.
    const value = Math.trunc((block[at] as number) / (1 << low));
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) {
      writer.symbol(0xf0);
    }
    writer.symbol((zeros << 4) | sizeOf(value));
    writer.signed(value, sizeOf(value));
    zeros = 0;
  }
  if (zeros > 0) {
    writer.symbol(0);
  }
}

/** G.1.2.3. */
function refineAc(writer: BitWriter, block: Int16Array, { first, last, low }: Scan): void {
  let zeros = 0;
  let corrections: number[] = [];
  const correct = () => {
    corrections.forEach((bit) => writer.write(bit, 1));
    corrections = [];
  };
  const magnitudes = Array.from(block, (value) => Math.abs(value) >> low);
  const lastNew = magnitudes.findLastIndex((size, at) => at >= first && at <= last && size === 1);
  for (let at = first; at <= last; at++) {
    const size = magnitudes[at] as number;
    for (; zeros > 15 && at <= lastNew; zeros -= 16) {
      writer.symbol(0xf0);
      correct();
    }
    if (size === 0) {
      zeros++;
    } else if (size > 1) {
      corrections.push(size & 1);
    } else {
      writer.symbol((zeros << 4) | 1);
      writer.write((block[at] as number) < 0 ? 0 : 1, 1);
      correct();
      zeros = 0;
    }
  }
  if (zeros > 0 || corrections.length > 0) {
    writer.symbol(0);
    correct();
  }
}

function sizeOf(value: number): number {
  return value === 0 ? 0 : 32 - Math.clz32(Math.abs(value));
}
