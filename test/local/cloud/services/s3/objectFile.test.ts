import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { ObjectFile } from "../../../../../local/cloud/services/s3/objectFile";

describe("the file of objects", () => {
  let folder: string;
  let file: ObjectFile<{ readonly name: string }>;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "objects-"));
    file = new ObjectFile(folder);
  });
  afterEach(async () => {
    file.close();
    await rm(folder, { recursive: true });
  });

  it("gives back facts and bytes of any length, in any order", () => {
    // Prepare: facts that end before, at and after what is read at first.
    const lengths = [0, 1, 900, ...Array.from({ length: 40 }, (_, more) => 980 + more), 9_000];
    const objects = lengths.flatMap((length) =>
      ["", "ä🚲", "b".repeat(3_000_000 / (length + 1))].map((body) => ({
        name: "ü".repeat(length),
        body,
      })),
    );

    // Act
    const places = objects.map(({ name, body }) => file.append({ name }, Buffer.from(body)));

    // Assess
    const read = places.map((place) => file.read(place)).reverse();
    expect(read.map(({ body }) => body.read().toString()).reverse()).to.deep.equal(
      objects.map(({ body }) => body),
    );
    expect(read.map(({ body }) => body.size).reverse()).to.deep.equal(
      objects.map(({ body }) => Buffer.byteLength(body)),
    );
    expect(read.map(({ facts }) => facts.name).reverse()).to.deep.equal(
      objects.map(({ name }) => name),
    );
  });

  it("has no name, so that nothing is left behind whatever ends the process", async () => {
    // Act
    file.append({ name: "a" }, Buffer.from("bytes"));

    // Assess
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("says so once it is closed", () => {
    // Prepare
    const place = file.append({ name: "a" }, Buffer.from("bytes"));
    const { body } = file.read(place);

    // Act
    file.close();

    // Assess
    for (const use of [
      () => file.append({ name: "b" }, Buffer.from("more")),
      () => file.read(place),
      () => body.read(),
    ]) {
      expect(use).to.throw("S3 has been stopped");
    }
  });
});
