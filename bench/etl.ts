import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { SPLITS } from "../contract/dataset";
import { buildDataset } from "../etl/build";
import { selectClasses } from "../etl/dataset/classes";
import { writeImageFiles } from "../etl/dataset/imageFiles";
import { imagePath, planDataset } from "../etl/dataset/plan";
import { writeRecordFiles } from "../etl/dataset/recordFiles";
import { labelPixels } from "../etl/labels/collect";
import { noProgress } from "../common/progress";
import { scripts } from "../package.json";
import { makeImages, type BenchImages } from "./etl/images";
import { measureLimit } from "./etl/limit";
import { measureUploads } from "./etl/upload";

const MEMORY_DISK = "/dev/shm";
const WORKERS = [1, 2];
const { signal } = new AbortController();
const PYTHON = process.env["PYTHON"] ?? "python3";

/**
 * Options: `--archive FILE`, `--images N` (60000), `--disk FOLDER` (the temporary folder),
 * `--rounds N` (1; the fastest of so many counts, for everyone alike).
 */
export async function benchEtl(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      archive: { type: "string" },
      images: { type: "string", default: "60000" },
      disk: { type: "string", default: tmpdir() },
      rounds: { type: "string", default: "1" },
    },
  });
  const count = Number(values.images);
  if (!Number.isInteger(count) || count < 1200 || count % 600 !== 0) {
    throw new Error(`--images is ${values.images}; it must be a multiple of 600 from 1200 on`);
  }
  const work = mkdtempSync(join(MEMORY_DISK, "etl-bench-"));
  try {
    const images = await makeImages(count, values.archive, work);
    print(`${count} images, from ${values.archive ?? "a formula"}`);
    const libraries = installedLibraries();
    const rounds = Math.max(Number(values.rounds), 1);
    await benchFiles("memory (tmpfs)", count, rounds, images, work, libraries);
    const disk = mkdtempSync(join(values.disk, "etl-bench-"));
    try {
      await benchFiles("disk", count, rounds, images, disk, libraries);
    } finally {
      rmSync(disk, { recursive: true });
    }
    benchCommand(count, images, work);
    await benchUpload(images, work);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Seconds: on the clock, and of all processors together, which other programs hardly disturb. */
interface Times {
  readonly clock: number;
  readonly processors: number;
}

/** Something to measure; it may tell its times itself. */
type Run = () => Promise<Times | undefined> | Promise<void>;

function ratio(one: Times, other: Times): string {
  const clock = (one.clock / other.clock).toFixed(1);
  return `${clock} (by CPU ${(one.processors / other.processors).toFixed(1)})`;
}

/** The images into files, by every means, on one file system. */
async function benchFiles(
  place: string,
  count: number,
  rounds: number,
  images: BenchImages,
  parent: string,
  libraries: readonly string[],
): Promise<void> {
  const { content } = images;
  const selection = selectClasses(["all"], content);
  const plan = planDataset(content, selection, 0.1);
  const classes = selection.names;
  const jobs = SPLITS.flatMap((split) =>
    classes.flatMap((_, label) =>
      plan[split]
        .filter((image) => image.label === label)
        .map((image) => ({
          record: image.record + (image.source === "test" ? content.train.fine.length : 0),
          path: imagePath(split, image, classes),
        })),
    ),
  );
  const list = join(parent, "jobs.tsv");
  writeFileSync(list, jobs.map(({ record, path }) => `${record}\t${path}\n`).join(""));
  const folder = join(parent, "written");
  const kept = join(parent, "kept");

  /** In an empty folder, after everything earlier has reached the disk. */
  const measureOnce = async (run: Run): Promise<Times> => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    execFileSync("sync");
    const begin = performance.now();
    const beginCpu = process.cpuUsage();
    const told = await run();
    const { user, system } = process.cpuUsage(beginCpu);
    return told ?? { clock: (performance.now() - begin) / 1000, processors: (user + system) / 1e6 };
  };

  const measure = async (run: Run): Promise<Times> => {
    const times: Times[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push(await measureOnce(run));
    }
    return times.reduce((best, next) => (next.clock < best.clock ? next : best));
  };

  const halves = { train: content.train.pixels, test: content.test.pixels };
  const pixels = { ...halves, labels: labelPixels(parent) };
  const target = { plan, pixels, classes, progress: noProgress, signal };
  mkdirSync(kept);
  await writeImageFiles({ ...target, folder: kept }, 1);
  const rows: (readonly [string, Times])[] = [];
  for (const workers of WORKERS) {
    const suffix = `, ${workers} ${workers === 1 ? "worker" : "workers"}`;
    const add = async (name: string, run: Run): Promise<Times> => {
      const time = await measure(run);
      rows.push([name + suffix, time]);
      return time;
    };
    const paths = jobs.map(({ path }) => path);
    const ours = await add("this ETL", async () => {
      await writeImageFiles({ ...target, folder }, workers);
    });
    const limit = await add("limit: same files, no encoding", () =>
      measureLimit(paths, kept, folder, workers),
    );
    print(`${place}${suffix}: ${ratio(ours, limit)} times the limit's time`);
    for (const library of libraries) {
      const time = await add(library, () => {
        makeFolders(paths, folder);
        return Promise.resolve(runPython(library, workers, images.records, list, folder));
      });
      print(`${place}${suffix}: ${ratio(time, ours)} times as fast as ${library}`);
    }
  }
  const records = await measure(async () => {
    await writeRecordFiles({ ...target, folder });
  });
  rows.push(["this ETL, RecordIO", records]);
  const pillow = rows.find(([name]) => name.startsWith("pillow"));
  if (pillow !== undefined) {
    print(`${place}, RecordIO: ${ratio(pillow[1], records)} times as fast as ${pillow[0]}`);
  }
  printTable(place, count, rows);
  rmSync(folder, { recursive: true });
  rmSync(kept, { recursive: true });
}

