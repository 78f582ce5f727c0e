import type { ImageReference } from "../../contract/inference";
import { nameOf, type GivenAnswer } from "./answers";
import type { LeftOut } from "./leftOut";

/** A picture, and the class that a person has given it. */
export interface ChosenLabel {
  readonly image: ImageReference;
  /** Position of the class. */
  readonly label: number;
}

/**
 * Chooses what to learn from: one answer per version of a picture, in the order of the pictures'
 * names. A version on which the answers differ is left out, for nobody knows which is right.
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
    if (answer.label === undefined) {
      leftOut.add("noneOfThese", name);
      return [];
    }
    const label = classes.indexOf(answer.label);
    if (label === -1) {
      leftOut.add("otherClass", `${answer.label}, ${name}`);
      return [];
    }
    return [{ image: answer.image, label }];
  });
}
