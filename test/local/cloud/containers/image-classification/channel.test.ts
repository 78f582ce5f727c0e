import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { crc32 } from "node:zlib";
import { expect } from "chai";
import { encodeRecord } from "../../../../../common/recordio";
import { encodePng } from "../../../../../etl/formats/png";
import { readChannel } from "../../../../../local/cloud/containers/image-classification/channel";
import { encode, patterned } from "../../../../functions/support/images";
import { pictures, settings, withFolder, writeChannel } from "./support";

const SETTINGS = settings({ mini_batch_size: "3" });

/** The failure text, as it would be in the job's failure file; undefined if there is none. */
async function refusal(list: string, spoil?: (data: string) => Promise<void>) {
  return withFolder(async (data) => {
    await writeChannel(data, "train", pictures(3), list);
    await spoil?.(data);
    return readChannel(data, "train", "image", SETTINGS).then(
      () => undefined,
      (error: unknown) => String(error),
    );
  });
}

const LIST = ["0\t0\t0/0.png", "1\t1\t1/1.png", "2\t2\t2/2.png", ""];

/** Puts a chunk into a PNG, which decoders skip, with the number at which records are divided. */
function withMagicNumbers(png: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + 32, Buffer.from([0x0a, 0x23, 0xd7, 0xce]));
  chunk.writeUInt32BE(32, 0);
  chunk.write("maGc", 4, "latin1");
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  // After the signature and the header.
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

describe("a channel", () => {
  it("has its images in the order of its list, with their pixels and labels", async () => {
    await withFolder(async (data) => {
      // Prepare
      const images = pictures(6);
      await writeChannel(data, "validation", images);

      // Act
      const read = await readChannel(data, "validation", "image", SETTINGS);

      // Assess
      expect(read).to.deep.equal(images);
    });
  });

  it("takes PNG files with an alpha channel, and scales the shorter side to `resize`", async () => {
    await withFolder(async (data) => {
      // Prepare
      await writeChannel(data, "train", pictures(3));
      const wide = await encode(patterned(80, 40), "image/png");
      await writeFile(path.join(data, "train", "0", "0.png"), wide);

      // Act
      const [image] = await readChannel(
        data,
        "train",
        "image",
        settings({ mini_batch_size: "3", resize: "36" }),
      );

      // Assess
      expect(image).to.include({ height: 36, width: 72 });
    });
  });

  const FAULTS: readonly [what: string, line: string, message: string][] = [
    ["spaces instead of tabs", "3 0 0/0.png", "Line 4 of train.lst is not index, label and path"],
    ["a missing column", "3\t0/0.png", "is not index, label and path"],
    ["a label that is no integer", "3\t0.5\t0/0.png", "is not index, label and path"],
    ["an index twice", "2\t0\t0/0.png", "repeats index 2"],
    ["a label out of range", "3\t3\t0/0.png", "has a label not below num_classes (3)"],
    ["a path that leads out", "3\t0\t../validation/0.png", "leads out of the channel"],
    ["an absolute path", "3\t0\t/etc/hosts", "leads out of the channel"],
  ];
  for (const [what, line, message] of FAULTS) {
    it(`is refused for ${what} in its list`, async () => {
      // Act
      const text = await refusal([...LIST.slice(0, 3), line, ""].join("\n"));

      // Assess
      expect(text).to.match(/^Customer Error: Invalid lst file in the train channel\. /);
      expect(text).to.contain(message);
    });
  }

  it("has its images in the order of its records, even where one contains the magic number", async () => {
    await withFolder(async (data) => {
      // Prepare
      const images = pictures(6);
      const records = images.map(({ label, pixels }, index) => {
        const image = withMagicNumbers(Buffer.from(encodePng(pixels)));
        return encodeRecord({ index, label, image });
      });
      await mkdir(path.join(data, "validation"));
      await writeFile(path.join(data, "validation", "validation.rec"), Buffer.concat(records));

      // Act
      const read = await readChannel(data, "validation", "recordio", SETTINGS);

      // Assess
      expect(read).to.deep.equal(images);
    });
  });

  const RECORD = encodeRecord({ index: 0, label: 1, image: Buffer.from("image") });
  const RECORD_FAULTS: readonly [what: string, files: readonly Buffer[], message: string][] = [
    ["no record file", [], "must have one .rec file, it has 0"],
    ["two record files", [RECORD, RECORD], "must have one .rec file, it has 2"],
    ["a file that is cut off", [RECORD.subarray(0, -4)], "a record is cut off at byte 0"],
    [
      "bytes between records",
      [Buffer.concat([RECORD, Buffer.alloc(4), RECORD])],
      "no record starts at byte 40",
    ],
    [
      "a label out of range",
      [encodeRecord({ index: 0, label: 3, image: Buffer.alloc(1) })],
      "record 0 has the label 3, not one below num_classes (3)",
    ],
  ];
  for (const [what, files, message] of RECORD_FAULTS) {
    it(`is refused for ${what}`, async () => {
      await withFolder(async (data) => {
        await mkdir(path.join(data, "train"));
        for (const [index, file] of files.entries()) {
          await writeFile(path.join(data, "train", `${index}.rec`), file);
        }
        const error: unknown = await readChannel(data, "train", "recordio", SETTINGS).catch(
          (reason: unknown) => reason,
        );
        expect(String(error))
          .to.match(/^ClientError: /)
          .and.to.contain(message);
      });
    });
  }

  it("takes exactly one list", async () => {
    // Act
    const text = await refusal(LIST.join("\n"), (data) =>
      writeFile(path.join(data, "train_lst", "more.lst"), ""),
    );

    // Assess
    expect(text).to.equal(
      "Customer Error: Invalid lst file in the train channel. " +
        "The channel train_lst must have one .lst file, it has 2.",
    );
  });

  it("needs as many images as a batch has", async () => {
    // Act
    const text = await refusal(LIST.slice(1).join("\n"));

    // Assess
    expect(text).to.match(
      /^ClientError: The number of input images must be bigger or equal to the mini_batch_size\./,
    );
  });

  it("is refused for a PNG that is no image", async () => {
    // Act
    const text = await refusal(LIST.join("\n"), (data) =>
      writeFile(path.join(data, "train", "1", "1.png"), "not an image"),
    );

    // Assess
    expect(text).to.match(/^ClientError: Cannot read image 1\/1\.png of the train channel: ./);
  });

  it("is refused for a listed image that is not there", async () => {
    // Act
    const text = await refusal(LIST.join("\n").replace("0/0.png", "0/9.png"));

    // Assess
    expect(text).to.match(/^ClientError: Cannot read image 0\/9\.png of the train channel: ENOENT/);
  });

  it("is refused for an image smaller than image_shape", async () => {
    // Prepare
    const small = await encode(patterned(40, 31), "image/png");

    // Act
    const text = await refusal(LIST.join("\n"), (data) =>
      writeFile(path.join(data, "train", "0", "0.png"), small),
    );

    // Assess
    expect(text).to.contain("it has 31 x 40 pixels, less than the 32 x 32 of image_shape");
  });
});
