import type { TrafficPoint } from "./charts";
import type { ClassifiedImage } from "./report";

/** The images that have a verdict, with whether it is right. */
export function judged(images: readonly ClassifiedImage[]): readonly TrafficPoint[] {
  return images.flatMap(({ at, truth, ending }) =>
    ending.verdict === "failed"
      ? []
      : [
          {
            ...{ at, confidence: ending.confidence },
            isRight: truth === undefined ? undefined : truth === ending.label,
          },
        ],
  );
}
