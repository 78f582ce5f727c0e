/** One table of every kind of picture; long, because the kinds are many. */
import { deflateSync } from "node:zlib";
import {
  PNG_SIGNATURE,
  pngChunk,
  pngHeader,
  withExif,
  type PngHeader,
  type Pixels,
} from "../images";
import { encodeBmp } from "./bmp";
import { exif } from "./exif";
import { encodeGif } from "./gif";
import { JFIF, adobeSegment, encodeJpeg, jpegSegment, type JpegOptions } from "./jpeg";

/** A picture as people have them, and what is to be seen on it. */
export interface Kind {
  readonly title: string;
  readonly file: Buffer;
  /** Upright, with its transparency. */
  readonly seen: Pixels;
  /** Whether Pillow refuses it, or does not scale what is transparent in it, though it is sound. */
  readonly againstPillow?: boolean;
}

type Color = readonly [red: number, green: number, blue: number];

/** A picture that looks different however it is turned: a sky, a hill, a sun. */
export function scene(width: number, height: number): Pixels {
  return draw(width, height, (x, y) => {
    const [across, down] = [x / width, y / height];
    const sun = (across - 0.75) ** 2 + (down - 0.3) ** 2 < 0.03;
    const hill = down > 0.9 - 0.5 * across;
    return sun
      ? [250, 220, 60, 255]
      : hill
        ? [60, 90 + 100 * across, 40, 255]
        : [80 + 100 * down, 150, 240 - 80 * across, 255];
  });
}

function draw(
  width: number,
  height: number,
  color: (x: number, y: number) => readonly number[],
): Pixels {
  const data = Buffer.alloc(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set(color(pixel % width, Math.floor(pixel / width)).map(Math.round), pixel * 4);
  }
  return { width, height, data };
}

/** Another picture, made pixel by pixel from one. */
function mapped(
  pixels: Pixels,
  change: (pixel: Buffer, x: number, y: number) => readonly number[],
): Pixels {
  return draw(pixels.width, pixels.height, (x, y) => {
    const at = (y * pixels.width + x) * 4;
    return change(pixels.data.subarray(at, at + 4), x, y);
  });
}

/** As an orientation of EXIF's says that the stored picture is to be turned (CIPA DC-008). */
export function upright(pixels: Pixels, orientation: number): Pixels {
  const { width: w, height: h, data } = pixels;
  const from: Readonly<Record<number, (x: number, y: number) => readonly [number, number]>> = {
    1: (x, y) => [x, y],
    2: (x, y) => [w - 1 - x, y],
    3: (x, y) => [w - 1 - x, h - 1 - y],
    4: (x, y) => [x, h - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, h - 1 - x],
    7: (x, y) => [w - 1 - y, h - 1 - x],
    8: (x, y) => [w - 1 - y, x],
  };
  const [width, height] = orientation >= 5 ? [h, w] : [w, h];
  return draw(width, height, (x, y) => {
    const [column, row] = from[orientation]?.(x, y) ?? [0, 0];
    return [...data.subarray((row * w + column) * 4, (row * w + column) * 4 + 4)];
  });
}

/** As few colours as a palette has: the pixels' red channel becomes the index. */
function indexed(
  pixels: Pixels,
  count: number,
): { indexes: Pixels; palette: Color[]; seen: Pixels } {
  const palette = Array.from({ length: count }, (_, index): Color => {
    const light = Math.round((255 * index) / (count - 1));
    return [light, 255 - light, (light * 7) % 256];
  });
  const indexes = mapped(pixels, ([red = 0, green = 0]) => [
    Math.min(count - 1, Math.floor(((red + green) / 512) * count)),
    0,
    0,
    255,
  ]);
  return {
    indexes,
    palette,
    seen: mapped(indexes, ([index = 0]) => [...(palette[index] ?? [0, 0, 0]), 255]),
  };
}

const WIDE = scene(75, 50);

