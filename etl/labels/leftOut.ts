import type { LabelReason } from "../../contract/dataset";

const TEXTS: Readonly<Record<LabelReason, string>> = {
  noneOfThese: "answered as none of the classes",
  undecided: "not answered in time",
  otherClass: "of a class that this dataset does not have",
  contradictory: "answered in different ways, so that nobody knows which is right",
  repeated: "the same picture with the same answer once more",
  inArchive: "of a picture that the archive has, whose split it keeps",
  missing: "of a picture that is gone",
  unreadable: "of a picture that cannot be read",
};
const EXAMPLES = 3;

/** Answers that no image is made of, by reason. */
export class LeftOut {
  private readonly reasons = new Map<LabelReason, { count: number; readonly examples: string[] }>();

  /** @param example of what it is about, for a person */
  add(reason: LabelReason, example: string, answers = 1): void {
    const known = this.reasons.get(reason) ?? { count: 0, examples: [] };
    known.count += answers;
    known.examples.push(...(known.examples.length < EXAMPLES ? [example] : []));
    this.reasons.set(reason, known);
  }

  counts(): Partial<Record<LabelReason, number>> {
    return Object.fromEntries(this.sorted().map(([reason, { count }]) => [reason, count]));
  }

  /** A line for each reason. */
  describe(): readonly string[] {
    return this.sorted().map(
      ([reason, { count, examples }]) =>
        `${count} left out, ${TEXTS[reason]}: ${examples.join("; ")}` +
        (count > examples.length ? "; ..." : ""),
    );
  }

  /** In the order of the reasons above, whatever was found first. */
  private sorted() {
    const order = Object.keys(TEXTS);
    return [...this.reasons].sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  }
}
