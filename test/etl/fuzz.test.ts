import { expect } from "chai";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  binaryFiles,
  pythonFiles,
  randomNumbers,
  sample,
  tar,
  type TarFile,
} from "./support/archive";
import { etl, readTree, folderOfSuite } from "./support/etl";
import { rewrittenFiles, WRITERS } from "./support/pickle";
import { decodePng } from "./support/png";

/** How many archives, and from which seed on; every one can be made again from its own seed. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 200);
const FIRST_SEED = Number(process.env["FUZZ_SEED"] ?? 1);

const CONTENT = sample(2, 1);

/** How an archive was made: as the official ones, or by somebody who wrote the python form anew. */
type Form = "binary" | "python" | "rewritten";

describe("etl build of damaged and hostile archives", () => {
  const folder = folderOfSuite();
  const archive = join(folder, "archive.tar.gz");
  const out = join(folder, "dataset");

  it(`ends ${RUNS} times in a typed error or a right dataset`, async function () {
    this.timeout(20_000 + 500 * RUNS);
    const outcomes = new Map<number, number>();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      // Prepare
      const { form, bytes } = mutatedArchive(seed);
      writeFileSync(archive, bytes);

      // Act
      const place = join(out, String(seed));
      const options = ["--classes", "all", "--validation-fraction", "0.5"];
      const outcome = await etl(["build", "--archive", archive, "--out", place, ...options]);

      // Assess
      const reproduce = `npm run fuzz -- --runs 1 --seed ${seed}: ${outcome.stderr}`;
      expect(outcome.exitCode, reproduce).to.be.oneOf([0, 3, 4]);
      if (outcome.exitCode === 0) {
        expectRight(place, gunzipSync(bytes), form, reproduce);
      } else {
        expect(outcome.stderr, reproduce).to.match(/^(InvalidArchive|DatasetFolder)Error: /m);
        expect(readdirSync(folder).length, reproduce).to.be.lessThanOrEqual(2);
      }
      rmSync(place, { recursive: true, force: true });
      outcomes.set(outcome.exitCode, (outcomes.get(outcome.exitCode) ?? 0) + 1);
    }
    // Were it always the same, the mutations would prove nothing. A few archives may well be alike.
    if (RUNS >= 100) {
      expect(outcomes.get(3)).to.be.greaterThan(RUNS / 4);
      expect(outcomes.get(0)).to.be.greaterThan(0);
    }
    expect(readdirSync(folder).sort()).to.deep.equal(["archive.tar.gz", "dataset"]);
  });
});

/** A dataset is right if its images and labels are those that the archive has at this place. */
function expectRight(place: string, raw: Buffer, form: Form, reproduce: string): void {
  const files = readTree(place);
  const labels: Record<"train" | "test", Map<number, number>> = {
    train: new Map(),
    test: new Map(),
  };
  let images = 0;
  for (const split of ["train", "validation", "test"] as const) {
    for (const row of String(files.get(`${split}.lst`))
      .trimEnd()
      .split("\n")) {
      const [, label, path] = row.split("\t");
      const pixels = decodePng(files.get(`${split}/${path}`) as Buffer);
      // In an archive that spells bytes out they cannot be looked up as they are.
      const at = raw.indexOf(pixels);
      expect(at, reproduce).to.be.greaterThan(form === "rewritten" ? -2 : 0);
      if (form === "binary") {
        expect(raw[at - 1], reproduce).to.equal(Number(label));
      }
      const record = Number(/(\d{5})\.png$/.exec(path ?? "")?.[1]);
      labels[split === "test" ? "test" : "train"].set(record, Number(label));
      images++;
    }
  }
  expect(files.size, reproduce).to.equal(images + 4);
  if (form === "python") {
    for (const half of Object.values(labels)) {
      const list = [...half].sort(([one], [other]) => one - other);
      const opcodes = Buffer.from(list.flatMap(([, label]) => [0x4b, label]));
      expect(raw.includes(opcodes), reproduce).to.equal(true);
    }
  }
}

