import type { DriftMeasure, DriftMeasureName, DriftWindow } from "../../contract/monitoring";

/** What each measure is, as the subject of a sentence. */
const SUBJECTS: Readonly<Record<DriftMeasureName, string>> = {
  classMix: "the mix of predicted classes",
  confidence: "the confidence of the answers",
  belowThreshold: "the share of answers below the threshold",
  brightness: "the brightness of the pictures",
  contrast: "the contrast of the pictures",
  red: "the red in the pictures",
  green: "the green in the pictures",
  blue: "the blue in the pictures",
  chroma: "the colourfulness of the pictures",
  sharpness: "the sharpness of the pictures",
  undecodable: "the share of pictures that cannot be decoded",
  volume: "the number of pictures",
  accuracy: "how often reviewers agree with the model",
};

const STATISTICS: Readonly<Record<DriftMeasure["statistic"], string>> = {
  psi: "population stability index",
  ks: "Kolmogorov-Smirnov distance",
  difference: "difference",
  share: "share",
  ratio: "times more or fewer than usual",
};

/** One sentence: what drifted, and by how much. */
export function describeMeasure({
  name,
  statistic,
  value,
  threshold,
  figure,
  baseline,
}: DriftMeasure): string {
  const change =
    figure === null || baseline === null
      ? ""
      : ` is ${round(figure)} instead of ${round(baseline)}`;
  return (
    `${SUBJECTS[name]}${change || " has changed"}: ${STATISTICS[statistic]} ${round(value ?? 0)}, ` +
    `drift from ${round(threshold ?? 0)}`
  );
}

/**
 * What people are told of a window that drifted.
 * @param bucket in which the examples are
 */
export function describeWindow(
  { from, to, images, undecodable }: DriftWindow,
  drifted: readonly DriftMeasure[],
  { bucket, folder }: { readonly bucket: string; readonly folder: string },
): string {
  const examples = (keys: readonly string[]) =>
    keys.map((key) => `\n  s3://${bucket}/${key}`).join("");
  const lines = drifted.map(
    (measure) => `- ${describeMeasure(measure)}${examples(measure.examples)}`,
  );
  return (
    `What goes through the endpoint has drifted, from ${from} to ${to} ` +
    `(${images} pictures classified, ${undecodable} undecodable):\n\n${lines.join("\n")}\n\n` +
    `All figures: s3://${bucket}/${folder}\n`
  );
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