export function jpegKinds(): Kind[] {
  const kinds: [string, Pixels, JpegOptions][] = [
    ["stored as RGB, as Adobe says", WIDE, { model: "RGB", segments: [adobeSegment(0)] }],
    ["stored as RGB, as its components' names say", WIDE, { model: "RGB" }],
    ["of YCbCr, as Adobe says", WIDE, { segments: [adobeSegment(1)] }],
    ["of YCbCr by JFIF, whatever Adobe says", WIDE, { segments: [JFIF, adobeSegment(0)] }],
    ["of CMYK", WIDE, { model: "CMYK", segments: [adobeSegment(0)] }],
    ["of CMYK without Adobe", WIDE, { model: "CMYK" }],
    ["of YCCK", WIDE, { model: "YCCK", segments: [adobeSegment(2)] }],
    ["with fill bytes", WIDE, { segments: [JFIF], fill: 5 }],
    [
      "with the frame's header first",
      WIDE,
      { segments: [JFIF, adobeSegment(1)], frameFirst: true },
    ],
    ["with restarts", WIDE, { restartInterval: 3 }],
    ["with restarts and fill bytes", WIDE, { restartInterval: 2, fill: 2 }],
    ["in one scan per component", WIDE, { separateScans: true, sampling: [[2, 2]] }],
    ["progressive", WIDE, { progressive: true }],
    ["progressive, sampled 4:2:0", scene(77, 51), { progressive: true, sampling: [[2, 2]] }],
    ["progressive, with restarts", WIDE, { progressive: true, restartInterval: 4 }],
    ["progressive CMYK", WIDE, { progressive: true, model: "CMYK", separateScans: true }],
    ["progressive and large", scene(700, 530), { progressive: true, sampling: [[2, 2]] }],
    ["sampled 4:2:2", scene(77, 51), { sampling: [[2, 1]] }],
    ["sampled 4:4:0", scene(77, 51), { sampling: [[1, 2]] }],
    ["sampled 4:1:1", scene(77, 51), { sampling: [[4, 1]] }],
    [
      "sampled oddly",
      scene(77, 51),
      {
        sampling: [
          [2, 2],
          [1, 2],
          [2, 1],
        ],
      },
    ],
    ["sampled by thirds", scene(77, 51), { sampling: [[3, 1]] }],
    ["sampled by halves one way and quarters the other", scene(160, 130), { sampling: [[2, 4]] }],
    ["of 2 x 1 pixels", scene(2, 1), {}],
  ];
  const grey = mapped(WIDE, ([red = 0]) => [red, red, red, 255]);
  const large = mapped(scene(2050, 2049), ([red = 0]) => [red, red, red, 255]);
  const narrow = mapped(scene(600, 7000), ([red = 0]) => [red, red, red, 255]);
  const plain = encodeJpeg(WIDE, { segments: [JFIF] });
  const turned = (title: string, orientation: number, data: Buffer): Kind => ({
    title,
    file: withExif(plain, data),
    seen: upright(WIDE, orientation),
  });
  return [
    ...kinds.map(([title, seen, options]) => ({ title, seen, file: encodeJpeg(seen, options) })),
    { title: "grey", seen: grey, file: encodeJpeg(grey, { model: "grey" }) },
    {
      title: "progressive, an eighth of which is enough",
      seen: large,
      file: encodeJpeg(large, { model: "grey", progressive: true }),
    },
    {
      title: "large, of whose width a half is enough",
      seen: narrow,
      file: encodeJpeg(narrow, { model: "grey" }),
    },
    {
      title: "grey, sampled as if it had colours",
      seen: grey,
      file: encodeJpeg(grey, { model: "grey", sampling: [[2, 2]] }),
    },
    {
      title: "with bytes after the end",
      seen: WIDE,
      file: Buffer.concat([plain, plain, Buffer.from("\0\xff\xd8")]),
    },
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) =>
      turned(
        `of orientation ${orientation}`,
        orientation,
        exif({ orientation, little: orientation % 2 === 0 }),
      ),
    ),
    turned("whose EXIF has a broken second directory", 6, exif({ orientation: 6, next: 9 })),
    turned(
      "whose EXIF has its second directory beyond the end",
      8,
      exif({ orientation: 8, next: 0xfffffff0 }),
    ),
    turned("whose EXIF has no next pointer", 6, exif({ orientation: 6, next: null })),
    turned(
      "whose EXIF has types that there are not",
      6,
      exif({
        orientation: 6,
        before: [
          [0x010f, 99, 3, 7],
          [0x0110, 0, 1, 0],
        ],
      }),
    ),
    turned(
      "whose EXIF points beyond its end",
      3,
      exif({
        orientation: 3,
        before: [
          [0x010f, 2, 4000, 0xfffffff],
          [0x8769, 4, 1, 0xffffff],
        ],
      }),
    ),
    turned("whose orientation is written in 4 bytes", 5, exif({ orientation: 5, type: 4 })),
    turned("whose orientation there is not", 1, exif({ orientation: 9 })),
    turned("whose orientation is written as a text", 1, exif({ orientation: 6, type: 2 })),
    turned("whose orientation is written as one byte", 1, exif({ orientation: 6, type: 1 })),
    turned("whose orientation is written with a sign", 6, exif({ orientation: 6, type: 8 })),
    turned("whose orientation is a signed byte", 8, exif({ orientation: 8, type: 6 })),
    turned(
      "whose orientation is written as a directory's offset",
      3,
      exif({ orientation: 3, little: true, type: 13 }),
    ),
    turned(
      "whose EXIF has two orientations, of which the first counts",
      6,
      exif({ orientation: 8, before: [[0x0112, 3, 1, 6]] }),
    ),
    turned(
      "whose EXIF has two values for the orientation",
      6,
      exif({ orientation: 1, before: [[0x0112, 3, 2, 6]] }),
    ),
    turned(
      "whose EXIF has its prefix twice",
      6,
      Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif({ orientation: 6 })]),
    ),
    turned(
      "whose EXIF has its number in the other byte order",
      6,
      (() => {
        const swapped = exif({ orientation: 6 });
        swapped.writeUInt16LE(42, 2);
        return swapped;
      })(),
    ),
    {
      title: "whose EXIF follows the frame's header",
      seen: upright(WIDE, 6),
      file: encodeJpeg(WIDE, {
        frameFirst: true,
        segments: [
          jpegSegment(
            0xe1,
            Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif({ orientation: 6 })]),
          ),
        ],
      }),
    },
  ].map((kind) => ({ ...kind, title: `JPEG ${kind.title}` }));
}

