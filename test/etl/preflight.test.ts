import { expect } from "chai";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { extractArchive } from "../../etl/archive/extract";
import { checkDatasetRequest, OFFICIAL_NAMES } from "../../etl/preflight";
import { noProgress } from "../../common/progress";
import { REAL_ARCHIVE } from "../support/project";
import { archiveOf, binaryFiles, sample } from "./support/archive";

const { signal } = new AbortController();

describe("checkDatasetRequest", () => {
  let folder = "";
  let archive = "";
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "preflight-test-"));
    archive = path.join(folder, "a.tar.gz");
    await writeFile(archive, archiveOf(binaryFiles(sample())));
  });
  after(() => rm(folder, { recursive: true }));

  const refusalOf = (classes: readonly string[], from?: string, archiveMd5?: string) =>
    checkDatasetRequest({ classes, archive: from, archiveMd5 }, signal).then(
      (known) => ({ name: known, message: "" }),
      (error: unknown) => error as Error,
    );

  it("reads an archive on this machine, and leaves nothing behind", async () => {
    const ours = async () =>
      (await readdir(tmpdir())).filter((name) => /^preflight-(?!test)/.test(name));
    const before = await ours();
    expect(await refusalOf(["apple", "pear"], archive)).to.include({ name: "archive" });
    expect(await refusalOf(["apple", "unicorn"], archive)).to.include({
      name: "ClassSelectionError",
    });
    expect(await ours()).to.deep.equal(before);
  });

  it("refuses an archive that is missing, another one, or damaged", async () => {
    const damaged = path.join(folder, "damaged.tar.gz");
    await writeFile(damaged, "no archive");
    expect(await refusalOf(["apple"], path.join(folder, "none"))).to.include({
      name: "ArchiveNotFoundError",
    });
    expect(await refusalOf(["apple"], archive, "0".repeat(32))).to.include({
      name: "ChecksumMismatchError",
    });
    expect(await refusalOf(["apple"], damaged)).to.include({ name: "InvalidArchiveError" });
  });

  it("knows the classes of the official archives without them", async () => {
    expect(await refusalOf(["bicycle", "trees"])).to.include({ name: "classes" });
    expect(await refusalOf(["maple", "bus"])).to.include({ name: "classes" });
    expect(await refusalOf(["maple_tree", "bus"])).to.include({ name: "classes" });
    const { name, message } = await refusalOf(["bicycel", "bus"]);
    expect(name).to.equal("ClassSelectionError");
    expect(message).to.contain("Did you mean bicycle?");
    expect(
      await refusalOf(
        ["unicorn"],
        "https://mirror.example/c.tar.gz",
        "03b5dce01913d631647c71ecec9e9cb8",
      ),
    ).to.include({ name: "ClassSelectionError" });
  });

  it("says nothing about an archive that is somewhere else", async () => {
    expect(await refusalOf(["unicorn"], "https://example.com/other.tar.gz")).to.include({
      name: "nothing",
    });
  });

  it("agrees with the real archive about its classes", async function () {
    if (REAL_ARCHIVE === undefined) {
      return this.skip();
    }

    // Act
    const { content } = await extractArchive(REAL_ARCHIVE, folder, undefined, noProgress, signal);

    // Assess
    expect(OFFICIAL_NAMES).to.deep.include(content.fineNames);
    expect(await refusalOf(["bicycle", "bus"], REAL_ARCHIVE)).to.include({ name: "archive" });
  });
});
