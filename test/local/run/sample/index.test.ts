import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { extract } from "tar-stream";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  type SampleOptions,
  UnknownClassError,
  writeSampleArchive,
} from "../../../../local/run/sample";
import { withFolder } from "../../cloud/containers/image-classification/support";

const RECORD = 3074;

/** The archive's files by name. */
async function sample(options?: SampleOptions): Promise<ReadonlyMap<string, Buffer>> {
  return withFolder(async (folder) => {
    const file = path.join(folder, "sample.tar.gz");
    await writeSampleArchive(file, options);
    const entries = extract();
    Readable.from([gunzipSync(await readFile(file))]).pipe(entries);
    const files = new Map<string, Buffer>();
    for await (const entry of entries) {
      files.set(entry.header.name, await buffer(entry));
    }
    return files;
  });
}

const lines = (file: Buffer | undefined) => String(file).trimEnd().split("\n");

/** Coarse and fine label of every record. */
function labels(file: Buffer | undefined): [number, number][] {
  const data = file as Buffer;
  return Array.from({ length: data.length / RECORD }, (_, record) => [
    data[record * RECORD] as number,
    data[record * RECORD + 1] as number,
  ]);
}

describe("the sample archive", () => {
  it("has the files of the official archive, with all names in alphabetical order", async () => {
    // Act
    const files = await sample({ trainPerClass: 2, testPerClass: 1 });

    // Assess
    expect([...files.keys()]).to.deep.equal([
      "cifar-100-binary/train.bin",
      "cifar-100-binary/test.bin",
      "cifar-100-binary/fine_label_names.txt",
      "cifar-100-binary/coarse_label_names.txt",
    ]);
    const fine = lines(files.get("cifar-100-binary/fine_label_names.txt"));
    const coarse = lines(files.get("cifar-100-binary/coarse_label_names.txt"));
    expect(new Set(fine)).to.have.lengthOf(100);
    expect(fine).to.deep.equal([...fine].sort());
    expect(new Set(coarse)).to.have.lengthOf(20);
    expect(coarse).to.deep.equal([...coarse].sort());
    expect([fine[8], fine[48], fine[58], coarse[18]]).to.deep.equal([
      "bicycle",
      "motorcycle",
      "pickup_truck",
      "vehicles_1",
    ]);
  });

  it("has as many records of each asked class as asked for, with the official labels", async () => {
    // Act
    const files = await sample({ classes: ["rocket", "apple"], trainPerClass: 3, testPerClass: 2 });

    // Assess
    const [rocket, apple] = [
      [19, 69],
      [4, 0],
    ];
    expect(labels(files.get("cifar-100-binary/train.bin"))).to.deep.equal([
      rocket,
      apple,
      rocket,
      apple,
      rocket,
      apple,
    ]);
    expect(labels(files.get("cifar-100-binary/test.bin"))).to.deep.equal([
      rocket,
      apple,
      rocket,
      apple,
    ]);
  });

  it("draws all classes, five to each group", async () => {
    // Act
    const files = await sample({ classes: ["all"], trainPerClass: 1, testPerClass: 0 });

    // Assess
    const found = labels(files.get("cifar-100-binary/train.bin"));
    expect(found.map(([, fine]) => fine)).to.deep.equal([...Array(100).keys()]);
    for (let group = 0; group < 20; group++) {
      expect(found.filter(([coarse]) => coarse === group)).to.have.lengthOf(5);
    }
  });

  it("draws the classes of a group", async () => {
    // Act
    const files = await sample({ classes: ["trees"], trainPerClass: 1, testPerClass: 0 });

    // Assess
    expect(labels(files.get("cifar-100-binary/train.bin")).map(([coarse]) => coarse)).to.deep.equal(
      Array(5).fill(17),
    );
  });

  it("is the same again, and no picture in it is there twice", async () => {
    // Act
    const [one, again] = [await sample(), await sample()];

    // Assess
    expect(again).to.deep.equal(one);
    const records = [...one.values()]
      .slice(0, 2)
      .flatMap((data) =>
        labels(data).map((_, record) =>
          data.toString("hex", record * RECORD + 2, (record + 1) * RECORD),
        ),
      );
    expect(records).to.have.lengthOf(420);
    expect(new Set(records)).to.have.lengthOf(420);
  });

  it("refuses a class that CIFAR-100 does not have", async () => {
    // Act
    const error: unknown = await sample({ classes: ["scooter"] }).catch(
      (reason: unknown) => reason,
    );

    // Assess
    expect(error).to.be.instanceOf(UnknownClassError);
    expect(String(error)).to.contain('no class "scooter"');
  });
});