/** Rows of samples, unfiltered, of a pass or a whole picture. */
function scanLines(
  { width, height, data }: Pixels,
  { depth = 8, colorType = 2 }: Partial<PngHeader>,
): Buffer {
  const channels = { 0: [0], 2: [0, 1, 2], 3: [0], 4: [0, 3], 6: [0, 1, 2, 3] }[colorType];
  const rowBytes = 1 + Math.ceil((width * channels.length * depth) / 8);
  const lines = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      channels.forEach((channel, index) => {
        const value = data.readUInt8((y * width + x) * 4 + channel);
        const bit = (x * channels.length + index) * depth;
        const at = y * rowBytes + 1 + (bit >> 3);
        if (depth < 8) {
          lines.writeUInt8(lines.readUInt8(at) | (value << (8 - depth - (bit & 7))), at);
        } else {
          lines.fill(value, at, at + depth / 8);
        }
      });
    }
  }
  return lines;
}

/** Every row filtered in another way. */
function filtered(lines: Buffer, width: number, pixelBytes: number): Buffer {
  const rowBytes = 1 + width * pixelBytes;
  const result = Buffer.from(lines);
  for (let at = 0; at < lines.length; at++) {
    const [y, x] = [Math.floor(at / rowBytes), at % rowBytes];
    if (x === 0) {
      result[at] = y % 5;
      continue;
    }
    const left = x > pixelBytes ? lines.readUInt8(at - pixelBytes) : 0;
    const above = y > 0 ? lines.readUInt8(at - rowBytes) : 0;
    const corner = y > 0 && x > pixelBytes ? lines.readUInt8(at - rowBytes - pixelBytes) : 0;
    const estimate = left + above - corner;
    const paeth = [left, above, corner].reduce((best, value) =>
      Math.abs(value - estimate) < Math.abs(best - estimate) ? value : best,
    );
    const predictor = [0, left, above, (left + above) >> 1, paeth][y % 5] ?? 0;
    result[at] = lines.readUInt8(at) - predictor;
  }
  return result;
}

