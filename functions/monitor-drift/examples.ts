import { FEATURE_NAMES, predictedLabel, type AnsweredPicture } from "../../common/pictureTally";
import type { DriftBaseline, DriftMeasure, ImageFeatures } from "../../contract/monitoring";

/** A captured picture that shows what a measure says. */
export interface Example {
  readonly png: Buffer;
  /** Of the request, if whoever made it gave one. */
  readonly inferenceId: string | undefined;
}

/** How many pictures are shown of a measure that drifted. */
export const EXAMPLES = 3;

/** The examples with the highest rank, whatever that is. */
class Top {
  private readonly kept: { readonly rank: number; readonly example: Example }[] = [];

  add(rank: number, example: Example): void {
    if (this.kept.length === EXAMPLES && rank <= (this.kept.at(-1)?.rank ?? -Infinity)) {
      return;
    }
    this.kept.push({ rank, example });
    this.kept.sort((one, other) => other.rank - one.rank);
    this.kept.splice(EXAMPLES);
  }

  get examples(): readonly Example[] {
    return this.kept.map(({ example }) => example);
  }
}

type Scale = keyof ImageFeatures | "confidence";

/** Keeps the pictures at both ends of each scale, and some of each class: few, of however many. */
export class ExampleFinder {
  private readonly ends = new Map<string, Top>();

  constructor(private readonly baseline: DriftBaseline) {}

  add({ scores, features }: AnsweredPicture, example: Example): void {
    const scale = (name: Scale, value: number) => {
      this.top(`most ${name}`).add(value, example);
      this.top(`least ${name}`).add(-value, example);
    };
    for (const name of FEATURE_NAMES) {
      scale(name, features[name]);
    }
    const confidence = Math.max(...scores);
    scale("confidence", confidence);
    this.top(`class ${predictedLabel(scores)}`).add(confidence, example);
  }

  /** Examples of a measure that has drifted; none of what pictures do not show. */
  of(
    { name, figure, baseline }: Omit<DriftMeasure, "examples">,
    predicted: readonly number[],
  ): readonly Example[] {
    if (name === "undecodable" || name === "volume" || name === "accuracy") {
      return [];
    }
    if (name === "classMix") {
      return this.top(`class ${this.mostGrown(predicted)}`).examples;
    }
    const isMore = (figure ?? 0) > (baseline ?? 0);
    return name === "belowThreshold"
      ? this.top(`${isMore ? "least" : "most"} confidence`).examples
      : this.top(`${isMore ? "most" : "least"} ${name}`).examples;
  }

  /** Label of the class that has gained the largest share. */
  private mostGrown(predicted: readonly number[]): number {
    const all = predicted.reduce((sum, count) => sum + count, 0);
    const expected = Object.values(this.baseline.classMix);
    const gains = predicted.map((count, label) => count / all - (expected[label] ?? 0));
    return gains.indexOf(Math.max(...gains));
  }

  private top(name: string): Top {
    const top = this.ends.get(name) ?? new Top();
    this.ends.set(name, top);
    return top;
  }
}
