import type { Reviews } from "../../common/reviews";
import { NO_CLASS, type ImageReference, type WaitingReview } from "../../contract/inference";
import { readLink, signLink, type MacKey } from "../shared/reviewLink";
import * as pages from "./pages";
import type { Page } from "./pages";

/** What the page is made of. */
export interface ReviewPageParts {
  readonly reviews: Pick<Reviews, "find" | "waiting" | "answer">;
  readonly key: MacKey;
  /** Class names in label order. */
  readonly classNames: readonly string[];
  /** The picture as a PNG of moderate size; undefined if it is gone or cannot be read any more. */
  readonly show: (image: ImageReference) => Promise<Buffer | undefined>;
  /** Gets what keeps a reviewer, whose answer is kept, from being led on. */
  readonly tell: (error: unknown) => void;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** What a browser asks. */
export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Fields of a form that was sent. */
  readonly form: URLSearchParams;
}

/**
 * Shows the review that a link is to, or takes the answer to it. Every link that is not good is
 * refused in the same words, whatever is wrong with it. Only who answers is led on to another
 * review: a link that was used leads nowhere.
 */
export async function answerRequest(request: PageRequest, parts: ReviewPageParts): Promise<Page> {
  const { method, path, query, form } = request;
  if (path !== "/") {
    return pages.refused(404);
  }
  if (method === "GET" || method === "HEAD") {
    const link = query.get("link") ?? "";
    const waiting = await openLink(link, parts);
    return waiting === undefined ? pages.refused(403) : showReview(waiting, link, parts);
  }
  return method === "POST" ? takeAnswer(form, parts) : pages.refused(405);
}

async function showReview(
  { review }: WaitingReview,
  link: string,
  { classNames, show }: ReviewPageParts,
): Promise<Page> {
  const { verdict } = review;
  return pages.question({ link, verdict, classNames, picture: await show(verdict.image) });
}

async function takeAnswer(form: URLSearchParams, parts: ReviewPageParts): Promise<Page> {
  const { reviews, classNames } = parts;
  const answer = form.get("answer") ?? "";
  // By its name and not by its number: an update may have changed the classes since it was shown.
  if (answer !== NO_CLASS && !classNames.includes(answer)) {
    return pages.refused(400);
  }
  const waiting = await openLink(form.get("link") ?? "", parts);
  if (waiting === undefined) {
    return pages.refused(403);
  }
  const decision =
    answer === NO_CLASS
      ? ({ decision: "none" } as const)
      : ({ decision: "label", label: answer } as const);
  if (!(await reviews.answer(waiting, decision))) {
    return pages.tooLate();
  }
  try {
    const next = await linkBehind(waiting.review.id, parts);
    return next === undefined ? pages.done() : pages.goOn(next);
  } catch (error) {
    // An error would be taken for one of the answer, which cannot be given again.
    parts.tell(error);
    return pages.kept();
  }
}

/** A link to another review that waits. */
async function linkBehind(id: string, { reviews, now, key }: ReviewPageParts) {
  for await (const { review } of reviews.waiting(id)) {
    // One whose time is nearly up would be refused before it is looked at.
    if (review.deadline > now() + MOMENT_SECONDS) {
      return signLink({ review: review.id, expires: review.deadline }, key);
    }
  }
  return undefined;
}

const MOMENT_SECONDS = 30;

/** The review that a link is good for, unless it is decided. */
async function openLink(
  text: string,
  { key, now, reviews }: ReviewPageParts,
): Promise<WaitingReview | undefined> {
  const link = await readLink(text, key);
  return link === undefined || link.expires <= now() ? undefined : reviews.find(link.review);
}