function png(
  header: PngHeader,
  lines: Buffer,
  { before = [], between = [], after = [] }: Readonly<Record<string, readonly Buffer[]>> = {},
): Buffer {
  const data = deflateSync(lines);
  const half = data.length >> 1;
  return Buffer.concat([
    PNG_SIGNATURE,
    pngHeader(header),
    ...before,
    pngChunk("IDAT", data.subarray(0, half)),
    pngChunk("IDAT", data.subarray(half)),
    ...between,
    pngChunk("IEND", Buffer.alloc(0)),
    ...after,
  ]);
}

export function pngKinds(): Kind[] {
  const { width, height } = WIDE;
  const lines = scanLines(WIDE, {});
  const simple = (
    title: string,
    parts: Readonly<Record<string, readonly Buffer[]>>,
    seen = WIDE,
  ) => ({
    title,
    seen,
    file: png(WIDE, lines, parts),
  });
  const interlaced = (pixels: Pixels, header: Partial<PngHeader>) =>
    Buffer.concat(
      [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
      ].map(([left = 0, top = 0, stepX = 1, stepY = 1]) => {
        const columns = Math.ceil((pixels.width - left) / stepX);
        const rows = Math.ceil((pixels.height - top) / stepY);
        const part = draw(Math.max(0, columns), Math.max(0, rows), (x, y) => {
          const at = ((top + y * stepY) * pixels.width + left + x * stepX) * 4;
          return [...pixels.data.subarray(at, at + 4)];
        });
        return columns > 0 ? scanLines(part, header) : Buffer.alloc(0);
      }),
    );
  const translucent = mapped(WIDE, ([r = 0, g = 0, b = 0], x) => [r, g, b, (x * 255) / width]);
  const greyTranslucent = mapped(translucent, ([r = 0, , , a = 0]) => [r, r, r, a]);
  const frameControl = (order: number) => {
    const data = Buffer.alloc(26);
    [order, width, height].forEach((value, index) => data.writeUInt32BE(value, index * 4));
    return pngChunk("fcTL", data);
  };
  const animation = pngChunk("acTL", Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
  const other = pngChunk(
    "fdAT",
    Buffer.concat([Buffer.from([0, 0, 0, 2]), deflateSync(lines.map(() => 0))]),
  );
  const wrong = pngChunk("tEXt", Buffer.from("Comment\0hello"));
  wrong.writeUInt8(wrong.readUInt8(12) ^ 1, 12);
  const small = scene(5, 3);
  const rawProfile = (orientation: number) => {
    const data = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif({ orientation })]);
    const lines = data.toString("hex").match(/.{1,72}/g) ?? [];
    return Buffer.from(`\nexif\n${String(data.length).padStart(8)}\n${lines.join("\n")}\n`);
  };
  const profileText = (type: string, before: string, text: Buffer) =>
    pngChunk(type, Buffer.concat([Buffer.from(`Raw profile type exif\0${before}`), text]));
  return [
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) =>
      simple(
        `of orientation ${orientation}`,
        { [orientation % 2 ? "before" : "between"]: [pngChunk("eXIf", exif({ orientation }))] },
        upright(WIDE, orientation),
      ),
    ),
    simple(
      "of orientation 6 in a text",
      { before: [profileText("tEXt", "", rawProfile(6))] },
      upright(WIDE, 6),
    ),
    simple(
      "of orientation 8 in a compressed text after its pixels",
      { between: [profileText("zTXt", "\0", deflateSync(rawProfile(8)))] },
      upright(WIDE, 8),
    ),
    simple(
      "of orientation 3 in an international text",
      { before: [profileText("iTXt", "\0\0en\0exif\0", rawProfile(3))] },
      upright(WIDE, 3),
    ),
    simple(
      "of orientation 5 in a compressed international text",
      { before: [profileText("iTXt", "\x01\0\0\0", deflateSync(rawProfile(5)))] },
      upright(WIDE, 5),
    ),
    simple(
      "of an orientation in its EXIF chunk and another in a text",
      {
        before: [
          pngChunk("eXIf", exif({ orientation: 6 })),
          profileText("tEXt", "", rawProfile(3)),
        ],
      },
      upright(WIDE, 6),
    ),
    {
      ...simple("whose text holds a damaged orientation", {
        before: [
          profileText("zTXt", "\0", Buffer.from("no zlib")),
          profileText("tEXt", "", Buffer.from("\nexif\n  14\nno digits\n")),
        ],
      }),
      againstPillow: true,
    },
    simple("animated", {
      before: [animation, frameControl(0)],
      between: [frameControl(1), other],
    }),
    simple("with a newline after the end", { after: [Buffer.from("\n")] }),
    simple("with chunks and bytes after the end", {
      after: [other, pngHeader(small), Buffer.alloc(1000, 7)],
    }),
    simple("with any chunks", {
      before: [pngChunk("gAMA", Buffer.alloc(4)), pngChunk("vpAg", Buffer.alloc(0))],
      between: [pngChunk("tEXt", Buffer.from("Comment\0hello"))],
    }),
    {
      ...simple("with a damaged comment", { before: [wrong], between: [wrong] }),
      againstPillow: true,
    },
    { title: "with every filter", seen: WIDE, file: png(WIDE, filtered(lines, width, 3)) },
    ...([1, 2, 4, 8] as const).flatMap((depth): Kind[] => {
      const { indexes, palette, seen } = indexed(WIDE, 2 ** depth);
      const [PLTE, tRNS] = [
        pngChunk("PLTE", Buffer.from(palette.flat())),
        pngChunk("tRNS", Buffer.from([0, 128])),
      ];
      const header = { width, height, depth, colorType: 3 } as const;
      const grey = { ...header, colorType: 0 } as const;
      const most = 2 ** depth - 1;
      return [
        {
          title: `with a palette, ${depth} bits`,
          seen,
          file: png(header, scanLines(indexes, header), { before: [PLTE] }),
        },
        {
          title: `with a palette that is transparent in part, ${depth} bits`,
          seen: mapped(indexes, ([index = 0]) => [
            ...(palette[index] ?? []),
            [0, 128][index] ?? 255,
          ]),
          file: png(header, scanLines(indexes, header), { before: [PLTE, tRNS] }),
        },
        {
          title: `grey, ${depth} bits, interlaced`,
          seen: mapped(indexes, ([index = 0]) => [
            ...Array<number>(3).fill((index * 255) / most),
            255,
          ]),
          file: png({ ...grey, interlaced: true }, interlaced(indexes, grey)),
        },
        {
          title: `grey, ${depth} bits, one of them transparent`,
          againstPillow: depth === 2,
          seen: mapped(indexes, ([index = 0]) => [
            ...Array<number>(3).fill((index * 255) / most),
            index === 1 ? 0 : 255,
          ]),
          file: png(grey, scanLines(indexes, grey), {
            before: [pngChunk("tRNS", Buffer.from([0, 1]))],
          }),
        },
      ];
    }),
    ...([8, 16] as const).flatMap((depth): Kind[] =>
      ([2, 4, 6] as const).map((colorType) => {
        const seen = { 2: WIDE, 4: greyTranslucent, 6: translucent }[colorType];
        const header = { width, height, depth, colorType };
        return {
          title: `of colour type ${colorType}, ${depth} bits, interlaced`,
          seen,
          file: png({ ...header, interlaced: true }, interlaced(seen, header)),
        };
      }),
    ),
    {
      title: "of which one colour is transparent",
      seen: mapped(WIDE, ([r = 0, g = 0, b = 0]) => [
        r,
        g,
        b,
        r === 250 && g === 220 && b === 60 ? 0 : 255,
      ]),
      file: png(WIDE, lines, { before: [pngChunk("tRNS", Buffer.from([0, 250, 0, 220, 0, 60]))] }),
    },
    (() => {
      const grey = mapped(WIDE, ([r = 0]) => [r, r, r, r === 80 ? 0 : 255]);
      const header = { width, height, colorType: 0 } as const;
      return {
        title: "whose transparent grey has bits beyond its depth",
        seen: grey,
        file: png(header, scanLines(grey, header), {
          before: [pngChunk("tRNS", Buffer.from([0x80, 80]))],
        }),
      };
    })(),
    {
      title: "smaller than its passes",
      seen: small,
      file: png({ ...small, interlaced: true }, interlaced(small, {})),
    },
    (() => {
      const thin = scene(1, 60_000);
      return { title: "of 1 x 60,000 pixels", seen: thin, file: png(thin, scanLines(thin, {})) };
    })(),
  ].map((kind) => ({ ...kind, title: `PNG ${kind.title}` }));
}

