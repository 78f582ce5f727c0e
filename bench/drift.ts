import { Command } from "commander";
import { DRIFT_DEFAULTS } from "../common/drift";
import { parseCount, print, table } from "./table";
import { trainModel } from "./drift/model";
import { archivedPictures, samplePictures } from "./drift/pictures";
import { judgeWindows, prepare, WINDOW_SIZES } from "./drift/windows";

interface Options {
  readonly windows: number;
  readonly epochs: number;
}

/** Of each class, besides those of `npm run local`. */
const LIVE_PICTURES = 1000;

/** Pictures of each kind of drift. */
const DISTORTED = 600;

/**
 * Trains a model, makes the baseline of held-out pictures, and prints what the drift monitor says of
 * windows in which nothing has changed, and of such in which something has. The pictures are those
 * of `npm run local`, or of the archive that `CIFAR_ARCHIVE` names.
 */
export async function benchDrift(args: readonly string[]): Promise<void> {
  const { windows, epochs } = new Command("bench drift")
    .description("Prints what the drift monitor says of clean and of drifted windows.")
    .option("--windows <count>", "windows of each kind and size", parseCount, 200)
    .option("--epochs <count>", "epochs of the model's training", parseCount, 12)
    .parse(args, { from: "user" })
    .opts<Options>();
  const archive = process.env["CIFAR_ARCHIVE"];
  const pictures = archive
    ? await archivedPictures(archive)
    : samplePictures({ train: 100, heldOut: 40, live: LIVE_PICTURES });
  const model = await trainModel(pictures, epochs);
  try {
    const experiment = await prepare(model, pictures, DISTORTED);
    const { baseline, accuracy, clean, drifted } = experiment;
    print(
      `Baseline: ${baseline.images} held-out pictures of ${archive ?? "the sample"}, of which the ` +
        `model knows ${(accuracy * 100).toFixed(1)}%.\n`,
    );
    const judge = (traffic: typeof clean, size: number) =>
      judgeWindows(experiment, traffic, { windows, size }, DRIFT_DEFAULTS);
    print(
      table(
        ["pictures in a window", "clean windows", "called drift", "by"],
        WINDOW_SIZES.map((size) => {
          const judged = judge(clean, size);
          const raised = judged.filter((names) => names.length > 0);
          return [`${size}`, `${judged.length}`, `${raised.length}`, namesOf(judged)];
        }),
      ),
    );
    print("");
    print(
      table(
        [
          "drift",
          ...WINDOW_SIZES.map((size) => `seen, of ${windows} windows of ${size}`),
          "by, of 300",
        ],
        Object.entries(drifted).map(([name, traffic]) => [
          name,
          ...WINDOW_SIZES.map((size) => {
            const judged = judge(traffic, size);
            return `${judged.filter((names) => names.length > 0).length}`;
          }),
          namesOf(judge(traffic, 300)),
        ]),
      ),
    );
  } finally {
    await model.close();
  }
}

/** Measures that have drifted in at least half as many windows as the first of them. */
function namesOf(judged: readonly (readonly string[])[]): string {
  const counts = new Map<string, number>();
  for (const name of judged.flat()) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return (
    [...counts].flatMap(([name, count]) => (2 * count >= most ? [name] : [])).join(", ") || "-"
  );
}
