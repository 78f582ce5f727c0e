/** Answers that are given on the command line. */
import type { Decision, Reviews } from "../../common/reviews";
import { NO_CLASS, type WaitingReview } from "../../contract/inference";
import { printable } from "../printable";
import { UsageError } from "../workflow";
import { classesOf } from "./text";

/** One `--answer`: a picture by its key, and by its version if that is said, and what it is. */
export interface GivenAnswer {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly choice: string;
}

/**
 * Reads `KEY=CLASS` or `KEY?versionId=VERSION=CLASS`; keys may have such characters themselves.
 * @throws UsageError
 */
export function parseAnswer(text: string): GivenAnswer {
  const [, key, choice] = /^(.+)=([^=]+)$/s.exec(text) ?? [];
  if (key === undefined || choice === undefined) {
    throw new UsageError(
      `${JSON.stringify(text)} is no answer: write KEY=CLASS, or KEY=${NO_CLASS}, such as ` +
        "incoming/a.png=bicycle",
    );
  }
  const [, plain, versionId] = /^(.+)\?versionId=([^?=]+)$/s.exec(key) ?? [];
  return plain === undefined
    ? { key, versionId: undefined, choice }
    : { key: plain, versionId, choice };
}

/** Reviews that are read at the same time when all of them are wanted. */
export const READ_AT_ONCE = 16;

/** What a choice means for a picture; undefined where the model has no such class. */
export function decisionOf(waiting: WaitingReview, choice: string): Decision | undefined {
  if (choice === NO_CLASS) {
    return { decision: "none" };
  }
  return classesOf(waiting).includes(choice) ? { decision: "label", label: choice } : undefined;
}

/**
 * Gives answers; all are checked before the first is given. One that is given twice counts once.
 * @returns a line on each, and how many were not kept, because the picture does not wait any more
 * @throws UsageError for a class that the model has not, for a key of which several versions wait,
 *   and for two answers to one picture
 */
export async function giveAnswers(
  reviews: Pick<Reviews, "waiting" | "answer">,
  answers: readonly GivenAnswer[],
): Promise<{ readonly lines: readonly string[]; readonly late: number }> {
  const found = answers.map((): WaitingReview[] => []);
  for await (const waiting of reviews.waiting("", READ_AT_ONCE)) {
    const { key, versionId } = waiting.review.verdict.image;
    for (const [index, answer] of answers.entries()) {
      if (answer.key === key && (answer.versionId ?? versionId) === versionId) {
        found[index]?.push(waiting);
      }
    }
  }
  const checked = once(answers.map((answer, index) => check(answer, found[index] ?? [])));
  const lines: string[] = [];
  let late = 0;
  for (const { answer, target } of checked) {
    const isKept = target !== undefined && (await reviews.answer(target.waiting, target.decision));
    late += isKept ? 0 : 1;
    const what = isKept ? answer.choice : "not kept: it is decided already, or was never in doubt";
    lines.push(`${printable(answer.key)}: ${what}`);
  }
  return { lines, late };
}

/** An answer, and what it decides if it can. */
interface CheckedAnswer {
  readonly answer: GivenAnswer;
  readonly target: { readonly waiting: WaitingReview; readonly decision: Decision } | undefined;
}

/** Without those that were given before. @throws UsageError if they do not agree */
function once(checked: readonly CheckedAnswer[]): readonly CheckedAnswer[] {
  return checked.filter(({ answer, target }, index) => {
    const id = target?.waiting.review.id;
    const first = checked.find((each) => each.target?.waiting.review.id === id);
    if (id === undefined || first === undefined || checked.indexOf(first) === index) {
      return true;
    }
    if (first.answer.choice !== answer.choice) {
      throw new UsageError(
        `${printable(answer.key)} is given two answers, ${first.answer.choice} and ${answer.choice}: ` +
          "give one",
      );
    }
    return false;
  });
}

function check(answer: GivenAnswer, found: readonly WaitingReview[]): CheckedAnswer {
  const [waiting, ...others] = found;
  if (waiting === undefined) {
    return { answer, target: undefined };
  }
  if (others.length > 0) {
    const versions = found.map(({ review }) => review.verdict.image.versionId);
    throw new UsageError(
      `${printable(answer.key)} waits in several versions, say which: ` +
        versions.map((each) => `${printable(answer.key)}?versionId=${each}=CLASS`).join(", "),
    );
  }
  const decision = decisionOf(waiting, answer.choice);
  if (decision === undefined) {
    throw new UsageError(
      `${printable(answer.key)} cannot be ${JSON.stringify(answer.choice)}: the classes are ` +
        `${classesOf(waiting).join(", ")}, and ${NO_CLASS}`,
    );
  }
  return { answer, target: { waiting, decision } };
}
