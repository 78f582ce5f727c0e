import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { normalizeImage } from "../../common/pictures/image";
import { recordKey } from "../../common/recordKey";
import { decodeRecords } from "../../common/recordio";
import type { DatasetSummary } from "../../contract/dataset";
import type { ImageReference } from "../../contract/inference";
import { decode, encode, patterned, plain, type Pixels } from "../functions/support/images";
import { archiveOf, binaryFiles, sample } from "./support/archive";
import { etl, folderOfTest, readTree, type Outcome } from "./support/etl";
import { answerTo, bicycle, motorcycle, type Decision } from "./support/labels";
import { decodePng } from "./support/png";
import { BUCKET, startS3, type S3Stub } from "./support/s3";

const IMAGE = { bucket: BUCKET, key: "incoming/a.png", versionId: "v1" };
const PLACE = `s3://${BUCKET}/labels/`;

/** Planar, as the ETL's tests compare pixels. */
function planar({ data }: Pixels): Buffer {
  return Buffer.concat(
    [0, 1, 2].map((channel) => Buffer.from(data.filter((_, at) => at % 4 === channel))),
  );
}

describe("etl build --labels", () => {
  const folder = folderOfTest();
  let s3: S3Stub;
  let archive = "";
  let out = "";

  beforeEach(async () => {
    s3 = await startS3();
    archive = join(folder.path, "archive.tar.gz");
    out = join(folder.path, "dataset");
    writeFileSync(archive, archiveOf(binaryFiles(sample())));
  });
  afterEach(() => s3.close());

  /** A picture that was reviewed: what the workflow leaves of it. */
  function reviewed(
    key: string,
    decision: Decision,
    picture: Buffer | undefined,
    versionId = "v1",
  ): ImageReference {
    const image = { bucket: BUCKET, key, versionId };
    if (picture !== undefined) {
      s3.objects.set(`${key}?versionId=${versionId}`, picture);
    }
    s3.objects.set(recordKey("labels/", image), Buffer.from(answerTo(image, decision)));
    return image;
  }

  const photo = (seed: number) => encode(plain(60, 45, ((seed << 8) | 0xff) >>> 0), "image/png");

  function run(...options: string[]): Promise<Outcome> {
    return etl(["build", "--json", "--archive", archive, "--out", out, ...options], {
      createS3Client: () => s3.client(),
    });
  }

  async function build(...options: string[]): Promise<DatasetSummary> {
    const { exitCode, stdout, stderr } = await run("--labels", PLACE, ...options);
    expect(exitCode, stderr).to.equal(0);
    return JSON.parse(stdout) as DatasetSummary;
  }

  const added = () => [...readTree(out).keys()].filter((path) => path.includes("label-"));

  it("trains on each picture as the endpoint would see it, in its class, and in no other split", async () => {
    // Prepare
    await run();
    const before = readTree(out);
    const jpeg = await encode(patterned(300, 200), "image/jpeg");
    reviewed("incoming/räder 1.jpg", bicycle, jpeg, "v7");

    // Act
    const summary = await build();

    // Assess
    const after = readTree(out);
    const [path = "", ...others] = added();
    expect(others).to.deep.equal([]);
    expect(path).to.match(/^train\/bicycle\/label-[0-9a-f]{32}\.png$/);
    const size = { width: 32, height: 32 };
    const shown = await decode(await normalizeImage(jpeg, "it", { size, maxPixels: 1e6 }));
    expect(decodePng(after.get(path) as Buffer)).to.deep.equal(planar(shown));
    expect(summary.counts).to.deep.equal({ train: 28, validation: 3, test: 6 });
    expect(summary.perClass.train["bicycle"]).to.equal(10);
    expect(String(after.get("train.lst")).trimEnd().split("\n").at(-1)).to.equal(
      `36\t0\t${path.slice("train/".length)}`,
    );
    for (const [name, bytes] of before) {
      if (!["manifest.json", "train.lst"].includes(name)) {
        expect(after.get(name), name).to.deep.equal(bytes);
      }
    }
  });

  it("tells in manifest and summary what became of every answer, and prints why it is left out", async () => {
    // Prepare
    reviewed("incoming/a.png", bicycle, await photo(1));
    reviewed("incoming/none.png", { decision: "none" }, await photo(2));
    reviewed("incoming/car.png", { decision: "label", label: "car" }, await photo(3));
    reviewed("incoming/gone.png", bicycle, undefined);
    reviewed("incoming/text.png", bicycle, Buffer.from("no picture"));
    reviewed("incoming/twice.png", bicycle, await photo(1));
    reviewed("incoming/one.png", bicycle, await photo(4));
    reviewed("incoming/other.png", motorcycle, await photo(4));

    // Act
    const { exitCode, stdout, stderr } = await run("--labels", PLACE);

    // Assess
    expect(exitCode, stderr).to.equal(0);
    const { labels } = JSON.parse(stdout) as DatasetSummary;
    const { digest = "", ...told } = labels ?? {};
    expect(told).to.deep.equal({
      source: PLACE,
      answers: 8,
      merged: 1,
      leftOut: {
        noneOfThese: 1,
        otherClass: 1,
        contradictory: 2,
        repeated: 1,
        missing: 1,
        unreadable: 1,
      },
    });
    expect(digest).to.match(/^[0-9a-f]{64}$/);
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as object;
    expect(manifest).to.have.deep.property("labels", labels);
    expect(added()).to.have.length(1);
    expect(stderr).to.contain("1 of 8 answers are merged");
    expect(stderr).to.contain("1 left out, answered as none of the classes: s3://dataset/");
    expect(stderr).to.contain("does not have: car, s3://dataset/incoming/car.png?versionId=v1");
  });

  it("learns nothing of pixels that somebody has taken for no class, or for another one, elsewhere", async () => {
    // Prepare
    reviewed("incoming/a.png", bicycle, await photo(1));
    reviewed("incoming/none.png", { decision: "none" }, await photo(1));
    reviewed("incoming/b.png", motorcycle, await photo(2));
    reviewed("incoming/car.png", { decision: "label", label: "car" }, await photo(2));
    reviewed("incoming/c.png", bicycle, await photo(3));
    reviewed("incoming/gone.png", { decision: "none" }, undefined);

    // Act
    const { labels } = await build();

    // Assess
    expect(labels?.leftOut).to.deep.equal({ contradictory: 4, noneOfThese: 1 });
    expect(added()).to.have.length(1);
  });

  it("leaves out a picture of the archive: what validates or tests must not be learned", async () => {
    // Prepare
    const images = sample();
    const [trained, tested] = [images.train[1], images.test[1]].map((image) => {
      const { pixels } = image ?? { pixels: Buffer.alloc(0) };
      const data = Buffer.from(
        Array.from({ length: 1024 }, (_, at) => [
          ...[0, 1024, 2048].map((plane) => pixels[plane + at] as number),
          255,
        ]).flat(),
      );
      return encode({ width: 32, height: 32, data }, "image/png");
    });
    reviewed("incoming/trained.png", bicycle, await trained);
    reviewed("incoming/tested.png", bicycle, await tested);

    // Act
    const { labels } = await build();

    // Assess
    expect(labels?.leftOut).to.deep.equal({ inArchive: 2 });
    expect(added()).to.deep.equal([]);
  });

  it("makes the same bytes of the same answers, in whatever order they come", async () => {
    // Prepare
    for (const seed of [1, 2, 3]) {
      reviewed(`incoming/${seed}.png`, seed === 2 ? motorcycle : bicycle, await photo(seed));
    }
    await build();
    const first = readTree(out);
    const entries = [...s3.objects].reverse();
    s3.objects.clear();
    entries.forEach(([key, body]) => s3.objects.set(key, body));

    // Act
    await build();

    // Assess
    expect(readTree(out)).to.deep.equal(first);
  });

  it("writes records of the same pixels", async () => {
    // Prepare
    reviewed("incoming/a.png", motorcycle, await photo(9));

    // Act
    await build("--format", "both");

    // Assess
    const [path = ""] = added();
    const last = [...decodeRecords(readFileSync(join(out, "train.rec")))].at(-1);
    expect(last?.label).to.equal(1);
    expect(last?.image).to.deep.equal(readFileSync(join(out, path)));
  });

  it("counts no answer that was kept later than it is told", async () => {
    // Prepare
    const early = reviewed("incoming/early.png", bicycle, await photo(1));
    const late = reviewed("incoming/late.png", bicycle, await photo(2));
    s3.modified.set(recordKey("labels/", early), "2026-11-01T12:00:00.000Z");
    s3.modified.set(recordKey("labels/", late), "2026-11-01T12:00:01.000Z");

    // Act
    const { labels } = await build("--labels-until", "2026-11-01T12:00:00Z");

    // Assess
    expect(labels).to.include({ until: "2026-11-01T12:00:00.000Z", answers: 1, merged: 1 });
  });

  it("takes a folder with a copy of the answers, and refuses those that contradict each other", async () => {
    // Prepare
    const copies = join(folder.path, "copies");
    mkdirSync(join(copies, "incoming"), { recursive: true });
    const sure = { bucket: BUCKET, key: "incoming/sure.png", versionId: "v1" };
    const disputed = { ...sure, key: "incoming/disputed.png" };
    for (const image of [sure, disputed]) {
      s3.objects.set(`${image.key}?versionId=v1`, await photo(image === sure ? 1 : 2));
    }
    const files = [
      answerTo(sure, bicycle),
      answerTo(sure, bicycle),
      answerTo(disputed, bicycle),
      answerTo(disputed, { decision: "none" }),
      answerTo({ ...sure, key: "incoming/late.png" }, { decision: "undecided" }),
    ];
    files.forEach((text, index) => writeFileSync(join(copies, "incoming", `${index}.json`), text));
    writeFileSync(join(copies, "notes.txt"), "no answer");

    // Act
    const { exitCode, stdout, stderr } = await run("--labels", copies);

    // Assess
    expect(exitCode, stderr).to.equal(0);
    const { labels } = JSON.parse(stdout) as DatasetSummary;
    expect(labels).to.include({ answers: 5, merged: 1 });
    expect(labels?.leftOut).to.deep.equal({ undecided: 1, contradictory: 2, repeated: 1 });
  });

  it("passes over what is no JSON file among the answers", async () => {
    // Prepare
    reviewed("incoming/a.png", bicycle, await photo(1));
    s3.objects.set("labels/notes.txt", Buffer.from("no answer"));

    // Act
    const { labels } = await build();

    // Assess
    expect(labels).to.include({ answers: 1, merged: 1 });
  });

  it("takes a place without a slash for a folder, and not for all that begins so", async () => {
    // Prepare
    reviewed("incoming/now.png", bicycle, await photo(1));
    const before = { ...IMAGE, key: "incoming/before.png" };
    s3.objects.set(recordKey("labels-of-old/", before), Buffer.from(answerTo(before, bicycle)));

    // Act
    const { labels } = await build("--labels", PLACE.slice(0, -1));

    // Assess
    expect(labels).to.include({ answers: 1, merged: 1 });
  });

  it("is no error without any answer, as in a stack that is new", async () => {
    const { labels, counts } = await build();
    expect(labels).to.include({ answers: 0, merged: 0 });
    expect(counts.train).to.equal(27);
  });

  for (const [what, args, exitCode, message] of [
    ["no place", ["--labels", "https://x/labels"], 2, "UsageError: https://x/labels is no place"],
    ["no folder", ["--labels", "/nowhere/at/all"], 2, "UsageError: /nowhere/at/all is no folder"],
    ["a time alone", ["--labels-until", "2026-01-01T00:00:00Z"], 2, "without --labels"],
    ["a date", ["--labels", PLACE, "--labels-until", "2026-01-01"], 2, "2026-11-26T12:00:00Z"],
    ["a time to come", ["--labels", PLACE, "--labels-until", "2999-01-01T00:00:00Z"], 2, "over"],
    ["another bucket", ["--labels", "s3://nobody/labels/"], 5, "BucketError: Cannot list bucket"],
  ] as const) {
    it(`refuses ${what}, and makes nothing`, async () => {
      const outcome = await run(...args);
      expect(outcome.exitCode, outcome.stderr).to.equal(exitCode);
      expect(outcome.stderr).to.contain(message);
      expect(() => readTree(out)).to.throw("ENOENT");
    });
  }

  for (const [what, text] of [
    ["no JSON", "{"],
    ["of another form", '{"decision":"label"}'],
    ["without the class that it decides for", answerTo(IMAGE, { decision: "label" })],
  ] as const) {
    it(`refuses a label that is ${what}, names it, and makes nothing`, async () => {
      // Prepare
      s3.objects.set("labels/x.json", Buffer.from(text));

      // Act
      const outcome = await run("--labels", PLACE);

      // Assess
      expect(outcome.exitCode).to.equal(4);
      expect(outcome.stderr).to.contain("LabelsError: s3://dataset/labels/x.json is no answer");
      expect(() => readTree(out)).to.throw("ENOENT");
    });
  }

  it("names all labels that are damaged at once, in a bucket and in a folder", async () => {
    // Prepare
    const copies = join(folder.path, "damaged");
    mkdirSync(copies);
    for (const name of ["b.json", "a.json"]) {
      s3.objects.set(`labels/${name}`, Buffer.from("{"));
      writeFileSync(join(copies, name), "{");
    }

    // Act
    const outcomes = [await run("--labels", PLACE), await run("--labels", copies)];

    // Assess
    for (const [index, place] of [PLACE, `${copies}/`].entries()) {
      const { exitCode, stderr = "" } = outcomes[index] ?? {};
      expect(exitCode).to.equal(4);
      expect(stderr).to.contain(`LabelsError: ${place}a.json is no answer`);
      expect(stderr).to.contain(`\n${place}b.json is no answer`);
    }
  });

  it("fails when a picture may not be read, rather than learn from fewer", async () => {
    // Prepare
    reviewed("incoming/a.png", bicycle, await photo(1));
    s3.fault = (method, key) =>
      method === "GET" && key === "incoming/a.png" ? [403, "AccessDenied"] : undefined;

    // Act
    const outcome = await run("--labels", PLACE);

    // Assess
    expect(outcome.exitCode).to.equal(5);
    expect(outcome.stderr).to.contain("s3:GetObjectVersion");
    expect(() => readTree(out)).to.throw("ENOENT");
  });
});
