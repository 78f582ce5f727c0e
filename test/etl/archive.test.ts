import { expect } from "chai";
import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  archiveOf,
  binaryFiles,
  dictionary,
  pickled,
  pythonFiles,
  sample,
  tar,
  text,
  type TarFile,
} from "./support/archive";
import { etl, readTree, folderOfTest } from "./support/etl";

/** Where no archive may write: outside of every folder that it is unpacked into. */
const EVIL = join(tmpdir(), "etl-evil");

describe("etl archives", () => {
  const folder = folderOfTest();

  /** What `build` says of an archive that is none; nothing may be left of it. */
  async function refusal(archive: Buffer | undefined, ...options: string[]): Promise<string> {
    const path = join(folder.path, "archive.tar.gz");
    if (archive !== undefined) {
      writeFileSync(path, archive);
    }
    const out = join(folder.path, "dataset");
    const outcome = await etl(["build", "--archive", path, "--out", out, ...options]);
    expect(outcome.exitCode).to.equal(3);
    expect(outcome.stdout).to.equal("");
    expect(readTree(folder.path).size).to.equal(existsSync(path) ? 1 : 0);
    return outcome.stderr;
  }

  /** The sample with one of its files changed. */
  function changed(
    files: readonly TarFile[],
    name: string,
    change: (content: Buffer) => Buffer,
  ): Buffer {
    return archiveOf(
      files.map((file) =>
        file.name.endsWith(name) ? { ...file, content: change(Buffer.from(file.content)) } : file,
      ),
    );
  }

  it("says that there is none", async () => {
    expect(await refusal(undefined)).to.match(
      /^ArchiveNotFoundError: There is no archive at .*--archive/,
    );
  });

  it("refuses what is not compressed", async () => {
    expect(await refusal(tar(binaryFiles(sample())))).to.match(
      /^InvalidArchiveError: archive\.tar\.gz: is a tar archive that is not compressed, .*--archive/m,
    );
  });

  it("refuses an empty file", async () => {
    expect(await refusal(Buffer.alloc(0))).to.include("InvalidArchiveError");
  });

  it("refuses what is no tar archive", async () => {
    expect(await refusal(gzipSync(Buffer.alloc(4096, "text ")))).to.include("Not a tar header");
  });

  it("refuses a truncated archive", async () => {
    const whole = archiveOf(binaryFiles(sample()));
    expect(await refusal(whole.subarray(0, whole.length / 2))).to.include("InvalidArchiveError");
  });

  it("refuses an archive whose tar ends inside a file", async () => {
    const whole = tar(binaryFiles(sample()));
    expect(await refusal(gzipSync(whole.subarray(0, 5000)))).to.include(
      '"cifar-100-binary/train.bin" is truncated',
    );
  });

  it("names the members that are missing", async () => {
    const files = binaryFiles(sample()).filter(({ name }) => !name.endsWith("test.bin"));
    expect(await refusal(archiveOf(files))).to.include(
      "is no CIFAR-100 archive in the binary form: it has no test.bin",
    );
  });

  it("refuses a member that is there twice", async () => {
    const files = binaryFiles(sample());
    expect(await refusal(archiveOf([...files, ...files]))).to.include("is in the archive twice");
  });

  it("refuses an archive with both forms", async () => {
    const files = [...binaryFiles(sample()), ...pythonFiles(sample())];
    expect(await refusal(archiveOf(files))).to.include("has files of both forms");
  });

  it("refuses a member that is a link", async () => {
    const [train, ...others] = binaryFiles(sample()) as [TarFile, ...TarFile[]];
    const link = { name: train.name, content: Buffer.alloc(0), type: "2" };
    expect(await refusal(archiveOf([link, ...others]))).to.include("is not a plain file");
  });

  it("passes over members with other names, wherever they lead", async () => {
    // Prepare
    const path = join(folder.path, "archive.tar.gz");
    const evil = ["../evil", EVIL, "cifar-100-binary/../../evil"].map((name) => ({
      name,
      content: Buffer.from("evil"),
    }));
    writeFileSync(path, archiveOf([...evil, ...binaryFiles(sample())]));

    // Act
    const out = join(folder.path, "dataset");
    const { exitCode } = await etl(["build", "--archive", path, "--out", out]);

    // Assess
    expect(exitCode).to.equal(0);
    expect(
      [...readTree(folder.path).keys()].filter((name) => name.includes("evil")),
    ).to.have.length(0);
    expect(existsSync(EVIL)).to.equal(false);
  });

  const moved =
    (change: (name: string) => string) =>
    (files: readonly TarFile[]): TarFile[] =>
      files.map((file) => ({ ...file, name: change(file.name) }));
  const bare = (name: string): string => name.slice(name.indexOf("/") + 1);
  const folderEntry = { name: "train", content: Buffer.alloc(0), type: "5" };
  const longFolder = `${"deep/".repeat(30)}cifar`;
  /** The headers that GNU tar and pax write before an entry whose name is too long for one. */
  const withLongName = (file: TarFile, type: "L" | "x"): TarFile[] => {
    const name = `${longFolder}/${bare(file.name)}`;
    const record = ` path=${name}\n`;
    const content = type === "L" ? `${name}\0` : `${record.length + 3}${record}`;
    return [
      { name: `PaxHeader/${bare(file.name)}`, content: Buffer.from(content), type },
      { ...file, name: name.slice(0, 100) }, // which is a slash here
    ];
  };
  for (const [place, change] of [
    ["at the root", moved(bare)],
    ["below ./", moved((name) => `./${name}`)],
    ["in a folder of another name", moved((name) => `my data/${bare(name)}`)],
    ["in nested folders", moved((name) => `a/b/c/${name}`)],
    [
      "beside the files that macOS adds",
      (files) =>
        files.flatMap((file) => [
          { ...file, name: file.name.replace("/", "/._"), content: Buffer.from("\0\x05\x16\x07") },
          { ...file, name: `__MACOSX/${file.name.replace("/", "/._")}` },
          file,
        ]),
    ],
    ["beside a folder of a file's name", (files) => [folderEntry, ...files]],
    ["under names of GNU's long form", (files) => files.flatMap((file) => withLongName(file, "L"))],
    ["under names of the pax form", (files) => files.flatMap((file) => withLongName(file, "x"))],
  ] as readonly (readonly [string, (files: readonly TarFile[]) => TarFile[]])[]) {
    it(`finds the members ${place}`, async () => {
      for (const files of [binaryFiles(sample()), pythonFiles(sample())]) {
        // Prepare
        const path = join(folder.path, "archive.tar.gz");
        writeFileSync(path, archiveOf(change(files)));

        // Act
        const out = join(folder.path, "dataset");
        const { exitCode, stderr } = await etl(["build", "--archive", path, "--out", out]);

        // Assess
        expect(exitCode, stderr).to.equal(0);
      }
    });
  }

  const fileOf = (name: string): TarFile => ({ name, content: Buffer.from("content") });
  for (const [what, archive, named] of [
    ["CIFAR-10, binary", archiveOf([fileOf("cifar-10-batches-bin/data_batch_1.bin")]), "CIFAR-10"],
    ["CIFAR-10, python", archiveOf([fileOf("cifar-10-batches-py/test_batch")]), "CIFAR-10"],
    ["images", archiveOf([fileOf("train/cat/1.png")]), "image files (1.png)"],
    ["other files", archiveOf([fileOf("a/notes.md")]), "holds notes.md"],
    ["nothing", archiveOf([]), "no files at all"],
    ["a ZIP archive", Buffer.from("PK\x03\x04..."), "is a ZIP archive"],
    ["a web page", Buffer.from("\n<!doctype HTML><html>"), "is a web page"],
    ["an xz archive", Buffer.from("\xfd7zXZ\0", "latin1"), "is an xz archive"],
    ["a picture", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), "is a PNG image"],
    ["an LFS pointer", Buffer.from("version https://git-lfs.github.com/spec/v1"), "Git LFS"],
  ] as const) {
    it(`calls ${what} what it is, and says which archive to give`, async () => {
      const message = await refusal(archive);
      expect(message).to.include(named).and.include("Give cifar-100-binary.tar.gz");
      expect(message).to.not.include("Fetch the archive again");
    });
  }

  it("advises to fetch again what may have been damaged on its way, and nothing else", async () => {
    const sound = tar(binaryFiles(sample()));
    const damaged = gzipSync(sound);
    damaged.writeUInt32LE(0, damaged.length - 8);
    const short = changed(binaryFiles(sample()), "train.bin", (content) => content.subarray(1));
    const twice = archiveOf([...binaryFiles(sample()), ...binaryFiles(sample())]);

    for (const [archive, advice] of [
      [damaged, "Fetch the archive again"],
      [gzipSync(sound.subarray(0, 5_000)), "Fetch the archive again"],
      [short, "Give cifar-100-binary.tar.gz"],
      [twice, "Give cifar-100-binary.tar.gz"],
    ] as const) {
      expect(await refusal(archive)).to.include(advice);
    }
  });

  it("takes sizes in bytes as GNU tar writes them, and contiguous files", async () => {
    // Prepare
    const archive = tar(binaryFiles(sample()));
    archive.write("7", 156, "latin1");
    const size = parseInt(archive.toString("latin1", 124, 135), 8);
    archive.fill(0, 124, 136).writeUInt8(0x80, 124);
    archive.writeUInt32BE(size, 132);
    archive.write("        ", 148, "latin1");
    const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    archive.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    const path = join(folder.path, "archive.tar.gz");
    writeFileSync(path, gzipSync(archive));

    // Act
    const { exitCode, stderr } = await etl([
      ...["build", "--archive", path, "--out", join(folder.path, "dataset")],
    ]);

    // Assess
    expect(exitCode, stderr).to.equal(0);
  });

  it("names file, record and byte of a label out of range", async () => {
    const archive = changed(binaryFiles(sample()), "test.bin", (content) => {
      content[3 * 3074 + 1] = 6;
      return content;
    });
    expect(await refusal(archive)).to.include(
      "test, record 3 at byte 9224: the fine label is 6, but there are 6 classes",
    );
  });

  it("refuses a file that ends inside a record", async () => {
    const archive = changed(binaryFiles(sample()), "train.bin", (content) =>
      content.subarray(0, -1),
    );
    expect(await refusal(archive)).to.include(
      "train.bin, record 59 at byte 184439: ends inside a record of 3074 bytes",
    );
  });

  it("refuses class names that could be paths", async () => {
    const archive = changed(binaryFiles(sample()), "fine_label_names.txt", (content) =>
      Buffer.from(content.toString().replace("apple", "../..")),
    );
    expect(await refusal(archive)).to.include('"../.." is not a class name');
  });

  it("refuses an archive with another checksum than asked for", async () => {
    const archive = archiveOf(binaryFiles(sample()));
    expect(await refusal(archive, "--md5", "0".repeat(32))).to.match(
      /^ChecksumMismatchError: .* has MD5 [0-9a-f]{32}, not 0{32}: /m,
    );
  });

  for (const [rule, pickle] of [
    ["calls a function", Buffer.from("\x80\x02cposix\nsystem\nU\x02id\x85R.", "latin1")],
    [
      "looks a name up on the stack",
      Buffer.from("\x80\x04\x8c\x02os\x8c\x06system\x93.", "latin1"),
    ],
    ["names a module by a list inside itself", Buffer.from("]q\x00h\x00ah\x00\x93.", "latin1")],
    ["makes an object of a class", Buffer.from("(ios\nsystem\n.", "latin1")],
    ["asks for an object from outside", Buffer.from("Pabc\n.", "latin1")],
    ["takes from an empty stack", Buffer.from("0000.", "latin1")],
    ["goes back to a mark that is not there", Buffer.from("t.", "latin1")],
    ["remembers nothing", Buffer.from("h\x05.", "latin1")],
    ["claims more text than there is", Buffer.from("X\xff\xff\xff\x7fa.", "latin1")],
    ["never stops", Buffer.from("\x80\x02}", "latin1")],
    ["is a list", Buffer.from("].", "latin1")],
    ["gives other labels than images", pickled(dictionary({ data: text("none") }))],
  ] as const) {
    it(`refuses a pickle that ${rule}`, async () => {
      // Act
      const message = await refusal(changed(pythonFiles(sample()), "train", () => pickle));

      // Assess
      expect(message).to.match(/^InvalidArchiveError: train: /m);
    });
  }
});