export function bmpKinds(): Kind[] {
  const odd = scene(37, 23);
  const two = indexed(odd, 2);
  const four = indexed(odd, 16);
  const eight = indexed(odd, 256);
  const short = indexed(odd, 5);
  const translucent = mapped(odd, ([r = 0, g = 0, b = 0], x) => [r, g, b, x * 6]);
  const levels = (bits: readonly number[]) => (pixel: Buffer) => [
    ...bits.map((count, index) => {
      const most = 2 ** count - 1;
      return (Math.round((pixel.readUInt8(index) * most) / 255) * 255) / most;
    }),
    255,
  ];
  const fifteen = mapped(odd, ([r = 0, g = 0, b = 0]) => [
    ...[r, g, b].map((v) => ((v >> 3) * 255) / 31),
    255,
  ]);
  const kind = (
    title: string,
    source: Pixels,
    seen: Pixels,
    options: Parameters<typeof encodeBmp>[1],
  ) => ({
    title,
    seen,
    file: encodeBmp(source, options),
  });
  const rows8: number[] = [];
  const rows4: number[] = [];
  for (let y = odd.height - 1; y >= 0; y--) {
    const row = (pixels: Pixels) =>
      Array.from({ length: odd.width }, (_, x) => pixels.data.readUInt8((y * odd.width + x) * 4));
    // The first ten as they are, then runs.
    const first8 = row(eight.indexes).slice(0, 11);
    rows8.push(
      0,
      11,
      ...first8,
      0,
      ...row(eight.indexes)
        .slice(11)
        .flatMap((index) => [1, index]),
      0,
      0,
    );
    const line4 = row(four.indexes);
    const literal = Array.from(
      { length: 5 },
      (_, at) => ((line4[2 * at] ?? 0) << 4) | (line4[2 * at + 1] ?? 0),
    );
    rows4.push(0, 10, ...literal, 0, ...line4.slice(10).flatMap((index) => [1, index << 4]), 0, 0);
  }
  const jumped = mapped(odd, (_, x, y) =>
    x >= 4 && x < 10 && y === odd.height - 3
      ? [...(eight.palette[200] ?? []), 255]
      : [...(eight.palette[0] ?? []), 255],
  );
  return [
    kind("of 24 bits with a gap before the pixels", odd, odd, { gap: 61 }),
    kind("of 24 bits with any length of header", odd, odd, { header: 124 }),
    kind("from top to bottom", odd, odd, { topDown: true }),
    kind("of 32 bits, without alpha", odd, odd, { depth: 32 }),
    kind("of 16 bits", odd, fifteen, { depth: 16 }),
    kind("of 16 bits with masks", odd, mapped(odd, levels([5, 6, 5])), {
      depth: 16,
      masks: [0xf800, 0x07e0, 0x1f],
    }),
    {
      ...kind("of 16 bits with masks of four bits", odd, mapped(odd, levels([4, 4, 4])), {
        depth: 16,
        masks: [0x0f00, 0x00f0, 0x000f],
      }),
      againstPillow: true,
    },
    {
      ...kind("of 32 bits with masks in another order", odd, odd, {
        depth: 32,
        masks: [0xff, 0xff00, 0xff0000, 0],
        header: 56,
      }),
      againstPillow: true,
    },
    kind("of 32 bits with alpha", translucent, translucent, {
      depth: 32,
      masks: [0xff0000, 0xff00, 0xff, 0xff000000],
      header: 124,
    }),
    kind("of 1 bit", two.indexes, two.seen, { depth: 1, palette: two.palette }),
    kind("of 4 bits and an odd width", four.indexes, four.seen, {
      depth: 4,
      palette: four.palette,
    }),
    kind("of 4 bits with a short palette", short.indexes, short.seen, {
      depth: 4,
      palette: short.palette,
    }),
    kind("of 8 bits", eight.indexes, eight.seen, { depth: 8, palette: eight.palette }),
    kind("of 8 bits with a short palette and a gap", short.indexes, short.seen, {
      depth: 8,
      palette: short.palette,
      gap: 3,
    }),
    kind("of 8 bits from top to bottom", eight.indexes, eight.seen, {
      depth: 8,
      palette: eight.palette,
      topDown: true,
    }),
    kind("of OS/2, 24 bits", odd, odd, { header: 12 }),
    kind("of OS/2, 8 bits", eight.indexes, eight.seen, {
      header: 12,
      depth: 8,
      palette: eight.palette,
    }),
    kind("of OS/2, 4 bits", four.indexes, four.seen, {
      header: 12,
      depth: 4,
      palette: four.palette,
    }),
    kind("of OS/2 2.x, 8 bits", eight.indexes, eight.seen, {
      header: 64,
      depth: 8,
      palette: eight.palette,
    }),
    {
      ...kind("of OS/2 2.x, cut short, 24 bits", odd, odd, { header: 16 }),
      againstPillow: true,
    },
    kind("in run lengths of 8 bits", odd, eight.seen, {
      depth: 8,
      palette: eight.palette,
      runs: [...rows8, 0, 1],
    }),
    kind("in run lengths of 4 bits", odd, four.seen, {
      depth: 4,
      palette: four.palette,
      runs: [...rows4, 0, 1],
    }),
    {
      ...kind("in run lengths with jumps and an early end", odd, jumped, {
        depth: 8,
        palette: eight.palette,
        runs: [0, 2, 4, 2, 6, 200, 0, 1],
      }),
      againstPillow: true,
    },
  ].map((made) => ({ ...made, title: `BMP ${made.title}` }));
}

