/** Writes what became of each image into a file, and counts. */
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import type { ImageReference } from "../../contract/inference";
import type { DamagedRecord } from "../../common/recordError";
import { TRANSFERS } from "../../common/s3";
import type { Ending } from "../objects";
import { writeWhole } from "../output";
import type { Outcome } from "./classify";
import type { Placed } from "./bring";

/** A row of the file. */
type Result = Placed & Pick<ImageReference, "bucket"> & (Ending | { readonly verdict: "none" });

/** How many images ended how. */
export interface Tally {
  readonly accepted: number;
  readonly review: number;
  readonly failed: number;
  /** Of which nothing is known. */
  readonly none: number;
  /** Failures by their error. */
  readonly errors: ReadonlyMap<string, number>;
  /** Records that cannot be read. */
  readonly damaged: readonly DamagedRecord[];
}

export const RESULT_FORMATS = [".csv", ".json", ".jsonl"] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/**
 * Writes one row for each image, in their order, in the format that the file's name asks for. The
 * file is there when it is whole.
 */
export async function writeResults(
  file: string,
  format: ResultFormat,
  bucket: string,
  outcome: Outcome,
): Promise<Tally> {
  const tally = { accepted: 0, review: 0, failed: 0, none: 0 };
  const errors = new Map<string, number>();
  const damaged: DamagedRecord[] = [];
  async function* counted(): AsyncGenerator<Result> {
    for await (const result of results(bucket, outcome)) {
      if (result.verdict === "damaged") {
        damaged.push({ record: result.record, problem: result.error });
      } else {
        tally[result.verdict] += 1;
      }
      if (result.verdict === "failed") {
        errors.set(result.error, (errors.get(result.error) ?? 0) + 1);
      }
      yield result;
    }
  }
  await writeWhole(file, (target) => write(counted(), format, target));
  return { ...tally, errors, damaged };
}

async function* results(bucket: string, { placed, records }: Outcome): AsyncGenerator<Result> {
  for (let start = 0; start < placed.length; start += TRANSFERS) {
    const some = placed.slice(start, start + TRANSFERS).map(async (image) => {
      const ending = (await records.endingOf(image)) ?? ({ verdict: "none" } as const);
      return { ...image, bucket, ...ending };
    });
    yield* await Promise.all(some);
  }
}

async function write(
  rows: AsyncGenerator<Result>,
  format: ResultFormat,
  target: Writable,
): Promise<void> {
  if (format === ".csv") {
    // Names that begin like a formula are one to a spreadsheet.
    const table = stringify({ header: true, columns: COLUMNS, escape_formulas: true });
    await pipeline(Readable.from(map(rows, cells)), table, target);
    return;
  }
  const isLines = format === ".jsonl";
  async function* texts(): AsyncGenerator<string> {
    let first = true;
    for await (const row of rows) {
      yield `${isLines || first ? "" : ",\n"}${JSON.stringify(row)}${isLines ? "\n" : ""}`;
      first = false;
    }
  }
  async function* list(): AsyncGenerator<string> {
    yield "[\n";
    yield* texts();
    yield "\n]\n";
  }
  await pipeline(Readable.from(isLines ? texts() : list()), target);
}

const COLUMNS = [
  ...["source", "verdict", "label", "confidence", "error", "scores"],
  ...["key", "versionId", "record"],
];

function cells(row: Result): Record<string, string> {
  const { source, verdict, key, versionId } = row;
  const usual = { source, verdict, key, versionId };
  switch (row.verdict) {
    case "none":
      return usual;
    case "failed":
    case "damaged":
      return { ...usual, error: row.error, record: row.record };
    case "accepted":
    case "review":
      return {
        ...usual,
        label: row.label,
        confidence: String(row.confidence),
        scores: JSON.stringify(row.scores),
        record: row.record,
      };
  }
}

async function* map<From, To>(
  values: AsyncIterable<From>,
  change: (value: From) => To,
): AsyncGenerator<To> {
  for await (const value of values) {
    yield change(value);
  }
}
