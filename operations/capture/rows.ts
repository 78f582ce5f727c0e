/** What is told of captured records: a row of each, and what they come to. */
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { bodyOf, scoresOf, type CapturedRecord } from "../../common/captures/record";
import type { Reviewed } from "./labels";

export const ROW_FORMATS = ["jsonl", "csv"] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** A record as it is written; what is not there is left out. */
interface Row {
  readonly time: string;
  readonly eventId: string;
  readonly inferenceId?: string;
  readonly inputType?: string;
  readonly inputBytes?: number;
  readonly outputType?: string;
  readonly outputBytes?: number;
  /** Place of the most probable class among the classes, from 0. */
  readonly label?: number;
  readonly confidence?: number;
  readonly scores?: readonly number[];
  /** Key of the image, what the model took it for and what it is, where a reviewer has said so. */
  readonly key?: string;
  readonly predicted?: string;
  readonly truth?: string;
  /** The bodies in base64, where they are asked for. */
  readonly input?: string;
  readonly output?: string;
}

/** What goes into the rows besides what every record has. */
export interface RowOptions {
  readonly withBodies: boolean;
  /** By inference id; absent unless records are to be joined with it. */
  readonly reviewed?: ReadonlyMap<string, Reviewed> | undefined;
}

function columnsOf({ withBodies, reviewed }: RowOptions): (keyof Row)[] {
  return [
    ...(["time", "eventId", "inferenceId", "inputType", "inputBytes"] as const),
    ...(["outputType", "outputBytes", "label", "confidence", "scores"] as const),
    ...(reviewed === undefined ? [] : (["key", "predicted", "truth"] as const)),
    ...(withBodies ? (["input", "output"] as const) : []),
  ];
}

/** What all records come to. */
export interface Tally {
  /** Answers with a class, by its label: how many, and the sum of their confidence. */
  readonly labels: Map<number, { count: number; confidence: number }>;
  /** Answers that are captured but no list of scores. */
  withoutScores: number;
  /** Records of which a reviewer has said what they show. */
  reviewed: number;
  /** Those of them that the model took for the same. */
  right: number;
}

export function emptyTally(): Tally {
  return { labels: new Map(), withoutScores: 0, reviewed: 0, right: 0 };
}

/** Makes a row of a record. */
export function rowOf(record: CapturedRecord, { withBodies, reviewed }: RowOptions): Row {
  const { time, eventId, inferenceId, input, output } = record;
  const [inputBody, outputBody] = [input && bodyOf(input), output && bodyOf(output)];
  const scores = output && scoresOf(output);
  const confidence = scores && Math.max(...scores);
  const label = confidence === undefined ? undefined : scores?.indexOf(confidence);
  const review = inferenceId === undefined ? undefined : reviewed?.get(inferenceId);
  return {
    ...{ time: time.toISOString().replace(".000Z", "Z"), eventId },
    ...(inferenceId !== undefined && { inferenceId }),
    ...(input && inputBody && { inputType: input.contentType, inputBytes: inputBody.length }),
    ...(output && outputBody && { outputType: output.contentType, outputBytes: outputBody.length }),
    ...(label !== undefined && confidence !== undefined && { label, confidence }),
    ...(scores && { scores }),
    ...(review && { key: review.key, predicted: review.predicted }),
    ...(review?.truth !== undefined && { truth: review.truth }),
    ...(withBodies && inputBody && { input: inputBody.toString("base64") }),
    ...(withBodies && outputBody && { output: outputBody.toString("base64") }),
  };
}

/** Adds a row to what all come to. */
export function countRow(
  { outputType, label, confidence, predicted, truth }: Row,
  tally: Tally,
): void {
  if (label !== undefined && confidence !== undefined) {
    const sum = tally.labels.get(label) ?? { count: 0, confidence: 0 };
    tally.labels.set(label, sum);
    sum.count += 1;
    sum.confidence += confidence;
  } else if (outputType !== undefined) {
    tally.withoutScores += 1;
  }
  if (predicted !== undefined) {
    tally.reviewed += 1;
    tally.right += truth === predicted ? 1 : 0;
  }
}

export interface WriteOptions extends RowOptions {
  /** Whether the target ends with the rows. */
  readonly end: boolean;
}

/** Writes rows as they come, until whoever reads them has enough. */
export async function writeRows(
  rows: AsyncIterable<Row>,
  format: RowFormat,
  target: Writable,
  options: WriteOptions,
): Promise<void> {
  try {
    await write(rows, format, target, options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) {
      throw error;
    }
  }
}

async function write(
  rows: AsyncIterable<Row>,
  format: RowFormat,
  target: Writable,
  { end, ...options }: WriteOptions,
): Promise<void> {
  if (format === "csv") {
    const columns = columnsOf(options);
    // Inference ids are of whoever invokes the endpoint: one that begins like a formula is one to a
    // spreadsheet.
    const table = stringify({ header: true, columns, escape_formulas: true });
    await pipeline(Readable.from(rows), table, target, { end });
    return;
  }
  async function* lines(): AsyncGenerator<string> {
    for await (const row of rows) {
      yield `${JSON.stringify(row)}\n`;
    }
  }
  await pipeline(Readable.from(lines()), target, { end });
}
