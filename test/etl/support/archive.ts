import { gzipSync } from "node:zlib";

/** One image of a sample archive. */
export interface SampleImage {
  readonly fine: number;
  readonly coarse: number;
  /** 3072 bytes, planar. */
  readonly pixels: Buffer;
}

/** What a sample archive holds. */
export interface Sample {
  readonly fineNames: readonly string[];
  readonly coarseNames: readonly string[];
  readonly train: readonly SampleImage[];
  readonly test: readonly SampleImage[];
}

const FINE_NAMES = ["apple", "bicycle", "motorcycle", "pickup_truck", "train", "pear"];
const COARSE_NAMES = ["fruit", "vehicles_1"];
const COARSE_OF_FINE = [0, 1, 1, 1, 1, 0];

/** A CIFAR-100 of six classes; the classes alternate, the pixels are a reproducible noise. */
export function sample(trainPerClass = 10, testPerClass = 2): Sample {
  const random = randomNumbers(1);
  const images = (perClass: number): SampleImage[] =>
    Array.from({ length: perClass * FINE_NAMES.length }, (_, index) => {
      const fine = index % FINE_NAMES.length;
      const pixels = Buffer.from(Array.from({ length: 3072 }, () => random() & 255));
      return { fine, coarse: COARSE_OF_FINE[fine] as number, pixels };
    });
  return {
    fineNames: FINE_NAMES,
    coarseNames: COARSE_NAMES,
    train: images(trainPerClass),
    test: images(testPerClass),
  };
}

/** Unsigned 32-bit integers, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return (bits ^ (bits >>> 14)) >>> 0;
  };
}

/** A file of a tar archive. */
export interface TarFile {
  readonly name: string;
  readonly content: Buffer;
  readonly type?: string;
}

/** A tar archive, not compressed (ustar). */
export function tar(files: readonly TarFile[]): Buffer {
  const blocks = files.flatMap(({ name, content, type = "0" }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100, "latin1");
    header.write("0000644\0" + "0000000\0" + "0000000\0", 100, "latin1");
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
    header.write("00000000000\0", 136, "latin1");
    header.write("        ", 148, "latin1");
    header.write(type, 156, "latin1");
    header.write("ustar\0" + "00", 257, "latin1");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return [header, content, Buffer.alloc(-content.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** The files of the binary form. */
export function binaryFiles(content: Sample): TarFile[] {
  const records = (images: readonly SampleImage[]): Buffer =>
    Buffer.concat(
      images.flatMap(({ coarse, fine, pixels }) => [Buffer.from([coarse, fine]), pixels]),
    );
  const names = (list: readonly string[]): Buffer => Buffer.from(`${list.join("\n")}\n`);
  const folder = "cifar-100-binary";
  return [
    { name: `${folder}/train.bin`, content: records(content.train) },
    { name: `${folder}/test.bin`, content: records(content.test) },
    { name: `${folder}/fine_label_names.txt`, content: names(content.fineNames) },
    { name: `${folder}/coarse_label_names.txt`, content: names(content.coarseNames) },
  ];
}

/** The files of the python form, pickled as Python 2 did (protocol 2), as the official ones are. */
export function pythonFiles(content: Sample): TarFile[] {
  const half = (images: readonly SampleImage[]): Buffer =>
    pickled(
      dictionary({
        data: byteArray(images),
        fine_labels: list(images.map(({ fine }) => small(fine))),
        coarse_labels: list(images.map(({ coarse }) => small(coarse))),
        filenames: list(images.map((_, index) => text(`image_s_${index}.png`))),
      }),
    );
  const meta = pickled(
    dictionary({
      fine_label_names: list(content.fineNames.map(text)),
      coarse_label_names: list(content.coarseNames.map(text)),
    }),
  );
  const folder = "cifar-100-python";
  return [
    { name: `${folder}/meta`, content: meta },
    { name: `${folder}/test`, content: half(content.test) },
    { name: `${folder}/train`, content: half(content.train) },
  ];
}

/** A gzipped tar archive. */
export function archiveOf(files: readonly TarFile[]): Buffer {
  return gzipSync(tar(files), { level: 1 });
}

/** A pickle with this value (protocol 2). */
export function pickled(value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x80, 2]), value, Buffer.from(".")]);
}

/** Opcodes that leave a short string on the stack. */
export function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x55, value.length]), Buffer.from(value, "latin1")]);
}

function small(value: number): Buffer {
  return Buffer.from([0x4b, value]);
}

function list(items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from("]("), ...items, Buffer.from("e")]);
}

/** Opcodes that leave a dictionary on the stack. */
export function dictionary(items: Readonly<Record<string, Buffer>>): Buffer {
  const pairs = Object.entries(items).flatMap(([key, value]) => [text(key), value]);
  return Buffer.concat([Buffer.from("}("), ...pairs, Buffer.from("u")]);
}

/** A numpy array of bytes, as numpy pickles itself. */
function byteArray(images: readonly SampleImage[]): Buffer {
  const count = Buffer.from([0x4d, images.length & 255, images.length >> 8]);
  const width = Buffer.from([0x4d, 0x00, 0x0c]);
  const bytes = Buffer.concat(images.map(({ pixels }) => pixels));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([
    Buffer.from("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"),
    small(0),
    Buffer.from("\x85", "latin1"),
    text("b"),
    Buffer.from("\x87R(", "latin1"),
    small(1),
    count,
    width,
    Buffer.from("\x86cnumpy\ndtype\n", "latin1"),
    text("u1"),
    small(0),
    small(1),
    Buffer.from("\x87R(", "latin1"),
    small(3),
    text("|"),
    Buffer.from("NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T", "latin1"),
    length,
    bytes,
    Buffer.from("tb"),
  ]);
}
