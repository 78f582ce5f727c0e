/** Reviews that wait for somebody, and the answers to them: for the page, and for the terminal. */
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { SendTaskSuccessCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { mapConcurrently } from "./concurrency";
import { createText, findText } from "./objectText";
import { INFERENCE_PREFIXES, type Answer, type WaitingReview } from "../contract/inference";

/** What a person has decided: one of the classes, or that it is none of them. */
export type Decision = Pick<Answer, "decision" | "label">;

/** Nobody waits for the token any more ("SendTaskSuccess", Step Functions API Reference). */
const TOO_LATE: readonly string[] = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"];

export class Reviews {
  /** @param tell gets a sentence about what did not work, and did no harm */
  constructor(
    private readonly s3: S3Client,
    private readonly states: SFNClient,
    private readonly bucket: string,
    private readonly tell: (trouble: string) => void,
  ) {}

  /**
   * What waits and nobody has answered, beginning behind the review `after`, all round: so several
   * reviewers at once do not all get the same one.
   * @param atOnce how many are read at the same time: one for whoever looks at one after the other,
   *   more for whoever wants all of them
   */
  async *waiting(after = "", atOnce = 1): AsyncGenerator<WaitingReview> {
    const reviews = mapConcurrently(this.waitingIds(after), atOnce, (id) => this.find(id));
    for await (const review of reviews) {
      if (review !== undefined) {
        yield review;
      }
    }
  }

  /** One review, if it waits and nobody has answered. @param id of the review */
  async find(id: string): Promise<WaitingReview | undefined> {
    const [waiting, answer] = await Promise.all([
      this.read(keyOf("waiting", id)),
      this.read(keyOf("answers", id)),
    ]);
    return waiting === undefined || answer !== undefined
      ? undefined
      : (JSON.parse(waiting) as WaitingReview);
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
        this.tell(
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
