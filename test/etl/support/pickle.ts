import type { Sample, SampleImage, TarFile } from "./archive";

/** Who wrote a pickle: the protocol, and the version of Python, which decides how bytes look. */
export interface Writer {
  readonly python: 2 | 3;
  readonly protocol: 0 | 1 | 2 | 3 | 4 | 5;
}

/** Every kind of pickle that there is; Python 2 knows no protocol above 2. */
export const WRITERS: readonly Writer[] = [
  ...([0, 1, 2] as const).map((protocol) => ({ python: 2 as const, protocol })),
  ...([0, 1, 2, 3, 4, 5] as const).map((protocol) => ({ python: 3 as const, protocol })),
];

const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const join = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? latin(part) : part)));

function length(count: number, bytes: 1 | 4): Buffer {
  const field = Buffer.alloc(bytes);
  field.writeUIntLE(count, 0, bytes);
  return field;
}

/**
 * Writes a few plain values as Python's own pickler does, without its memo.
 * Opcodes: the module `pickletools` of Python.
 */
class Pickler {
  constructor(private readonly writer: Writer) {}

  file(value: Buffer): Buffer {
    const { protocol } = this.writer;
    return join(protocol >= 2 ? join("\x80", length(protocol, 1)) : "", value, ".");
  }

  /** A `str` of Python 3. */
  text(value: string): Buffer {
    const { protocol } = this.writer;
    if (protocol === 0) {
      const escaped = value.replace(/[^ -~]|\\/g, (character) =>
        "\\\n\r\0\x1a".includes(character)
          ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
          : character,
      );
      return join("V", escaped, "\n");
    }
    const bytes = Buffer.from(value, "utf8");
    return protocol >= 4 && bytes.length < 256
      ? join("\x8c", length(bytes.length, 1), bytes)
      : join("X", length(bytes.length, 4), bytes);
  }

  /** A `str` of Python 2, `bytes` of Python 3. */
  bytes(value: Buffer): Buffer {
    const { python, protocol } = this.writer;
    if (python === 3 && protocol < 3) {
      const pair = [this.text(value.toString("latin1")), this.text("latin1")];
      return join("c_codecs\nencode\n", this.tuple(pair), "R");
    }
    if (python === 3) {
      return value.length < 256
        ? join("C", length(value.length, 1), value)
        : join("B", length(value.length, 4), value);
    }
    if (protocol === 0) {
      return join("S", literal(value), "\n");
    }
    return value.length < 256
      ? join("U", length(value.length, 1), value)
      : join("T", length(value.length, 4), value);
  }

  /** How a program of this Python writes a name in quotes. */
  name(value: string): Buffer {
    return this.writer.python === 2 ? this.bytes(latin(value)) : this.text(value);
  }

  integer(value: number): Buffer {
    if (this.writer.protocol === 0) {
      return latin(this.writer.python === 3 ? `I${value}\n` : `L${value}L\n`);
    }
    return value >= 0 && value < 256
      ? join("K", length(value, 1))
      : join("J", length(value >>> 0, 4));
  }

  tuple(items: readonly Buffer[]): Buffer {
    return join("(", ...items, "t");
  }

  list(items: readonly Buffer[]): Buffer {
    return this.writer.protocol === 0
      ? join("(l", ...items.map((item) => join(item, "a")))
      : join("](", ...items, "e");
  }

  dictionary(items: readonly (readonly [Buffer, Buffer])[]): Buffer {
    return this.writer.protocol === 0
      ? join("(d", ...items.map(([key, value]) => join(key, value, "s")))
      : join("}(", ...items.flat(), "u");
  }

  /** A numpy array of bytes, as numpy pickles itself. */
  array(rows: number, columns: number, data: Buffer): Buffer {
    const { protocol, python } = this.writer;
    const no = protocol < 2 ? "I00\n" : "\x89";
    const module = python === 2 ? "numpy.core.multiarray" : "numpy._core.multiarray";
    const type = join(
      "cnumpy\ndtype\n",
      this.tuple([this.name("u1"), this.integer(0), this.integer(1)]),
      "R",
      this.tuple([
        this.integer(3),
        this.name("|"),
        ...["N", "N", "N"].map(latin),
        this.integer(-1),
        this.integer(-1),
        this.integer(0),
      ]),
      "b",
    );
    return join(
      `c${module}\n_reconstruct\n`,
      this.tuple([
        latin("cnumpy\nndarray\n"),
        this.tuple([this.integer(0)]),
        this.bytes(latin("b")),
      ]),
      "R",
      this.tuple([
        this.integer(1),
        this.tuple([this.integer(rows), this.integer(columns)]),
        type,
        latin(no),
        this.bytes(data),
      ]),
      "b",
    );
  }
}

/** A literal of Python 2, as `repr` writes it. */
function literal(value: Buffer): string {
  const escapes: Readonly<Record<string, string>> = {
    "\\": "\\\\",
    "'": "\\'",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
  };
  const text = value
    .toString("latin1")
    .replace(
      /[^ -~]|[\\']/g,
      (character) =>
        escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
  return `'${text}'`;
}

/**
 * The files of the python form, as somebody has them who wrote them anew.
 * @param keys whether the keys are those of a `str`, or of `bytes` as Python 3 reads the official ones
 */
export function rewrittenFiles(
  content: Sample,
  writer: Writer,
  keys: "text" | "bytes" = "text",
): TarFile[] {
  const to = new Pickler(writer);
  const key = (name: string): Buffer => (keys === "text" ? to.name(name) : to.bytes(latin(name)));
  const names = (list: readonly string[]): Buffer => to.list(list.map((name) => key(name)));
  const half = (images: readonly SampleImage[]): Buffer =>
    to.file(
      to.dictionary([
        [key("filenames"), names(images.map((_, index) => `image_s_${index}.png`))],
        [key("batch_label"), key("training batch 1 of 1")],
        [key("fine_labels"), to.list(images.map(({ fine }) => to.integer(fine)))],
        [key("coarse_labels"), to.list(images.map(({ coarse }) => to.integer(coarse)))],
        [
          key("data"),
          to.array(images.length, 3072, Buffer.concat(images.map(({ pixels }) => pixels))),
        ],
      ]),
    );
  const meta = to.file(
    to.dictionary([
      [key("fine_label_names"), names(content.fineNames)],
      [key("coarse_label_names"), names(content.coarseNames)],
    ]),
  );
  return [
    { name: "cifar-100-python/meta", content: meta },
    { name: "cifar-100-python/test", content: half(content.test) },
    { name: "cifar-100-python/train", content: half(content.train) },
  ];
}
