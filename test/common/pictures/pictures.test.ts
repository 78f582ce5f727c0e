import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { normalizeImage } from "../../../common/pictures/image";
import { decode, type Pixels } from "../../functions/support/images";
import {
  bmpKinds,
  gifKinds,
  jpegKinds,
  pngKinds,
  type Kind,
} from "../../functions/support/pictures/kinds";
import { otherKinds } from "../../functions/support/pictures/samples";

const SIDE = 32;
/** Largest means of the differences, of 255: from what was encoded, and from another decoder. */
const LOSS = 2;
const TOLERANCE = 0.7;
const PYTHON = process.env["PYTHON"] ?? "python3";

const PILLOW = join(__dirname, "../../functions/support/pictures/pillow.py");
/** Below this, decoders of AVIF differ. */
const SHORTEST_AVIF = 16;

/** Says so and skips the test where there is no Pillow. */
function needsPillow(test: Mocha.Context): void {
  if (spawnSync(PYTHON, ["-c", "import PIL"]).status !== 0) {
    console.warn(`      ${PYTHON} with Pillow is not there: set PYTHON to one that has it`);
    test.skip();
  }
}

function pillow(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(PYTHON, [PILLOW, ...args], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(status, stderr).to.equal(0);
  return stdout;
}

/** Pillow's own pixels by file: upright, on white, averaged; nothing of those that it refuses. */
function seenByPillow(folder: string): Map<string, readonly number[]> {
  const seen = JSON.parse(pillow("see", folder, String(SIDE))) as Record<string, string>;
  return new Map(
    Object.entries(seen)
      .filter(([, pixels]) => /^[0-9a-f]+$/.test(pixels))
      .map(([name, pixels]) => [name, [...Buffer.from(pixels, "hex")]]),
  );
}

async function normalized(file: Buffer): Promise<number[]> {
  const size = { width: SIDE, height: SIDE };
  const png = await normalizeImage(file, "a picture", { size, maxPixels: 5_000_000 });
  return rgb(await decode(png));
}

function rgb({ data }: Pixels): number[] {
  return [...data].filter((_, index) => index % 4 !== 3);
}

/** On white, each pixel the mean of those whose centres lie in it. */
function averaged({ width, height, data }: Pixels): number[] {
  const means: number[] = [];
  for (let to = 0; to < SIDE * SIDE; to++) {
    const columns = within(to % SIDE, width);
    const rows = within(Math.floor(to / SIDE), height);
    for (let channel = 0; channel < 3; channel++) {
      let sum = 0;
      for (const y of rows) {
        for (const x of columns) {
          const at = (y * width + x) * 4;
          sum += 255 + ((data.readUInt8(at + channel) - 255) * data.readUInt8(at + 3)) / 255;
        }
      }
      means.push(sum / rows.length / columns.length);
    }
  }
  return means;
}

/** Pixels of a side whose centres lie in a target pixel; where there are too few, the nearest. */
function within(to: number, length: number): number[] {
  const [begin, end] = [(to * length) / SIDE, ((to + 1) * length) / SIDE];
  const all = Array.from(
    { length: Math.ceil(end) - Math.floor(begin) },
    (_, index) => Math.floor(begin) + index,
  );
  return length < SIDE
    ? [Math.floor((begin + end) / 2)]
    : all.filter((pixel) => pixel + 0.5 > begin && pixel + 0.5 <= end);
}

function meanDifference(left: readonly number[], right: readonly number[]): number {
  expect(left.length).to.equal(right.length);
  return (
    left.reduce((sum, value, index) => sum + Math.abs(value - (right[index] ?? 0)), 0) / left.length
  );
}

describe("pictures as people have them", () => {
  let kinds: Kind[] = [];
  const formats = {
    JPEG: jpegKinds,
    PNG: pngKinds,
    BMP: bmpKinds,
    GIF: gifKinds,
    "WebP|AVIF": otherKinds,
  };

  before(() => {
    kinds = Object.values(formats).flatMap((make) => make());
  });

  for (const format of Object.keys(formats)) {
    it(`are read right: ${format}`, async () => {
      const ofFormat = kinds.filter(({ title }) => new RegExp(`^(${format})`).test(title));
      expect(ofFormat).to.have.length.above(5);
      for (const { title, file, seen } of ofFormat) {
        // Act
        const pixels = await normalized(file);

        // Assess
        expect(meanDifference(pixels, averaged(seen)), title).to.be.below(LOSS);
      }
    });
  }

  it("are read as Pillow reads them", async function () {
    this.timeout(120_000);
    needsPillow(this);
    // Prepare
    const folder = mkdtempSync(join(tmpdir(), "pictures-"));
    try {
      kinds.forEach(({ file }, index) => writeFileSync(join(folder, String(index)), file));

      // Act
      const seen = seenByPillow(folder);

      // Assess
      const differing: string[] = [];
      for (const [index, { title, file }] of kinds.entries()) {
        const pixels = seen.get(String(index));
        if (pixels === undefined || meanDifference(await normalized(file), pixels) >= TOLERANCE) {
          differing.push(title);
        }
      }
      expect(differing).to.deep.equal(
        kinds.filter(({ againstPillow }) => againstPillow).map(({ title }) => title),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are read as Pillow reads them, or refused by name, however small and odd", async function () {
    this.timeout(300_000);
    needsPillow(this);
    // Prepare
    const folder = mkdtempSync(join(tmpdir(), "pictures-"));
    try {
      pillow("write", folder);
      const seen = seenByPillow(folder);
      expect(seen.size).to.be.above(1_000);

      for (const [name, pixels] of seen) {
        // Act
        const outcome = await normalized(readFileSync(join(folder, name))).catch(
          (error: unknown) => (error instanceof Error ? error.name : error),
        );

        // Assess
        const [, format, width, height] = /^(\w+) (\d+)x(\d+) /.exec(name) ?? [];
        if (format === "AVIF" && Math.min(Number(width), Number(height)) < SHORTEST_AVIF) {
          expect(outcome, name).to.equal("UnreadableImageError");
        } else {
          expect(outcome, name).to.be.an("array");
          expect(meanDifference(outcome as number[], pixels), name).to.be.below(LOSS);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
