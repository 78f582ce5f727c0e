/** Reviews as lines of text. */
import type { WaitingReview } from "../../contract/inference";
import { printable } from "../printable";

/** The classes of the model that was not sure, in label order. */
export function classesOf({ review }: WaitingReview): readonly string[] {
  return Object.keys(review.verdict.scores);
}

/** Which version of which picture, what the model thinks, and until when somebody may decide. */
export function describe({ review }: WaitingReview): string {
  const { image, scores } = review.verdict;
  const guesses = Object.entries(scores)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 3)
    .map(([name, score]) => `${name} ${percent(score)}`);
  const until = new Date(review.deadline * 1000).toISOString().replace(".000Z", "Z");
  return `${printable(image.key)}  ${printable(image.versionId)}  until ${until}  ${guesses.join(", ")}`;
}

/** A line for each class with its key and its probability; only nine have one. */
export function choices({ review }: WaitingReview): readonly string[] {
  const { scores } = review.verdict;
  const all = Object.entries(scores);
  const classes = all.map(([name, score], index) => {
    return `  ${index < 9 ? index + 1 : " "}  ${name}  ${percent(score)}`;
  });
  const more = all.length > 9 ? ["  c  type the name of a class"] : [];
  return [...classes, "  0  none of these", ...more, "  s  skip", "  q  quit"];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
