/** Records in the inference bucket: what the workflow and reviewers have left there as JSON. */
import type { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { findText } from "./objectText";
import { parseJson, RecordError } from "./recordError";

/** @throws RecordError for a text that is not of that form */
export function parseRecord<T>(schema: z.ZodType<T>, record: string, text: string): T {
  const parsed = schema.safeParse(parseJson(record, text));
  if (!parsed.success) {
    throw new RecordError(record, z.prettifyError(parsed.error));
  }
  return parsed.data;
}

/** Reads records, and remembers those that are damaged: they hold up no other. */
export class RecordReader {
  private readonly errors: RecordError[] = [];

  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /** @returns nothing where there is no such record, or it is damaged */
  async read<T>(schema: z.ZodType<T>, record: string): Promise<T | undefined> {
    const text = await findText(this.s3, this.bucket, record);
    return text === undefined ? undefined : this.parse(schema, record, text);
  }

  /** The same of a text that was read already. */
  parse<T>(schema: z.ZodType<T>, record: string, text: string): T | undefined {
    try {
      return parseRecord(schema, record, text);
    } catch (error) {
      if (!(error instanceof RecordError)) {
        throw error;
      }
      this.errors.push(error);
      return undefined;
    }
  }

  /** Those that are damaged. */
  get damaged(): readonly RecordError[] {
    return this.errors;
  }
}
