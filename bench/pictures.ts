import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleModule, PROJECT_ROOT } from "../infra/functionBundle";
import { decode } from "../test/functions/support/images";
import { installRival, RIVAL_NAMES, RIVALS, type RivalName } from "./functions/rivals";
import { PHOTOS } from "./pictures/photos";

/** Width and height of photos, by megapixels. */
const SIZES = { 12: [4032, 3024], 24: [6016, 4016], 50: [8160, 6112] } as const;
/** Megapixels: already refused, and larger ones take the encoder long. */
const LARGEST_AVIF = 24;
const SIDE = 28;
const PYTHON = process.env["PYTHON"] ?? "python3";
const PILLOW = join(PROJECT_ROOT, "test/functions/support/pictures/pillow.py");

/** Reads one file by a module's code, alone in a process, as Lambda would. */
const DECODER = `
  import { readFileSync } from "node:fs";
  import { createRequire } from "node:module";
  const [module, file, side] = process.argv.slice(1);
  const { normalizeImage } = createRequire(module)(module);
  const bytes = readFileSync(file);
  const settings = { size: { width: Number(side), height: Number(side) }, maxPixels: 1e9 };
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const answer = await normalizeImage(bytes, "a photo", settings).then(
    (png) => ({ png: png.toString("base64") }),
    ({ name, message }) => ({ refusal: name + ": " + message }),
  );
  const clock = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  // Not process.resourceUsage(), which begins with what the parent process had (proc(5)).
  const peak = Number(/^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  const processors = (user + system) / 1000;
  console.log(JSON.stringify({ ...answer, clock, processors, peak: peak / 1000 }));
`;

interface Measured {
  readonly png?: string;
  readonly refusal?: string;
  /** Milliseconds on the clock, and of all processors together. */
  readonly clock: number;
  readonly processors: number;
  /** MB. */
  readonly peak: number;
}

/** Something that reads photos. */
interface Reader {
  readonly name: string;
  /** File of a module with a `normalizeImage` like ours. */
  readonly module: string;
  readonly formats: readonly string[];
  /** Folder of packages that it has beside itself. */
  readonly packages?: string;
}

/**
 * Prints how long the function takes for photos, how much memory its process has at most, and how
 * far its pixels are from Pillow's, if `PYTHON` names a Python that has it; and the same of jimp,
 * which reads JPEG and PNG. What the bundle takes to load is printed by `npm run bench -- functions`.
 *
 * Options: `--rivals`: other packages, too, which npm installs for it.
 */
export async function benchPictures(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rivals: { type: "boolean", default: false } },
  });
  const folder = mkdtempSync(join(tmpdir(), "pictures-bench-"));
  try {
    const readers = writeReaders(folder, values.rivals);
    print(
      "| megapixels | format | file (MB) | reader | time (ms) | CPU (ms) | peak memory (MB) | mean distance from Pillow (of 255) |",
    );
    print("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (const [megapixels, [width, height]] of Object.entries(SIZES)) {
      for (const [format, make] of Object.entries(PHOTOS)) {
        if (format === "AVIF" && Number(megapixels) > LARGEST_AVIF) {
          continue;
        }
        const bytes = await make(width, height);
        const photos = join(folder, `${megapixels} ${format}`);
        mkdirSync(photos);
        writeFileSync(join(photos, "photo"), bytes);
        const reference = seenByPillow(photos);
        for (const reader of readers.filter(({ formats }) => formats.includes(format))) {
          const cells = [megapixels, format, (bytes.length / 1e6).toFixed(1), reader.name];
          const measured = measure(reader, join(photos, "photo"));
          print(`| ${[...cells, ...(await result(measured, reference))].join(" | ")} |`);
        }
        rmSync(photos, { recursive: true });
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeReaders(folder: string, withRivals: boolean): Reader[] {
  const write = (name: string, source: string, formats: readonly string[], packages?: string) => {
    const module = join(folder, name, "index.js");
    mkdirSync(join(folder, name));
    for (const [file, content] of bundleModule(source).files) {
      writeFileSync(join(folder, name, file), content);
    }
    return { name, module, formats, ...(packages === undefined ? {} : { packages }) };
  };
  const all = Object.keys(PHOTOS);
  const some = ["JPEG", "PNG"];
  const rivals: Readonly<Record<RivalName, readonly string[]>> = { sharp: all, jsquash: some };
  return [
    write("ours", "common/pictures/image.ts", all),
    write("jimp", "bench/functions/jimp.ts", some),
    ...(withRivals ? RIVAL_NAMES : []).map((name) =>
      write(name, `bench/functions/${name}.ts`, rivals[name], installRival(name, folder)),
    ),
  ];
}

function measure({ module, packages = "" }: Reader, file: string): Measured {
  const options = ["--input-type=module", "-e", DECODER, module, file, String(SIDE)];
  const env = { ...process.env, [RIVALS]: packages };
  const { status, stdout, stderr } = spawnSync(process.execPath, options, {
    encoding: "utf8",
    env,
  });
  if (status !== 0) {
    throw new Error(`${file} could not be measured with ${module}: ${stderr}`);
  }
  return JSON.parse(stdout) as Measured;
}

/** Pillow's RGB pixels of the one photo of a folder, averaged; undefined where there is no Pillow. */
function seenByPillow(folder: string): Buffer | undefined {
  const options = [PILLOW, "see", folder, String(SIDE)];
  const { status, stdout } = spawnSync(PYTHON, options, { encoding: "utf8" });
  if (status !== 0) {
    return undefined;
  }
  const { photo = "" } = JSON.parse(stdout) as { readonly photo?: string };
  return /^[0-9a-f]+$/.test(photo) ? Buffer.from(photo, "hex") : undefined;
}

/** The cells of a row that a reader decides. */
async function result(measured: Measured, reference: Buffer | undefined): Promise<string[]> {
  const { png, refusal, clock, processors, peak } = measured;
  if (png === undefined) {
    return [clock.toFixed(0), processors.toFixed(0), peak.toFixed(0), refusal ?? ""];
  }
  const { data } = await decode(Buffer.from(png, "base64"));
  const distance = reference === undefined ? "no Pillow" : meanDistance(data, reference).toFixed(2);
  return [clock.toFixed(0), processors.toFixed(0), peak.toFixed(0), distance];
}

/** @param pixels RGBA @param reference RGB */
function meanDistance(pixels: Buffer, reference: Buffer): number {
  const rgb = pixels.filter((_, index) => index % 4 !== 3);
  const sum = rgb.reduce((total, value, at) => total + Math.abs(value - (reference[at] ?? 0)), 0);
  return sum / reference.length;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
