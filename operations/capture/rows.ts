/** What is told of captured records: a row of each, and what they come to. */
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { bodyOf, scoresOf, type CapturedRecord } from "../../common/captures/record";

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
  /** The bodies in base64, where they are asked for. */
  readonly input?: string;
  readonly output?: string;
}

const COLUMNS: readonly (keyof Row)[] = [
  ...(["time", "eventId", "inferenceId", "inputType", "inputBytes"] as const),
  ...(["outputType", "outputBytes", "label", "confidence", "scores"] as const),
];

/** What the answers of all records come to. */
export interface AnswerTally {
  /** Answers with a class, by its label: how many, and the sum of their confidence. */
  readonly labels: Map<number, { count: number; confidence: number }>;
  /** Answers that are captured but no list of scores. */
  withoutScores: number;
}

/** Makes a row of a record, and counts it. */
export function rowOf(record: CapturedRecord, tally: AnswerTally, withBodies: boolean): Row {
  const { time, eventId, inferenceId, input, output } = record;
  const [inputBody, outputBody] = [input && bodyOf(input), output && bodyOf(output)];
  const scores = output && scoresOf(output);
  const confidence = scores && Math.max(...scores);
  const label = confidence === undefined ? undefined : scores?.indexOf(confidence);
  if (label !== undefined && confidence !== undefined) {
    const sum = tally.labels.get(label) ?? { count: 0, confidence: 0 };
    tally.labels.set(label, sum);
    sum.count += 1;
    sum.confidence += confidence;
  } else if (output !== undefined) {
    tally.withoutScores += 1;
  }
  return {
    ...{ time: time.toISOString().replace(".000Z", "Z"), eventId },
    ...(inferenceId !== undefined && { inferenceId }),
    ...(input && inputBody && { inputType: input.contentType, inputBytes: inputBody.length }),
    ...(output && outputBody && { outputType: output.contentType, outputBytes: outputBody.length }),
    ...(label !== undefined && confidence !== undefined && { label, confidence }),
    ...(scores && { scores }),
    ...(withBodies && inputBody && { input: inputBody.toString("base64") }),
    ...(withBodies && outputBody && { output: outputBody.toString("base64") }),
  };
}

export interface WriteOptions {
  /** Whether the target ends with the rows. */
  readonly end: boolean;
  readonly withBodies: boolean;
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
  { end, withBodies }: WriteOptions,
): Promise<void> {
  if (format === "csv") {
    const columns = withBodies ? [...COLUMNS, "input", "output"] : [...COLUMNS];
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
