import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { expect } from "chai";
import { readChannel } from "../../../../../local/cloud/containers/image-classification/channel";
import { encode, patterned } from "../../../../functions/support/images";
import { pictures, settings, withFolder, writeChannel } from "./support";

const SETTINGS = settings({ mini_batch_size: "3" });

/** The failure text, as it would be in the job's failure file; undefined if there is none. */
async function refusal(list: string, spoil?: (data: string) => Promise<void>) {
  return withFolder(async (data) => {
    await writeChannel(data, "train", pictures(3), list);
    await spoil?.(data);
    return readChannel(data, "train", SETTINGS).then(
      () => undefined,
      (error: unknown) => String(error),
    );
  });
}

const LIST = ["0\t0\t0/0.png", "1\t1\t1/1.png", "2\t2\t2/2.png", ""];

describe("a channel", () => {
  it("has its images in the order of its list, with their pixels and labels", async () => {
    await withFolder(async (data) => {
      // Prepare
      const images = pictures(6);
      await writeChannel(data, "validation", images);

      // Act
      const read = await readChannel(data, "validation", SETTINGS);

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
