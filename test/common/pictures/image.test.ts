/** Long, because every format has its own ways to be odd, damaged or hostile. */
import { expect } from "chai";
import { imageSize } from "image-size";
import { normalizeImage } from "../../../common/pictures/image";
import { errorOf } from "../../functions/support/errors";
import {
  PNG_SIGNATURE,
  animatedGif,
  craftedPng,
  decode,
  encode,
  patterned,
  plain,
  pngChunk,
  pngHeader,
  withExif,
  type Pixels,
} from "../../functions/support/images";
import { encodeBmp } from "../../functions/support/pictures/bmp";
import { exif } from "../../functions/support/pictures/exif";
import { encodeJpeg, jpegSegment } from "../../functions/support/pictures/jpeg";
import { sampleFile } from "../../functions/support/pictures/samples";

const SIZE = { width: 32, height: 32 };
const NAME = "s3://uploads/incoming/1.png";

async function normalize(bytes: Buffer, maxPixels = 1_000_000): Promise<Buffer> {
  return normalizeImage(bytes, NAME, { size: SIZE, maxPixels });
}

/** The largest difference of any channel. */
function difference(a: Pixels, b: Pixels): number {
  expect(a).to.include({ width: b.width, height: b.height });
  return a.data.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - b.data.readUInt8(index))),
    0,
  );
}

/** A JPEG that ends with its frame's header. */
function jpegFrame(marker: number, bits = 8): Buffer {
  const header = jpegSegment(marker, [bits, 0, 8, 0, 8, 1, 1, 0x11, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), header]);
}

