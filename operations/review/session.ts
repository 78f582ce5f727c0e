/** A person at a terminal who decides one picture after the other. */
import type { Reviews } from "../../common/reviews";
import { NO_CLASS, type WaitingReview } from "../../contract/inference";
import { decisionOf } from "./answer";
import { choices, classesOf, describe } from "./text";

/** The terminal. */
export interface ReviewTerminal {
  print(text: string): void;
  /** The next key that is pressed; undefined if there will be none any more. */
  key(): Promise<string | undefined>;
  /** Forgets the keys that were pressed until now. */
  forget(): Promise<void>;
  /** A line that is typed; undefined if there will be none any more. */
  line(question: string): Promise<string | undefined>;
  /** The picture, or where it is. */
  picture(waiting: WaitingReview): Promise<string>;
}

/** How many were decided, skipped, and decided by somebody else meanwhile. */
export interface SessionResult {
  readonly decided: number;
  readonly skipped: number;
  readonly late: number;
}

/** @param after the review to begin behind, so that several reviewers do not all get the same one */
export async function review(
  reviews: Pick<Reviews, "waiting" | "answer">,
  terminal: ReviewTerminal,
  after: string,
): Promise<SessionResult> {
  const result = { decided: 0, skipped: 0, late: 0 };
  for await (const waiting of reviews.waiting(after)) {
    const picture = await terminal.picture(waiting);
    // A key that was pressed twice is no answer to a picture that was not seen yet.
    await terminal.forget();
    terminal.print(`\n${describe(waiting)}\n${picture}\n`);
    terminal.print(`${choices(waiting).join("\n")}\n`);
    const choice = await askFor(waiting, terminal);
    if (choice === undefined) {
      return result;
    }
    if (choice === SKIP) {
      result.skipped += 1;
      continue;
    }
    const decision = decisionOf(waiting, choice);
    if (decision !== undefined && (await reviews.answer(waiting, decision))) {
      result.decided += 1;
      terminal.print(`${choice}: kept\n`);
    } else {
      result.late += 1;
      terminal.print(
        "Somebody else has decided already, or time was up; your answer is not kept\n",
      );
    }
  }
  return result;
}

/** Of no class: their names have no spaces. */
const SKIP = "to skip";

/** A class, {@link NO_CLASS} or {@link SKIP}; undefined to quit. Keys that mean nothing are told. */
async function askFor(
  waiting: WaitingReview,
  terminal: ReviewTerminal,
): Promise<string | undefined> {
  const classes = classesOf(waiting);
  for (;;) {
    const key = await terminal.key();
    if (key === undefined || key === "q" || key === "\x03" || key === "\x04") {
      return undefined;
    }
    if (key === "s" || key === "0") {
      return key === "s" ? SKIP : NO_CLASS;
    }
    const chosen = key === "c" ? await terminal.line("class: ") : classes[Number(key) - 1];
    if (key === "c" && chosen === undefined) {
      return undefined;
    }
    if (chosen !== undefined && /^[1-9c]$/.test(key) && classes.includes(chosen)) {
      return chosen;
    }
    terminal.print(`There is no class ${JSON.stringify(key === "c" ? chosen : key)} here\n`);
  }
}
