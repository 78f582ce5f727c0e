import { messageOf } from "./failure";

/** An object that should be a record of the workflow, and is none. */
export class RecordError extends Error {
  override readonly name = "RecordError";
  /** What is wrong with it, in one line. */
  readonly problem: string;

  /** @param record its key */
  constructor(
    readonly record: string,
    problem: string,
  ) {
    const line = problem.replaceAll(/\s+/g, " ");
    super(`${record} is damaged: ${line}`);
    this.problem = line;
  }
}

/** A record that is damaged. */
export type DamagedRecord = Pick<RecordError, "record" | "problem">;

/** @throws RecordError for a text that is no JSON */
export function parseJson(record: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RecordError(record, `it is no JSON: ${messageOf(error)}`);
  }
}
