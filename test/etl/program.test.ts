import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Jimp } from "jimp";
import { archiveOf, binaryFiles, sample } from "./support/archive";
import { etl, folderOfSuite } from "./support/etl";

const CLI = resolve(__dirname, "../../etl/cli.ts");

describe("etl command line", () => {
  const folder = folderOfSuite();
  const archive = join(folder, "archive.tar.gz");

  before(() => writeFileSync(archive, archiveOf(binaryFiles(sample()))));

  it("lists commands and exit codes in its help", async () => {
    // Act
    const { exitCode, stdout } = await etl(["--help"]);

    // Assess
    expect(exitCode).to.equal(0);
    for (const word of ["fetch", "build", "load", "run", "verify", "inspect", "130"]) {
      expect(stdout).to.include(word);
    }
  });

  for (const [rule, args, message] of [
    ["an unknown command", ["unpack"], "unknown command 'unpack'"],
    ["a missing option", ["build"], "required option '--out <folder>'"],
    ["an unknown format", ["build", "--out", "x", "--format", "jpeg"], "Allowed choices are image"],
    ["an MD5 that is none", ["fetch", "--md5", "abc"], "It must have 32 hexadecimal digits"],
    ["no threads", ["build", "--out", "x", "--threads", "0"], "from 1 to 64"],
    ["nothing to verify", ["verify"], "either --from or --bucket"],
    ["an URL that is none", ["fetch", "--archive", "https://"], "https:// is no URL"],
    ["a bucket without a key", ["fetch", "--archive", "s3://bucket"], "names no object"],
    ["an archive of an unknown kind", ["fetch", "--archive", "ftp://a/b"], "cannot be fetched"],
    [
      "an MD5 of no official archive",
      ["fetch", "--md5", "0".repeat(32)],
      "No official archive has",
    ],
  ] as const) {
    it(`refuses ${rule} with exit code 2`, async () => {
      // Act
      const { exitCode, stdout, stderr } = await etl(args);

      // Assess
      expect(exitCode).to.equal(2);
      expect(stderr).to.include(message);
      expect(stdout).to.equal("");
    });
  }

  it("tells a folder that cannot be written from a bug", async () => {
    // Act
    const out = join(archive, "dataset");
    const { exitCode, stderr } = await etl(["build", "--archive", archive, "--out", out]);

    // Assess
    expect(exitCode).to.equal(4);
    // Releases of Node.js differ in what they call it.
    expect(stderr).to.match(/^DatasetFolderError: (ENOTDIR|EEXIST)/m);
    expect(stderr).to.include(archive);
  });

  it("names the config's keys where an update would show the message, and only there", async () => {
    // Act
    const place = ["--archive", join(folder, "none.tar.gz")];
    const run = await etl(["run", ...place, "--bucket", "b"], {
      cacheFolder: join(folder, "cache"),
    });
    const build = await etl(["build", ...place, "--out", join(folder, "out")]);

    // Assess
    expect(run.exitCode).to.equal(3);
    expect(run.stderr).to.include("In the config of a stack, --archive is dataset.archive.");
    expect(build.stderr).to.include("--archive").and.not.include("dataset.archive");
  });

  it("prints nothing but the result on standard output as a process", () => {
    // Act
    const args = ["build", "--json", "--archive", archive, "--out", join(folder, "data")];
    const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", CLI, ...args]);

    // Assess
    expect(status).to.equal(0);
    expect(JSON.parse(stdout.toString())).to.have.property("digest");
  });

  for (const format of ["image", "recordio"]) {
    it(`draws a contact sheet of a dataset in the format ${format}`, async () => {
      // Prepare
      const out = join(folder, format);
      await etl(["build", "--archive", archive, "--out", out, "--format", format]);
      const sheet = join(folder, `${format}.png`);

      // Act
      const outcome = await etl(["inspect", "--from", out, "--out", sheet, "--columns", "4"]);

      // Assess
      expect(outcome.exitCode, outcome.stderr).to.equal(0);
      const { bitmap } = await Jimp.read(sheet);
      expect([bitmap.width, bitmap.height]).to.deep.equal([606, 208]);
      const white = bitmap.data.every((byte) => byte === 255);
      expect(white).to.equal(false);
    });
  }

  it("draws no contact sheet of what is no dataset", async () => {
    // Act
    const sheet = join(folder, "none.png");
    const outcome = await etl(["inspect", "--from", join(folder, "none"), "--out", sheet]);

    // Assess
    expect(outcome.exitCode).to.equal(4);
    expect(existsSync(sheet)).to.equal(false);
  });
});
