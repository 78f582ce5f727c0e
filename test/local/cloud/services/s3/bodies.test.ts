import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { Bodies } from "../../../../../local/cloud/services/s3/bodies";

describe("the bodies of objects", () => {
  let folder: string;
  let bodies: Bodies;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "bodies-"));
    bodies = new Bodies(folder, 10);
  });
  afterEach(async () => {
    bodies.close();
    await rm(folder, { recursive: true });
  });

  const keep = (...texts: readonly string[]) => texts.map((text) => bodies.keep(Buffer.from(text)));

  it("are what was kept, on both sides of the limit and in any order", () => {
    // Act
    const kept = keep("0123456", "", "abcdef", "xyz", "ä🚲", "the last one is the longest of all");

    // Assess
    const read = kept.map((body) => body.read().toString()).reverse();
    expect(read.reverse()).to.deep.equal([
      ...["0123456", "", "abcdef", "xyz", "ä🚲", "the last one is the longest of all"],
    ]);
    expect(kept.map(({ size }) => size)).to.deep.equal([7, 0, 6, 3, 6, 34]);
  });

  it("keep no more in memory than they have bytes", () => {
    // Prepare: what Node.js makes of a short text is a part of a buffer of many.
    const [body] = keep("0123456");

    // Act
    const { buffer } = body?.read() ?? {};

    // Assess
    expect(buffer?.byteLength).to.equal(7);
  });

  it("lie in no file before there are too many, and in one then", async () => {
    // Act
    keep("0123456789");
    const before = await readdir(folder);
    keep("abc", "def");
    const after = await readdir(folder);

    // Assess
    expect(before).to.deep.equal([]);
    expect(after).to.have.length(1);
    expect((await stat(path.join(folder, after[0] ?? ""))).size).to.equal(6);
  });

  it("leave no file behind", async () => {
    // Prepare
    keep("more than ten bytes");

    // Act
    bodies.close();

    // Assess
    expect(await readdir(folder)).to.deep.equal([]);
  });
});
