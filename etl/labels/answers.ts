import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { forEachConcurrently } from "../../common/concurrency";
import { TRANSFERS } from "../../common/s3";
import type { Answer, ImageReference } from "../../contract/inference";
import type { Bucket } from "../bucket";
import { LabelsError, UsageError } from "../errors";
import { refuseInterrupted } from "../interrupt";

/** Where reviewers' answers are. */
export interface LabelsPlace {
  /** `s3://bucket/prefix/`, as the workflow keeps them, or a folder with a copy of that. */
  readonly place: string;
  /** Answers that were kept later do not count; only of a bucket, for a copy has times of its own. */
  readonly until?: Date | undefined;
  readonly openBucket: (name: string) => Bucket;
}

/** What counts of an answer. */
export type GivenAnswer = Pick<Answer, "image" | "decision" | "label">;

const answerSchema = z.object({
  image: z.object({
    bucket: z.string().min(1),
    key: z.string().min(1),
    versionId: z.string().min(1),
  }),
  decision: z.enum(["label", "none", "undecided"]),
  label: z.string().min(1).optional(),
});

/**
 * Reads all answers; what is no JSON file is passed over.
 * @throws UsageError for a place that is none, LabelsError that names all files that are no answers,
 *   and `BucketError`, `InterruptedError`
 */
export async function readAnswers(
  { place, until, openBucket }: LabelsPlace,
  signal: AbortSignal,
): Promise<readonly GivenAnswer[]> {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) {
    if (until !== undefined) {
      throw new UsageError(
        "--labels-until needs labels in a bucket, whose objects keep their time: with a folder " +
          "leave it out.",
      );
    }
    return readFolder(place);
  }
  const { bucket: name, prefix } = parsePlace(place);
  const bucket = openBucket(name);
  const keys = [...(await bucket.list(prefix))]
    .filter(([key, { modified }]) => isAnswer(key) && (until === undefined || modified <= until))
    .map(([key]) => key);
  const answers = new Answers();
  await forEachConcurrently(keys, TRANSFERS, async (key) => {
    refuseInterrupted(signal);
    const pieces: Buffer[] = [];
    for await (const piece of bucket.read(key)) {
      pieces.push(piece);
    }
    answers.add(Buffer.concat(pieces).toString(), `s3://${name}/${key}`);
  });
  return answers.all();
}

/** The identity of one version of a picture, and how messages call it. */
export function nameOf({ bucket, key, versionId }: ImageReference): string {
  return `s3://${bucket}/${key}?versionId=${versionId}`;
}

/** A prefix always ends in a slash: `labels` is not to mean `labels-of-old/` too. */
function parsePlace(place: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, path = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/is.exec(place) ?? [];
  if (bucket === undefined) {
    throw new UsageError(
      `${place} is no place of labels. Write s3://bucket/labels/, or a folder, with --labels.`,
    );
  }
  return { bucket, prefix: path === "" || path.endsWith("/") ? path : `${path}/` };
}

function readFolder(place: string): readonly GivenAnswer[] {
  const folder = resolve(place);
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new UsageError(`${place} is no folder that can be read. Name one with --labels.`, {
      cause: error,
    });
  }
  const answers = new Answers();
  for (const entry of entries) {
    if (entry.isFile() && isAnswer(entry.name)) {
      const path = join(entry.parentPath, entry.name);
      answers.add(readFileSync(path, "utf8"), path);
    }
  }
  return answers.all();
}

function isAnswer(name: string): boolean {
  return name.endsWith(".json");
}

/** Answers as they are read. Whoever has damaged ones is told of all at once. */
class Answers {
  private readonly answers: GivenAnswer[] = [];
  private readonly errors: LabelsError[] = [];

  add(text: string, origin: string): void {
    try {
      this.answers.push(parseAnswer(text, origin));
    } catch (error) {
      if (!(error instanceof LabelsError)) {
        throw error;
      }
      this.errors.push(error);
    }
  }

  /** @throws LabelsError */
  all(): readonly GivenAnswer[] {
    if (this.errors.length > 0) {
      const messages = this.errors.map(({ message }) => message).sort();
      throw new LabelsError(messages.join("\n"), { cause: this.errors[0] });
    }
    return this.answers;
  }
}

/** @throws LabelsError */
function parseAnswer(text: string, origin: string): GivenAnswer {
  const problem = (what: string, cause: unknown) =>
    new LabelsError(`${origin} is no answer of a reviewer: ${what}. Remove it, or restore it.`, {
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw problem("it is no JSON", error);
  }
  const { data, error } = answerSchema.safeParse(json);
  if (data === undefined) {
    throw problem(z.prettifyError(error), error);
  }
  const { image, decision, label } = data;
  if ((decision === "label") !== (label !== undefined)) {
    throw problem("a class belongs to the decision `label`, and to no other", undefined);
  }
  return { image, decision, ...(label === undefined ? {} : { label }) };
}