function mutatedArchive(seed: number): {
  readonly form: Form;
  readonly bytes: Buffer;
} {
  const random = randomNumbers(seed);
  const below = (limit: number): number => random() % Math.max(limit, 1);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const form = pick(["binary", "python", "rewritten"] as const);
  let files = {
    binary: () => binaryFiles(CONTENT),
    python: () => pythonFiles(CONTENT),
    rewritten: () => rewrittenFiles(CONTENT, pick(WRITERS), pick(["text", "bytes"])),
  }[form]();

  /** Truncates, flips, deletes, repeats or overwrites some bytes; `near` bounds where. */
  const damage = (original: Buffer, near = original.length): Buffer => {
    const bytes = Buffer.from(original);
    const at = below(Math.min(near, bytes.length));
    switch (below(5)) {
      case 0:
        return bytes.subarray(0, at);
      case 1:
        for (let count = below(4); count >= 0; count--) {
          const position = below(Math.min(near, bytes.length));
          bytes[position] = (bytes[position] as number) ^ (1 << below(8));
        }
        return bytes;
      case 2:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(600))]);
      case 3:
        return Buffer.concat([bytes.subarray(0, at + below(600)), bytes.subarray(at)]);
      default:
        return bytes.fill(below(256), at, Math.min(at + 1 + below(64), bytes.length));
    }
  };
  const inFile = (change: (content: Buffer) => Buffer): void => {
    const victim = below(files.length);
    files = files.map((file, index) =>
      index === victim ? { ...file, content: change(file.content) } : file,
    );
  };
  const pack = (list: readonly TarFile[]): Buffer => gzipSync(tar(list), { level: 1 });

  switch (below(8)) {
    case 0: // The compressed bytes.
      return { form, bytes: damage(pack(files)) };
    case 1: // The tar archive anywhere, its first header most of all.
      return { form, bytes: gzipSync(damage(tar(files), pick([512, 1e6])), { level: 1 }) };
    case 2: // The content of a file.
      inFile((content) => damage(content));
      break;
    case 3: // The beginning of a file: names, opcodes, labels.
      inFile((content) => damage(content, 400));
      break;
    case 4: // The end of a file, where pickles have their labels.
      inFile((content) => {
        const start = Math.max(content.length - 400, 0);
        return Buffer.concat([content.subarray(0, start), damage(content.subarray(start))]);
      });
      break;
    case 5: // A folder that has another name or is missing; a name that leads elsewhere; no file.
      if (below(3) === 0) {
        const folder = pick(["", "data/", "a/b/", "cifar-10-batches-bin/"]);
        files = files.map((file) => ({ ...file, name: file.name.replace(/^[^/]+\//, folder) }));
        break;
      }
      files = files.map((file) => ({
        ...file,
        name: below(3) === 0 ? pick(["../", "/", "./", "a/../"]) + file.name : file.name,
        type: below(6) === 0 ? pick(["1", "2", "5", "L", "x", "S"]) : "0",
      }));
      break;
    case 6: // A file missing, twice, or of the other form.
      files = [...files, ...(below(2) === 0 ? pythonFiles(CONTENT) : [pick(files)])];
      files = files.filter(() => below(5) !== 0);
      break;
    default: // Instructions that a pickle has no need of, or labels that are none.
      inFile((content) => {
        const hostile = pick([
          "cos\nsystem\n(U\x02idtR0",
          "cbuiltins\neval\n(U\x031+1tR",
          "(ios\nsystem\n",
          "\x8c\x02os\x8c\x06system\x93",
          "]q\x01h\x01a0",
          "h\x07",
          "}(",
          "K\xffM\xff\xff",
          "\xff",
          "X\xff\xff\xff\xff",
        ]);
        const at = pick([2, below(content.length), content.length - 1]);
        return Buffer.concat([
          content.subarray(0, at),
          Buffer.from(hostile, "latin1"),
          content.subarray(at),
        ]);
      });
  }
  return { form, bytes: pack(files) };
}