/** What `npm run etl` gives Node: `node <options> etl/cli.ts`. */
const NODE_OPTIONS = scripts.etl.split(" ").slice(1, -1);

/** The whole command, from the compressed archive to the manifest. */
function benchCommand(count: number, { archive }: BenchImages, work: string): void {
  const script = join(__dirname, "etl/measured.ts");
  for (const format of ["image", "recordio"]) {
    const out = join(work, "command");
    const options = ["build", "--archive", archive, "--classes", "all", "--format", format];
    const args = [...NODE_OPTIONS, script, ...options, "--out", out];
    const output = execFileSync(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    const { seconds, peak } = JSON.parse(output.toString()) as { seconds: number; peak: number };
    print(
      `etl build --format ${format}, ${count} images from the archive on, in memory: ` +
        `${seconds.toFixed(1)} s, peak memory ${Math.round(peak / 1e6)} MB`,
    );
    rmSync(out, { recursive: true });
  }
}

async function benchUpload({ archive }: BenchImages, work: string): Promise<void> {
  const folder = join(work, "upload");
  const classes = Array.from({ length: 5 }, (_, index) => `class_0${index}`);
  const options = { archive, folder, classes, validationFraction: 0.1, format: "image" } as const;
  const { files } = await buildDataset(options, noProgress, signal);
  const times = await measureUploads(folder);
  if (times === undefined) {
    print("upload: not measured, for moto_server is not installed (pip install 'moto[server]')");
    return;
  }
  const objects = files.length + 1;
  print(
    `upload to moto, ${objects} objects: this ETL ${Math.round(objects / times.etl)} objects/s`,
  );
  print(
    times.awsCli === undefined
      ? "upload: aws s3 sync not measured, for the AWS CLI is not installed"
      : `upload to moto, ${objects} objects: aws s3 sync ` +
          `${Math.round(objects / times.awsCli)} objects/s; ` +
          `this ETL is ${(times.awsCli / times.etl).toFixed(1)} times as fast`,
  );
}

function makeFolders(paths: readonly string[], folder: string): void {
  for (const path of new Set(paths.map(dirname))) {
    mkdirSync(join(folder, path), { recursive: true });
  }
}

function installedLibraries(): string[] {
  const modules = { pillow: "PIL", imsave: "matplotlib" };
  return Object.entries(modules).flatMap(([library, module]) => {
    const probe = spawnSync(PYTHON, ["-c", `import numpy, ${module}`], { stdio: "ignore" });
    if (probe.status === 0) {
      return [library];
    }
    print(`${library}: not measured, for ${PYTHON} has no numpy or ${module} (set PYTHON)`);
    return [];
  });
}

function runPython(
  library: string,
  processes: number,
  records: string,
  list: string,
  folder: string,
): Times {
  const script = join(__dirname, "etl/write_pngs.py");
  const args = [script, library, String(processes), records, list, folder];
  const output = execFileSync(PYTHON, args, { stdio: ["ignore", "pipe", "inherit"] }).toString();
  const [clock, processors] = output.split(" ").map(Number) as [number, number];
  return { clock, processors };
}

function printTable(
  place: string,
  count: number,
  rows: readonly (readonly [string, Times])[],
): void {
  print(`\n| ${place}, ${count} images | seconds | images/s | CPU seconds |\n|---|---|---|---|`);
  for (const [name, { clock, processors }] of rows) {
    const rate = Math.round(count / clock);
    print(`| ${name} | ${clock.toFixed(2)} | ${rate} | ${processors.toFixed(2)} |`);
  }
  print("");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
