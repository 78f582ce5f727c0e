import { expect } from "chai";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Jimp } from "jimp";
import type { DatasetSummary } from "../../contract/dataset";
import {
  archiveOf,
  binaryFiles,
  pythonFiles,
  sample,
  type Sample,
  type SampleImage,
} from "./support/archive";
import { REAL_ARCHIVE } from "../support/project";
import { etl, readTree, folderOfTest } from "./support/etl";

const CLASSES = ["bicycle", "motorcycle", "pickup_truck"];

describe("etl build", () => {
  const folder = folderOfTest();
  let archive = "";
  let out = "";

  beforeEach(() => {
    archive = join(folder.path, "archive.tar.gz");
    out = join(folder.path, "dataset");
    writeFileSync(archive, archiveOf(binaryFiles(sample())));
  });

  async function build(...options: string[]): Promise<DatasetSummary> {
    const args = ["build", "--json", "--archive", archive, "--out", out, ...options];
    const { exitCode, stdout, stderr } = await etl(args);
    expect(exitCode, stderr).to.equal(0);
    return JSON.parse(stdout) as DatasetSummary;
  }

  it("makes one folder twice when it is asked to at the same time", async () => {
    // Act
    const [one, other] = await Promise.all([build(), build()]);

    // Assess
    expect(one).to.deep.equal(other);
    expect(readdirSync(folder.path).sort()).to.deep.equal(["archive.tar.gz", "dataset"]);
  });

  it("holds back the share of each class exactly, and keeps the test images for the test", async () => {
    // Act
    const { counts, perClass } = await build("--validation-fraction", "0.2");

    // Assess
    expect(counts).to.deep.equal({ train: 24, validation: 6, test: 6 });
    expect(perClass.validation).to.deep.equal({ bicycle: 2, motorcycle: 2, pickup_truck: 2 });
  });

  it("validates on the test images with a fraction of zero", async () => {
    // Act
    await build("--validation-fraction", "0");

    // Assess
    const paths = [...readTree(out).keys()];
    const of = (split: string): string[] =>
      paths.filter((path) => path.startsWith(split)).map((path) => path.slice(split.length));
    expect(of("validation/")).to.have.length(6).and.deep.equal(of("test/"));
    expect(of("train/")).to.have.length(30);
  });

  it("gives every image of the archive to the split, class and path that it names, pixel by pixel", async () => {
    // Prepare
    const content = sample();

    // Act
    await build();

    // Assess
    const seen = new Set<string>();
    for (const [path, bytes] of readTree(out)) {
      const match = /^(train|validation|test)\/(\w+)\/(\d{5})\.png$/.exec(path);
      if (match !== null) {
        const [, split, name, record] = match as unknown as [string, string, string, string];
        const image = content[split === "test" ? "test" : "train"][Number(record)] as SampleImage;
        expect(content.fineNames[image.fine]).to.equal(name);
        expect((await planes(bytes)).equals(image.pixels), path).to.equal(true);
        seen.add(`${split === "test"}${record}`);
      }
    }
    expect(seen.size).to.equal(3 * 12);
  });

  it("writes lists as SageMaker reads them: index, label and path, tab separated", async () => {
    // Act
    await build();

    // Assess
    const files = readTree(out);
    const indices: number[] = [];
    for (const split of ["train", "validation", "test"]) {
      const rows = (files.get(`${split}.lst`) as Buffer).toString().split("\n");
      expect(rows.pop()).to.equal("");
      for (const row of rows) {
        const [, index, label, name, file] =
          /^(\d+)\t(\d+)\t(\w+)\/(\d+\.png)$/.exec(row) ?? expect.fail(row);
        expect(CLASSES[Number(label)]).to.equal(name);
        expect(files.has(`${split}/${name}/${file}`)).to.equal(true);
        indices.push(Number(index));
      }
    }
    expect(indices).to.deep.equal(Array.from({ length: 36 }, (_, index) => index));
  });

  it("makes the same bytes again", async () => {
    // Prepare
    await build("--format", "both");
    const before = readTree(out);

    // Act
    await build("--format", "both");

    // Assess
    expect(readTree(out)).to.deep.equal(before);
  });

  it("makes the same bytes with threads as without", async () => {
    // Prepare
    writeFileSync(archive, archiveOf(binaryFiles(repeated(sample(), 90))));
    const { digest } = await build("--classes", "all", "--threads", "1");

    // Act
    const threaded = await build("--classes", "all", "--threads", "2");

    // Assess
    expect(threaded.counts).to.deep.equal({ train: 4860, validation: 540, test: 1080 });
    expect(threaded.digest).to.equal(digest);
  });

  it("makes the same images of the python form as of the binary form", async () => {
    // Prepare
    const { digest } = await build();
    writeFileSync(archive, archiveOf(pythonFiles(sample())));

    // Act
    const python = await build();

    // Assess
    expect(python.digest).to.equal(digest);
  });

  it("takes fine and coarse classes, in the order asked for", async () => {
    // Act
    const { classes, counts } = await build("--classes", "vehicles_1,apple");

    // Assess
    expect(classes).to.deep.equal(["vehicles_1", "apple"]);
    expect(counts).to.deep.equal({ train: 45, validation: 5, test: 10 });
  });

  it("takes all classes, and a single one", async () => {
    // Act
    const all = await build("--classes", "all");
    const one = await build("--classes", "pear");

    // Assess
    expect(all.classes).to.deep.equal(sample().fineNames);
    expect(one.counts).to.deep.equal({ train: 9, validation: 1, test: 2 });
  });

  for (const [rule, classes, message] of [
    ["a class that the archive does not have", "bicycle,motorcicle", "Did you mean motorcycle?"],
    ["a class that is asked for twice", "bicycle,bicycle", "Class bicycle is asked for twice"],
    ["classes with images in common", "vehicles_1,bicycle", "have images in common"],
    ["no class at all", "", "The archive has no class"],
  ] as const) {
    it(`refuses ${rule}`, async () => {
      // Act
      const outcome = await etl([
        "build",
        "--archive",
        archive,
        "--out",
        out,
        "--classes",
        classes,
      ]);

      // Assess
      expect(outcome.exitCode).to.equal(2);
      expect(outcome.stderr).to.include("ClassSelectionError").and.to.include(message);
      expect(existsSync(out)).to.equal(false);
    });
  }

  it("refuses a fraction that leaves a class without training or validation images", async () => {
    // Act
    const args = ["build", "--archive", archive, "--out", out, "--validation-fraction", "0.01"];
    const outcome = await etl(args);

    // Assess
    expect(outcome.exitCode).to.equal(4);
    expect(outcome.stderr).to.include("The validation split would have no image of class bicycle");
  });

  it("refuses a fraction out of range", async () => {
    // Act
    const args = ["build", "--archive", archive, "--out", out, "--validation-fraction", "0.7"];
    const outcome = await etl(args);

    // Assess
    expect(outcome.exitCode).to.equal(2);
    expect(outcome.stderr).to.include("The validation fraction is 0.7");
  });

  it("replaces a dataset, but not a folder with something else", async () => {
    // Prepare
    await build();
    await build("--classes", "apple");
    const other = join(folder.path, "other");
    mkdirSync(other);
    writeFileSync(join(other, "thesis.txt"), "mine");

    // Act
    const outcome = await etl(["build", "--archive", archive, "--out", other]);

    // Assess
    expect(existsSync(join(out, "train/bicycle"))).to.equal(false);
    expect(outcome.exitCode).to.equal(4);
    expect(outcome.stderr).to.include("DatasetFolderError").and.to.include("is no dataset");
    expect(readTree(other).size).to.equal(1);
  });

  it("stops when it is interrupted, with nothing left behind", async () => {
    // Act
    const args = ["build", "--archive", archive, "--out", out];
    const outcome = await etl(args, { signal: AbortSignal.abort() });

    // Assess
    expect(outcome.exitCode).to.equal(130);
    expect([...readTree(folder.path).keys()]).to.deep.equal(["archive.tar.gz"]);
  });

  it("makes 1,500 training and 300 test images of the real archive, equal to it", async function () {
    if (REAL_ARCHIVE === undefined) {
      return this.skip();
    }
    // Prepare
    archive = REAL_ARCHIVE;

    // Act
    const whole = await build("--validation-fraction", "0");
    const split = await build();

    // Assess
    expect(whole.counts).to.deep.equal({ train: 1500, validation: 300, test: 300 });
    expect(split.counts).to.deep.equal({ train: 1350, validation: 150, test: 300 });
    const bytes = gunzipSync(readFileSync(archive));
    const start = bytes.indexOf("cifar-100-binary/test.bin") + 512;
    for (const [path, png] of readTree(join(out, "test"))) {
      const record = start + Number(/(\d+)\.png$/.exec(path)?.[1]) * 3074;
      const pixels = bytes.subarray(record + 2, record + 3074);
      expect((await planes(png)).equals(pixels), path).to.equal(true);
    }
  });
});

/** The same images again and again. */
function repeated(content: Sample, times: number): Sample {
  const repeat = (images: readonly SampleImage[]): SampleImage[] =>
    Array.from({ length: times }, () => images).flat();
  return { ...content, train: repeat(content.train), test: repeat(content.test) };
}

/** Pixels of an image file as the archive has them, by another decoder. */
async function planes(png: Buffer): Promise<Buffer> {
  const { bitmap } = await Jimp.read(png);
  expect([bitmap.width, bitmap.height]).to.deep.equal([32, 32]);
  const pixels = Buffer.alloc(3072);
  for (let index = 0; index < 1024; index++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[channel * 1024 + index] = bitmap.data[4 * index + channel] as number;
    }
  }
  return pixels;
}
