/** What reviewers have answered, as the workflow keeps it. */
import type { Answer, ImageReference } from "../../../contract/inference";

export type Decision = Pick<Answer, "decision" | "label">;

export const bicycle: Decision = { decision: "label", label: "bicycle" };
export const motorcycle: Decision = { decision: "label", label: "motorcycle" };

/** The text of a label. */
export function answerTo(image: ImageReference, decision: Decision): string {
  const verdict = { inferenceId: "one", label: "motorcycle", confidence: 0.5 };
  return JSON.stringify({ image, ...decision, verdict } satisfies Answer);
}