export function gifKinds(): Kind[] {
  const { indexes, palette, seen } = indexed(WIDE, 64);
  const [first = [0, 0, 0]] = palette;
  const many = indexed(scene(300, 200), 256);
  const onCanvas = (
    width: number,
    height: number,
    left: number,
    top: number,
    around: readonly number[],
  ) =>
    draw(width, height, (x, y) => {
      const [column, row] = [x - left, y - top];
      return column >= 0 && row >= 0 && column < WIDE.width && row < WIDE.height
        ? [
            ...seen.data.subarray(
              (row * WIDE.width + column) * 4,
              (row * WIDE.width + column) * 4 + 4,
            ),
          ]
        : around;
    });
  const screen = { width: 90, height: 80 };
  return [
    { title: "of one frame", seen, file: encodeGif(indexes, { palette }) },
    { title: "interlaced", seen, file: encodeGif(indexes, { palette, interlaced: true }) },
    {
      title: "with a palette of its frame",
      seen,
      file: encodeGif(indexes, { palette, localPalette: true }),
    },
    {
      title: "with full tables of codes",
      seen: many.seen,
      file: encodeGif(many.indexes, { palette: many.palette }),
    },
    {
      title: "of which a colour is transparent",
      seen: mapped(indexes, ([index = 0]) => [...(palette[index] ?? []), index === 30 ? 0 : 255]),
      file: encodeGif(indexes, { palette, transparent: 30 }),
    },
    {
      title: "whose frame is smaller than its screen",
      seen: onCanvas(90, 80, 7, 20, [...first, 255]),
      file: encodeGif(indexes, { palette, screen, left: 7, top: 20 }),
    },
    {
      title: "whose frame is smaller than its screen, which is transparent",
      seen: onCanvas(90, 80, 7, 20, [0, 0, 0, 0]),
      file: encodeGif(indexes, {
        palette,
        screen,
        left: 7,
        top: 20,
        transparent: 63,
        interlaced: true,
      }),
    },
    {
      title: "whose frame reaches beyond its screen",
      seen: onCanvas(95, 80, 20, 30, [...first, 255]),
      file: encodeGif(indexes, { palette, screen: { width: 60, height: 40 }, left: 20, top: 30 }),
    },
    {
      title: "with empty bytes between its blocks",
      seen,
      file: (() => {
        const file = encodeGif(indexes, { palette });
        const firstBlock = 13 + 3 * palette.length;
        return Buffer.concat([
          file.subarray(0, firstBlock),
          Buffer.alloc(3),
          file.subarray(firstBlock),
        ]);
      })(),
    },
    {
      title: "with bytes after the end",
      seen,
      file: Buffer.concat([encodeGif(indexes, { palette }), Buffer.from("GIF89a and more")]),
    },
  ].map((made) => ({ ...made, title: `GIF ${made.title}` }));
}
