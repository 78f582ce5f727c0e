import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeRecords, encodeRecord, type ImageRecord } from "../../common/recordio";
import { archiveOf, binaryFiles, sample } from "./support/archive";
import { etl, readTree, folderOfSuite } from "./support/etl";
import { decodePng } from "./support/png";

const PYTHON = process.env["PYTHON"] ?? "python3";

/** A reader after dmlc-core's description of the format, which shares nothing with the writer. */
const READER = `
import hashlib, io, struct, sys
from PIL import Image
data = open(sys.argv[1], "rb").read()
for line in open(sys.argv[2]):
    index, offset = map(int, line.split("\\t"))
    parts, at, flag = [], offset, None
    while flag not in (0, 3):
        magic, word = struct.unpack_from("<II", data, at)
        assert magic == 0xced7230a
        flag, length = word >> 29, word & 0x1fffffff
        parts.append(data[at + 8 : at + 8 + length])
        at += 8 + (length + 3) // 4 * 4
    record = struct.pack("<I", 0xced7230a).join(parts)
    zero, label, identity, other = struct.unpack_from("<IfQQ", record)
    assert (zero, identity, other) == (0, index, 0)
    image = Image.open(io.BytesIO(record[24:]))
    planes = b"".join(channel.tobytes() for channel in image.split())
    print(index, int(label), hashlib.sha256(planes).hexdigest())
`;

describe("etl records", () => {
  const folder = folderOfSuite();
  const dataset = join(folder, "dataset");

  before(async () => {
    const archive = join(folder, "archive.tar.gz");
    writeFileSync(archive, archiveOf(binaryFiles(sample())));
    const args = ["build", "--archive", archive, "--out", dataset, "--format", "both"];
    expect((await etl(args)).exitCode).to.equal(0);
  });

  /** Index, label and pixels of each image, from the lists and PNGs. */
  function expected(split: string): { index: number; label: number; pixels: Buffer }[] {
    const files = readTree(dataset);
    const rows = String(files.get(`${split}.lst`))
      .trimEnd()
      .split("\n");
    return rows.map((row) => {
      const [index, label, path] = row.split("\t");
      const pixels = decodePng(files.get(`${split}/${path}`) as Buffer);
      return { index: Number(index), label: Number(label), pixels };
    });
  }

  for (const split of ["train", "validation", "test"]) {
    it(`has the same images and labels in ${split}.rec as in the PNGs and lists`, () => {
      // Act
      const files = readTree(dataset);
      const records = files.get(`${split}.rec`) as Buffer;
      const lines = String(files.get(`${split}.idx`))
        .trimEnd()
        .split("\n");
      const images = lines.map((line) => {
        const [key, offset] = line.split("\t").map(Number) as [number, number];
        const [first] = decodeRecords(records.subarray(offset));
        const { index, label, image } = first as ImageRecord;
        expect(index).to.equal(key);
        return { index, label, pixels: decodePng(image) };
      });

      // Assess
      expect(images).to.deep.equal(expected(split));
    });
  }

  it("is read by a Python program with the same pixels and labels", function () {
    if (spawnSync(PYTHON, ["-c", "import PIL"]).status !== 0) {
      console.warn(`      ${PYTHON} with Pillow is not there: set PYTHON to one that has it`);
      this.skip();
    }
    // Prepare

    const lines = expected("train").map(
      ({ index, label, pixels }) =>
        `${index} ${label} ${createHash("sha256").update(pixels).digest("hex")}`,
    );

    // Act
    const args = ["-c", READER, join(dataset, "train.rec"), join(dataset, "train.idx")];
    const { status, stdout, stderr } = spawnSync(PYTHON, args);

    // Assess
    expect(status, String(stderr)).to.equal(0);
    expect(String(stdout).trimEnd().split("\n")).to.deep.equal(lines);
  });

  it("divides a record at the magic number, where that is at a multiple of four", () => {
    // Prepare
    const magic = Buffer.from("0a23d7ce", "hex");
    const at = (...bytes: Buffer[]): Buffer => Buffer.concat(bytes);
    const images = {
      start: at(magic, Buffer.alloc(5, 1)),
      middle: at(Buffer.alloc(8, 1), magic, Buffer.alloc(3, 1)),
      twice: at(Buffer.alloc(4, 1), magic, magic, Buffer.alloc(1, 1)),
      end: at(Buffer.alloc(4, 1), magic),
      unaligned: at(Buffer.alloc(5, 1), magic, Buffer.alloc(3, 1)),
    };
    for (const [name, image] of Object.entries(images)) {
      // Act
      const record = encodeRecord({ index: 7, label: 2, image });

      // Assess
      const whole = 8 + 24 + Math.ceil(image.length / 4) * 4;
      expect(record.length, name).to.equal(
        name === "unaligned" ? whole : name === "twice" ? whole + 8 : whole + 4,
      );
      expect(decodeRecords(Buffer.concat([record, record])), name).to.deep.equal([
        { index: 7, label: 2, image },
        { index: 7, label: 2, image },
      ]);
    }
  });

  it("refuses bytes that are no record", () => {
    const record = encodeRecord({ index: 1, label: 0, image: Buffer.alloc(10) });
    expect(() => decodeRecords(record.subarray(4))).to.throw("There is no record at byte 0");
    expect(() => decodeRecords(record.subarray(0, 20))).to.throw("is truncated");
    expect(() => decodeRecords(Buffer.concat([record, Buffer.alloc(4)]))).to.throw(
      `There is no record at byte ${record.length}`,
    );
    expect(decodeRecords(Buffer.alloc(0))).to.deep.equal([]);
  });
});
