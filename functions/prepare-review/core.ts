import { createHash } from "node:crypto";
import {
  INFERENCE_PREFIXES,
  REVIEW_CLAIMED,
  type Review,
  type ReviewRequest,
  type Verdict,
} from "../../contract/inference";
import { recordKey } from "../../common/recordKey";

/** What the core does to the inference bucket. */
export interface ReviewStore {
  /** The text of an object. */
  read(key: string): Promise<string>;
  /** Writes an object unless there is one; false if there is. */
  create(key: string, text: string): Promise<boolean>;
}

/** Another execution has the review: an event was delivered again. */
export class ReviewClaimedError extends Error {
  override readonly name = REVIEW_CLAIMED;
}

/**
 * Claims the review of a verdict for one execution, and says where it leaves what. The same
 * execution may ask again: a write may succeed and its answer be lost.
 * @throws {ReviewClaimedError} when another execution has it
 */
export async function prepareReview(
  { record, execution, startedAt, timeoutHours }: ReviewRequest,
  store: ReviewStore,
  makeLink: (review: Pick<Review, "id" | "deadline">) => Promise<string>,
): Promise<Review> {
  const verdict = JSON.parse(await store.read(record)) as Verdict;
  const { versionId, key } = verdict.image;
  const id = createHash("sha256").update(`${versionId}/${key}`).digest("hex");
  const deadline = Math.floor(Date.parse(startedAt) / 1000) + Math.floor(timeoutHours * 3600);
  // First what may fail: a claim without a link would keep every other execution from the review.
  const link = await makeLink({ id, deadline });
  const claim = `${INFERENCE_PREFIXES.claims}review-${id}.json`;
  if (!(await store.create(claim, JSON.stringify({ execution })))) {
    const owner = JSON.parse(await store.read(claim)) as { readonly execution: string };
    if (owner.execution !== execution) {
      throw new ReviewClaimedError(`${record} is reviewed by ${owner.execution}`);
    }
  }
  return {
    id,
    deadline,
    verdict,
    keys: {
      waiting: `${INFERENCE_PREFIXES.waiting}${id}.json`,
      answer: `${INFERENCE_PREFIXES.answers}${id}.json`,
      label: recordKey(INFERENCE_PREFIXES.labels, verdict.image),
      undecided: recordKey(INFERENCE_PREFIXES.undecided, verdict.image),
    },
    message: messageOn(verdict, deadline, link),
  };
}

/** What reviewers are told. Keys are quoted: whoever uploads chooses them. */
function messageOn({ image, scores }: Verdict, deadline: number, link: string): string {
  const guesses = Object.entries(scores)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([name, score]) => `${name} ${(score * 100).toFixed(1)}%`);
  return [
    `The model is not sure of ${JSON.stringify(image.key)}`,
    `(version ${image.versionId}): ${guesses.join(", ")}.`,
    `Decide until ${new Date(deadline * 1000).toISOString()}, by this link, which is good once:`,
    link,
  ].join("\n");
}
