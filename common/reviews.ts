/** Reviews that wait for somebody, and the answers to them: for the page, and for the terminal. */
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { SendTaskSuccessCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { mapConcurrently } from "./concurrency";
import { createText, findText } from "./objectText";
import { parseJson, RecordError } from "./recordError";
import { INFERENCE_PREFIXES, type Answer, type WaitingReview } from "../contract/inference";

/** What a person has decided: one of the classes, or that it is none of them. */
export type Decision = Pick<Answer, "decision" | "label">;

/** Nobody waits for the token any more ("SendTaskSuccess", Step Functions API Reference). */
const TOO_LATE: readonly string[] = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"];

/** Gets what does not work, and holds up nothing else. */
interface ReviewTroubles {
  /** A sentence about an answer that is kept, but of which the machine was not told. */
  readonly unwoken: (sentence: string) => void;
  /** A review that was passed over among those that wait. */
  readonly damaged: (error: RecordError) => void;
}

export class Reviews {
  constructor(
    private readonly s3: S3Client,
    private readonly states: SFNClient,
    private readonly bucket: string,
    private readonly troubles: ReviewTroubles,
  ) {}

  /**
   * What waits and nobody has answered, beginning behind the review `after`, all round: so several
   * reviewers at once do not all get the same one. What is damaged is passed over, and told.
   * @param atOnce how many are read at the same time: one for whoever looks at one after the other,
   *   more for whoever wants all of them
   */
  async *waiting(after = "", atOnce = 1): AsyncGenerator<WaitingReview> {
    const reviews = mapConcurrently(this.waitingIds(after), atOnce, (id) => this.findSound(id));
    for await (const review of reviews) {
      if (review !== undefined) {
        yield review;
      }
    }
  }

  /**
   * One review, if it waits and nobody has answered.
   * @param id of the review
   * @throws RecordError if it is damaged
   */
  async find(id: string): Promise<WaitingReview | undefined> {
    const record = keyOf("waiting", id);
    const [waiting, answer] = await Promise.all([
      this.read(record),
      this.read(keyOf("answers", id)),
    ]);
    return waiting === undefined || answer !== undefined
      ? undefined
      : parseWaiting(record, waiting);
  }

  private async findSound(id: string): Promise<WaitingReview | undefined> {
    try {
      return await this.find(id);
    } catch (error) {
      if (!(error instanceof RecordError)) {
        throw error;
      }
      this.troubles.damaged(error);
      return undefined;
    }
  }

  /**
   * Answers a review, unless somebody has. The answer decides from when it is written: if the
   * machine cannot be told, it finds it when its time is up. It is told by the second one too, for
   * the first may have died before.
   * @returns whether it was the first answer
   */
  async answer({ review, taskToken }: WaitingReview, decision: Decision): Promise<boolean> {
    const { image, inferenceId, label, confidence } = review.verdict;
    const answer: Answer = { image, ...decision, verdict: { inferenceId, label, confidence } };
    const text = JSON.stringify(answer);
    const isFirst = await createText(this.s3, this.bucket, review.keys.answer, text);
    await this.wake(taskToken);
    return isFirst;
  }

  private async wake(taskToken: string): Promise<void> {
    try {
      await this.states.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      if (!TOO_LATE.includes(name)) {
        this.troubles.unwoken(
          `The answer is kept, but the machine of reviews was not told (${name}: ${message}): ` +
            "it finds it when the time is up.",
        );
      }
    }
  }

  private async *waitingIds(after: string): AsyncGenerator<string> {
    const Prefix = INFERENCE_PREFIXES.waiting;
    const all = { Bucket: this.bucket, Prefix };
    const last = keyOf("waiting", after);
    const parts = after === "" ? [all] : [{ ...all, StartAfter: last }, all];
    for (const [turn, part] of parts.entries()) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: this.s3 }, part)) {
        for (const { Key = "" } of Contents) {
          if (turn === 1 && Key >= last) {
            return;
          }
          yield Key.slice(Prefix.length, -".json".length);
        }
      }
    }
  }

  private read(key: string): Promise<string | undefined> {
    return findText(this.s3, this.bucket, key);
  }
}

/** Keys of a review's objects are made of its id. */
function keyOf(prefix: "waiting" | "answers", id: string): string {
  return `${INFERENCE_PREFIXES[prefix]}${id}.json`;
}

/** Without these nobody can be asked, and no answer be kept. */
const FIELDS = {
  ...{ taskToken: "string", "review.id": "string", "review.deadline": "number" },
  ...{ "review.verdict.image.bucket": "string", "review.verdict.image.key": "string" },
  ...{ "review.verdict.image.versionId": "string", "review.verdict.inferenceId": "string" },
  ...{ "review.verdict.label": "string", "review.verdict.confidence": "number" },
  ...{ "review.verdict.scores": "object", "review.keys.answer": "string" },
} as const;

/**
 * By hand, because a schema library would be most of what the page of reviewers loads.
 * @throws RecordError
 */
function parseWaiting(record: string, text: string): WaitingReview {
  const value = parseJson(record, text);
  for (const [path, type] of Object.entries(FIELDS)) {
    const found = path.split(".").reduce(fieldOf, value);
    if (typeof found !== type || found === null) {
      throw new RecordError(record, `${path} is no ${type}`);
    }
  }
  return value as WaitingReview;
}

function fieldOf(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}