describe("normalizeImage", () => {
  for (const encoding of ["image/png", "image/bmp"] as const) {
    it(`keeps every pixel of ${encoding} of the right size`, async () => {
      // Prepare
      const pixels = patterned(32, 32);

      // Act
      const png = await normalize(await encode(pixels, encoding));

      // Assess
      expect(await decode(png)).to.deep.equal(pixels);
    });
  }

  for (const [encoding, rounding] of [
    ["image/jpeg", 1],
    ["image/gif", 0],
  ] as const) {
    it(`adds no loss to what ${encoding} has lost`, async () => {
      // Prepare
      const file = await encode(plain(32, 32, 0x3366ccff), encoding);

      // Act
      const png = await normalize(file);

      // Assess
      expect(difference(await decode(png), await decode(file))).to.be.at.most(rounding);
    });
  }

  it("writes RGB of the model's size, about 3 kB, whatever comes in", async () => {
    for (const [width, height] of [
      [1, 1],
      [32, 31],
      [200, 17],
      [640, 480],
    ] as const) {
      // Act
      const png = await normalize(await encode(patterned(width, height), "image/png"));

      // Assess
      expect(imageSize(png)).to.include({ width: 32, height: 32, type: "png" });
      expect(png[25], "colour type").to.equal(2);
      expect(png.length).to.be.below(3_500);
    }
  });

  it("stretches without keeping the aspect", async () => {
    // Prepare: left half red, right half blue, twice as wide as high
    const wide = plain(128, 64, 0xff0000ff);
    for (let pixel = 0; pixel < 128 * 64; pixel++) {
      wide.data.writeUInt32BE(pixel % 128 < 64 ? 0xff0000ff : 0x0000ffff, pixel * 4);
    }

    // Act
    const { data } = await decode(await normalize(await encode(wide, "image/png")));

    // Assess
    for (const y of [0, 15, 31]) {
      expect(data.readUInt32BE((y * 32 + 4) * 4)).to.equal(0xff0000ff);
      expect(data.readUInt32BE((y * 32 + 27) * 4)).to.equal(0x0000ffff);
    }
  });

  it("averages the pixels it drops", async () => {
    // Prepare: columns in turn black and white
    const stripes = plain(64, 64, 0x000000ff);
    for (let pixel = 0; pixel < 64 * 64; pixel += 2) {
      stripes.data.writeUInt32BE(0xffffffff, pixel * 4);
    }

    // Act
    const { data } = await decode(await normalize(await encode(stripes, "image/png")));

    // Assess
    expect(data[0]).to.be.within(126, 129);
    expect(data[(16 * 32 + 16) * 4]).to.be.within(126, 129);
  });

  it("puts what is transparent on white", async () => {
    // Act
    const { data } = await decode(
      await normalize(await encode(plain(32, 32, 0xff000000), "image/png")),
    );

    // Assess
    expect(data.readUInt32BE(0)).to.equal(0xffffffff);
  });

  it("reads 16-bit, grey, palette and interlaced PNG", async () => {
    // Prepare: 32 x 32 pixels of one value in each form; interlacing has 60 rows in seven passes
    const grey = Buffer.alloc(33 * 32, 0x80);
    const grey16 = Buffer.alloc(65 * 32, 0x80);
    const palette = pngChunk("PLTE", Buffer.from([0x80, 0x80, 0x80]));
    const indexed = Buffer.alloc(33 * 32);
    const interlaced = Buffer.concat(
      [
        [4, 4],
        [4, 4],
        [8, 4],
        [8, 8],
        [16, 8],
        [16, 16],
        [32, 16],
      ].flatMap(([width = 0, height = 0]) =>
        Array.from({ length: height }, () => Buffer.from([0, ...Array<number>(width).fill(0x80)])),
      ),
    );
    for (let row = 0; row < 32; row++) {
      grey[row * 33] = 0;
      grey16[row * 65] = 0;
    }
    const files = {
      "8-bit grey": craftedPng({ ...SIZE, colorType: 0 }, grey),
      "16-bit grey": craftedPng({ ...SIZE, colorType: 0, depth: 16 }, grey16),
      palette: craftedPng({ ...SIZE, colorType: 3 }, indexed, palette),
      interlaced: craftedPng({ ...SIZE, colorType: 0, interlaced: true }, interlaced),
    };

    for (const [form, file] of Object.entries(files)) {
      // Act
      const pixels = await decode(await normalize(file));

      // Assess
      expect(difference(pixels, plain(32, 32, 0x808080ff)), form).to.be.at.most(1);
    }
  });

  it("takes the first frame of an animation", async () => {
    // Act
    const pixels = await decode(await normalize(animatedGif()));

    // Assess
    expect(pixels).to.deep.equal(plain(32, 32, 0xff0000ff));
  });

  it("turns a photo upright as its EXIF data asks", async () => {
    // Prepare: upper half white, lower half black, to be turned by 180 degrees
    const photo = plain(32, 32, 0x000000ff);
    photo.data.fill(0xff, 0, 32 * 16 * 4);
    const jpeg = withExif(await encode(photo, "image/jpeg"), exif({ orientation: 3 }));

    // Act
    const { data } = await decode(await normalize(jpeg));

    // Assess
    expect(data[0], "upper left").to.be.below(20);
    expect(data[32 * 31 * 4], "lower left").to.be.above(235);
  });

  it("reads bytes that lie anywhere in a larger buffer", async () => {
    // Prepare
    const pixels = patterned(32, 32);
    const file = await encode(pixels, "image/png");
    const within = Buffer.concat([Buffer.alloc(13, 1), file, Buffer.alloc(7, 2)]);

    // Act
    const png = await normalize(within.subarray(13, 13 + file.length));

    // Assess
    expect(await decode(png)).to.deep.equal(pixels);
  });

  describe("refuses as too large, before it decodes,", () => {
    it("a PNG whose header claims 50,000 x 50,000 pixels", async () => {
      // Prepare
      const bomb = craftedPng({ width: 50_000, height: 50_000 }, Buffer.alloc(1_000_000));

      // Act
      const error = await errorOf(() => normalize(bomb));

      // Assess
      expect(error.name).to.equal("ImageTooLargeError");
      expect(error.message).to.equal(`${NAME} has 50000 x 50000 pixels: send at most 1000000`);
    });

    for (const encoding of ["image/png", "image/jpeg", "image/bmp", "image/gif"] as const) {
      it(`${encoding} of one row too many, and takes one of just the limit`, async () => {
        const within = await encode(plain(40, 25, 0x3366ccff), encoding);
        const above = await encode(plain(40, 26, 0x3366ccff), encoding);

        expect(imageSize(await normalize(within, 1_000))).to.include(SIZE);
        expect((await errorOf(() => normalize(above, 1_000))).name).to.equal("ImageTooLargeError");
      });
    }
  });

  it("takes no memory for the pixels that a JPEG only claims to have", async () => {
    // Prepare: the size in the frame's header is changed to 65,535 x 65,535
    const jpeg = await encode(plain(32, 32, 0x3366ccff), "image/jpeg");
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.fill(0xff, frame + 5, frame + 9);

    // Act
    const error = await errorOf(() => normalize(jpeg, 65_535 ** 2));

    // Assess
    expect(error.name).to.equal("UnreadableImageError");
    expect(error.message).to.include("it is cut off within its pixels");
  });

  for (const [width, height] of [
    [1, 12_000_000],
    [65_536, 1],
  ] as const) {
    it(`refuses a PNG of ${width} x ${height} pixels, whatever its area`, async () => {
      // Prepare
      const thin = craftedPng({ width, height, colorType: 0 }, Buffer.alloc(2 * height));

      // Act
      const error = await errorOf(() => normalize(thin, 1_000_000_000));

      // Assess
      expect(error.name).to.equal("ImageTooLargeError");
      expect(error.message).to.equal(
        `${NAME} has ${width} x ${height} pixels: send at most 65535 in a side`,
      );
    });
  }

  describe("refuses as unreadable", () => {
    const files: Readonly<Record<string, () => Buffer | Promise<Buffer>>> = {
      "a text": () => Buffer.from("this is no image, only its name ends in .png"),
      "an SVG": () => Buffer.from('<svg width="32" height="32"></svg>'),
      zeros: () => Buffer.alloc(100),
      "a WebP": () => Buffer.from("RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\0\0\0\0", "latin1"),
      "a TIFF": () => encode(patterned(32, 32), "image/tiff"),
      "a signature alone": () => PNG_SIGNATURE,
      "a PNG without pixels": () => Buffer.concat([PNG_SIGNATURE, pngHeader(SIZE)]),
      "a PNG of no width": () => craftedPng({ width: 0, height: 32 }, Buffer.alloc(32)),
      "a PNG with a wrong checksum": async () => {
        const file = await encode(patterned(32, 32), "image/png");
        file.writeUInt8(file.readUInt8(60) ^ 1, 60);
        return file;
      },
      "a GIF without a frame": () => Buffer.from("GIF89a\x02\0\x02\0\0\0\0;", "latin1"),
      "a JPEG without a frame": () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xd9]),
    };

    for (const [fault, file] of Object.entries(files)) {
      it(fault, async () => {
        // Prepare
        const bytes = await file();

        // Act
        const error = await errorOf(() => normalize(bytes));

        // Assess
        expect(error.name).to.equal("UnreadableImageError");
        expect(error.message)
          .to.match(/^s3:\/\/uploads\/incoming\/1.png is no image that can be read: ./)
          .and.match(/Send a whole PNG, JPEG, BMP, GIF, WebP, AVIF file$/);
        expect(error.cause).to.not.equal(undefined);
      });
    }

    const bombs: Readonly<Record<string, readonly [file: () => Buffer, reason: string]>> = {
      "a PNG with a second, larger header": [
        () => craftedPng(SIZE, Buffer.alloc(97 * 32), pngHeader({ width: 40_000, height: 40_000 })),
        "it has two headers",
      ],
      "an interlaced PNG that inflates to more than its header says": [
        () => craftedPng({ ...SIZE, interlaced: true }, Buffer.alloc(50_000_000)),
        "it has more pixels than its header says",
      ],
    };

    for (const [fault, [file, reason]] of Object.entries(bombs)) {
      it(`${fault}, before it is decoded`, async () => {
        // Prepare
        const bytes = file();

        // Act
        const error = await errorOf(() => normalize(bytes));

        // Assess
        expect(error.name).to.equal("UnreadableImageError");
        expect(error.message).to.include(reason);
      });
    }

    const kinds: Readonly<Record<string, readonly [file: () => Buffer, reason: string]>> = {
      "a JPEG of 12 bits": [() => jpegFrame(0xc1, 12), "it has 12 bits per sample"],
      "a lossless JPEG": [() => jpegFrame(0xc3), "it is lossless JPEG"],
      "a hierarchical JPEG": [() => jpegFrame(0xc5), "it is hierarchical JPEG"],
      "an arithmetic-coded JPEG": [() => jpegFrame(0xc9), "it is arithmetic-coded JPEG"],
      "an arithmetic-coded progressive JPEG": [
        () => jpegFrame(0xca),
        "it is arithmetic-coded JPEG",
      ],
      "a JPEG-LS": [() => jpegFrame(0xf7), "it is JPEG-LS"],
      "a JPEG in XYB": [
        () =>
          encodeJpeg(plain(8, 8, 0xff), {
            segments: [jpegSegment(0xe2, Buffer.from("ICC_PROFILE\0\x01\x01...\0X\0Y\0B\0_"))],
          }),
        "its colours are XYB",
      ],
      "a JPEG with a wrong code": [
        () => {
          const jpeg = encodeJpeg(plain(64, 64, 0x3366ccff));
          return jpeg
            .fill(0xff, jpeg.length - 60, jpeg.length - 50)
            .fill(0xfe, jpeg.length - 50, jpeg.length - 40);
        },
        "it is cut off within its pixels",
      ],
      "a JPEG whose component has no scan": [
        () => {
          const jpeg = encodeJpeg(plain(8, 8, 0x3366ccff), { separateScans: true });
          const lastScan = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
          return Buffer.concat([jpeg.subarray(0, lastScan), Buffer.from([0xff, 0xd9])]);
        },
        "it ends before all of its scans do",
      ],
      "a progressive JPEG without its last scan": [
        () => {
          const jpeg = encodeJpeg(patterned(8, 8), { progressive: true });
          const lastScan = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
          return Buffer.concat([jpeg.subarray(0, lastScan), Buffer.from([0xff, 0xd9])]);
        },
        "it ends before all of its scans do",
      ],
      "a progressive JPEG with a scan twice": [
        () => {
          const jpeg = encodeJpeg(patterned(8, 8), { progressive: true });
          const lastScan = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
          return Buffer.concat([jpeg.subarray(0, -2), jpeg.subarray(lastScan)]);
        },
        "its scans do not follow each other",
      ],
      "a JPEG sampled by fractions": [
        () =>
          encodeJpeg(plain(8, 8, 0x3366ccff), {
            sampling: [
              [3, 1],
              [2, 1],
            ],
          }),
        "its components are sampled by fractions of each other",
      ],
      "a PNG whose palette follows its pixels": [
        () =>
          Buffer.concat([
            craftedPng({ ...SIZE, colorType: 3 }, Buffer.alloc(33 * 32)).subarray(0, -12),
            pngChunk("PLTE", Buffer.alloc(3)),
            pngChunk("IEND", Buffer.alloc(0)),
          ]),
        "it has no palette",
      ],
      "a WebP of another size than its pixels": [
        () => {
          const webp = sampleFile("webpTurned");
          webp.writeUInt8(webp.readUInt8(24) + 1, 24);
          return webp;
        },
        "it has another size than its pixels",
      ],
      "an AVIF so small that decoders differ": [
        () => {
          const avif = sampleFile("avif");
          avif.writeUInt32BE(3, avif.indexOf("ispe") + 8);
          return avif;
        },
        "AVIF is read from 16 in a side on",
      ],
      "a BMP with a JPEG in it": [
        () => {
          const bmp = encodeBmp(plain(4, 4, 0xff));
          bmp.writeUInt32LE(4, 30);
          return bmp;
        },
        "it has 24 bits per pixel in compression 4",
      ],
      "a BMP of no width": [
        () => {
          const bmp = encodeBmp(plain(4, 4, 0xff));
          bmp.writeInt32LE(-4, 18);
          return bmp;
        },
        "its header says -4 x 4 pixels",
      ],
      "a GIF whose codes end before its frame": [
        () => animatedGif(3, 3),
        "it has fewer pixels than its frame",
      ],
      "a TIFF, by its name": [
        () => Buffer.from("II*\0\x08\0\0\0"),
        "it is TIFF, which is not read",
      ],
      "a HEIC, by its name": [
        () => Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"),
        "it is HEIC, which is not read",
      ],
    };

    for (const [kind, [file, reason]] of Object.entries(kinds)) {
      it(kind, async () => {
        // Act
        const error = await errorOf(() => normalize(file()));

        // Assess
        expect(error.name).to.equal("UnreadableImageError");
        expect(error.message).to.include(reason);
      });
    }

    for (const encoding of ["image/png", "image/jpeg", "image/bmp", "image/gif"] as const) {
      it(`${encoding} that is cut off anywhere`, async () => {
        // Prepare
        const file = await encode(patterned(20, 20), encoding);

        for (let part = 1; part < 20; part++) {
          // Act
          const error = await errorOf(() =>
            normalize(file.subarray(0, Math.floor((file.length * part) / 20))),
          );

          // Assess
          expect(error.name, `${part}/20`).to.equal("UnreadableImageError");
        }
      });
    }
  });

  it("ends in a PNG or a named error on damaged files", async () => {
    // Prepare: a small generator with a fixed seed, so that a failure can be repeated
    let state = 20_261_124;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };

    for (const encoding of ["image/png", "image/jpeg", "image/bmp", "image/gif"] as const) {
      const file = await encode(patterned(20, 20), encoding);
      for (let round = 0; round < 100; round++) {
        const damaged = Buffer.from(file);
        for (let flips = 1 + random(4); flips > 0; flips--) {
          damaged[random(round % 2 === 0 ? 64 : damaged.length)] = random(256);
        }

        // Act
        const outcome = await normalize(damaged).then(
          (png) => imageSize(png).type,
          (error: unknown) => (error instanceof Error ? error.name : error),
        );

        // Assess
        expect(outcome, `${encoding} ${round}`).to.be.oneOf([
          "png",
          "UnreadableImageError",
          "ImageTooLargeError",
        ]);
      }
    }
  });
});
