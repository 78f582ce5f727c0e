import type { ImageReference } from "../../contract/inference";
import { nameOf, type GivenAnswer } from "./answers";
import type { LeftOut } from "./leftOut";

/** A picture, and what a person has decided about it. */
export interface ChosenLabel {
  readonly image: ImageReference;
  /** Position of the class; -1 if nothing is learned from it. */
  readonly label: number;
  /** The class that was named; undefined for none of these. */
  readonly answer: string | undefined;
}

/**
 * Chooses what counts: one answer per version of a picture, in the order of the pictures' names.
 * A version on which the answers differ is left out, for nobody knows which is right. What names no
 * class of the dataset stays, for it may contradict what is said of the same pixels elsewhere.
 * @param leftOut gets the others, with the reason
 */
export function chooseLabels(
  answers: readonly GivenAnswer[],
  classes: readonly string[],
  leftOut: LeftOut,
): readonly ChosenLabel[] {
  const byImage = new Map<string, GivenAnswer[]>();
  for (const answer of answers) {
    const name = nameOf(answer.image);
    if (answer.decision === "undecided") {
      leftOut.add("undecided", name);
    } else {
      byImage.set(name, [...(byImage.get(name) ?? []), answer]);
    }
  }
  const names = [...byImage.keys()].sort();
  return names.flatMap((name) => {
    const [answer, ...others] = byImage.get(name) as [GivenAnswer, ...GivenAnswer[]];
    if (others.some(({ label }) => label !== answer.label)) {
      leftOut.add("contradictory", name, others.length + 1);
      return [];
    }
    if (others.length > 0) {
      leftOut.add("repeated", name, others.length);
    }
    const { image, label: named } = answer;
    return [{ image, answer: named, label: named === undefined ? -1 : classes.indexOf(named) }];
  });
}
