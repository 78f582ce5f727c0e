import { expect } from "chai";
import { findHeldOutImages } from "../../common/heldOutImages";
import { encodeRecord } from "../../common/recordio";

function manifest(format: string): Buffer {
  return Buffer.from(JSON.stringify({ classes: ["cat", "dog"], format, imageShape: [3, 32, 32] }));
}

/** What a bucket with these objects gives. */
function reader(objects: Readonly<Record<string, Buffer>>) {
  return (key: string): Promise<Buffer> => {
    const object = objects[key];
    return object === undefined ? Promise.reject(new Error(`no ${key}`)) : Promise.resolve(object);
  };
}

async function contents(objects: Readonly<Record<string, Buffer>>) {
  const { classes, images } = await findHeldOutImages(reader(objects));
  const read = images.map(async ({ key, label, read: image }) => [
    key,
    label,
    String(await image()),
  ]);
  return { classes, images: await Promise.all(read) };
}

describe("held-out images", () => {
  it("are those of the test list", async () => {
    const found = await contents({
      "manifest.json": manifest("image"),
      "test.lst": Buffer.from("0\t1\tdog/a.png\n1\t0\tcat/b.png\n"),
      "test/dog/a.png": Buffer.from("one"),
      "test/cat/b.png": Buffer.from("two"),
    });
    expect(found).to.deep.equal({
      classes: ["cat", "dog"],
      images: [
        ["test/dog/a.png", 1, "one"],
        ["test/cat/b.png", 0, "two"],
      ],
    });
  });

  it("are those of the test records, under keys of their own", async () => {
    const found = await contents({
      "manifest.json": manifest("recordio"),
      "test.rec": Buffer.concat([
        encodeRecord({ index: 40, label: 1, image: Buffer.from("one") }),
        encodeRecord({ index: 41, label: 0, image: Buffer.from("two") }),
      ]),
    });
    expect(found.images).to.deep.equal([
      ["test/40.png", 1, "one"],
      ["test/41.png", 0, "two"],
    ]);
  });

  const REFUSED: readonly [
    what: string,
    objects: Readonly<Record<string, Buffer>>,
    text: string,
  ][] = [
    ["no images", { "manifest.json": manifest("image"), "test.lst": Buffer.alloc(0) }, "no images"],
    [
      "no records",
      { "manifest.json": manifest("recordio"), "test.rec": Buffer.alloc(0) },
      "no images",
    ],
    ["an unknown format", { "manifest.json": manifest("tfrecord") }, "Make the dataset again"],
    [
      "an older manifest",
      { "manifest.json": Buffer.from('{"classes":["a"]}') },
      "Make the dataset again",
    ],
  ];
  for (const [what, objects, text] of REFUSED) {
    it(`are refused for ${what}`, async () => {
      const error: unknown = await contents(objects).catch((reason: unknown) => reason);
      expect(String(error)).to.contain(text);
    });
  }
});
