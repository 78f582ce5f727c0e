/** How good the model is, and what it has learned from. */
import { confidenceHistogram, reliabilityDiagram, trainingCurves } from "../charts";
import { figure, part, scrolling } from "../figure";
import { count, percent } from "../format";
import { html, join, type Html } from "../markup";
import { pictureOf } from "../pictures";
import { SPLITS } from "../../../contract/dataset";
import { binOf } from "../../../common/statistics";
import type { Report } from "../report";
import { judged } from "../judged";

const NOTHING = html``;

export function confusion({ confusion: matrix }: Report): Html {
  if (matrix === undefined) {
    return NOTHING;
  }
  const { classes, counts, recall } = matrix;
  const cell = (images: number, row: readonly number[], isRight: boolean) => {
    const share =
      images /
      Math.max(
        1,
        row.reduce((sum, value) => sum + value),
      );
    const colour = isRight ? "var(--good)" : "var(--bad)";
    return html`<td
      style="background: color-mix(in srgb, ${colour} ${(share * 35).toFixed(0)}%, transparent)"
    >
      ${String(images)}
    </td>`;
  };
  const rows = counts.map((row, truth) => {
    const name = classes[truth] ?? "";
    const share = recall[name];
    return html`<tr>
      <th scope="row">${name}</th>
      ${join(row.map((images, predicted) => cell(images, row, predicted === truth)))}
      <td>${share === undefined ? "-" : percent(share)}</td>
    </tr>`;
  });
  const title = "What was taken for what";
  return part(
    "confusion",
    title,
    html`${scrolling(
        title,
        html`<table class="matrix">
          <thead>
            <tr>
              <th scope="col">true</th>
              ${join(classes.map((name) => html`<th scope="col">${name}</th>`))}
              <th scope="col">recall</th>
            </tr>
          </thead>
          <tbody>
            ${join(rows)}
          </tbody>
        </table>`,
      )}
      <p class="caption">Images by their true class (rows) and the class chosen (columns).</p>`,
  );
}

export function training({ training: trained }: Report): Html {
  if (trained === undefined) {
    return NOTHING;
  }
  const { metrics, job } = trained;
  const names = Object.keys(metrics);
  const epochs = Math.max(0, ...names.map((name) => metrics[name]?.length ?? 0));
  const value = (name: string, epoch: number) => {
    const share = metrics[name]?.[epoch];
    return share === undefined ? "-" : percent(share);
  };
  return figure(
    {
      ...{ id: "training", title: "Training" },
      text: `Accuracy over ${count(epochs, "epoch")}: ${names
        .map((name) => `${name} ends at ${value(name, (metrics[name]?.length ?? 0) - 1)}`)
        .join(", ")}.`,
    },
    (description) => trainingCurves(metrics, description),
    html`Accuracy by epoch, job <code>${job}</code>`,
    {
      head: ["epoch", ...names],
      rows: Array.from({ length: epochs }, (_, epoch) => [
        String(epoch + 1),
        ...names.map((name) => value(name, epoch)),
      ]),
    },
  );
}

export function reliability({ calibration }: Report): Html {
  if (calibration === undefined) {
    return NOTHING;
  }
  const error = percent(calibration.error);
  return figure(
    {
      ...{ id: "reliability", title: "Reliability" },
      text:
        `Share of right answers by confidence, in ${count(calibration.bins.length, "bin")}; ` +
        `expected calibration error ${error}.`,
    },
    (description) => reliabilityDiagram(calibration, description),
    html`Expected calibration error <b>${error}</b>. On the dashed line a confidence is the chance
      to be right; below it the model promises too much. Lines are 95% intervals.`,
    {
      head: ["confidence", "images", "mean confidence", "right", "95% interval"],
      rows: calibration.bins.map(({ from, to, images, confidence: mean, accuracy, interval }) => [
        `${percent(from)} to ${percent(to)}`,
        ...[String(images), percent(mean), percent(accuracy)],
        `${percent(interval.low)} to ${percent(interval.high)}`,
      ]),
    },
  );
}

/** Bins of the table; the chart has as many. */
const CONFIDENCE_BINS = 20;

export function confidence({ traffic: { images, threshold } }: Report): Html {
  const values = judged(images);
  const inBin = (bin: number, outcome: boolean | undefined) =>
    values.filter(
      (each) => each.isRight === outcome && binOf(each.confidence, CONFIDENCE_BINS) === bin,
    ).length;
  const isKnown = values.some(({ isRight }) => isRight !== undefined);
  const isUnknown = values.some(({ isRight }) => isRight === undefined);
  return figure(
    {
      ...{ id: "confidence", title: "Confidence" },
      text:
        `${count(values.length, "image")} by the probability of the class chosen` +
        (threshold === undefined
          ? "."
          : `; ${String(values.filter((each) => each.confidence < threshold).length)} ` +
            `are below the threshold of ${String(threshold)}.`),
    },
    (description) => confidenceHistogram(values, threshold, description),
    html`Images by the probability of the class
    chosen${
      isKnown ? html`: <b class="good">right</b>, <b class="bad">wrong</b> on top` : NOTHING
    }${isUnknown ? html`; <b class="second">nobody knows</b>` : NOTHING}.
    Left of the line a person decides.`,
    {
      head: ["from", "right", "wrong", "unknown"],
      rows: Array.from({ length: CONFIDENCE_BINS }, (_, bin) => [
        percent(bin / CONFIDENCE_BINS),
        ...[true, false, undefined].map((outcome) => String(inBin(bin, outcome))),
      ]),
    },
  );
}

export function dataset({ dataset: found }: Report): Html {
  if (found === undefined) {
    return NOTHING;
  }
  const { summary, sheet } = found;
  const rows = summary.classes.map((name) => {
    const pictures = sheet.filter(({ className }) => className === name);
    const counts = SPLITS.map((split) => `${String(summary.perClass[split][name] ?? 0)} ${split}`);
    return html`<li>
      <h3>${name} <small>${counts.join(", ")}</small></h3>
      <div class="sheet">
        ${join(pictures.map(({ png }) => pictureOf(png, `held-out picture of ${name}`)))}
      </div>
    </li>`;
  });
  const [, height, width] = summary.imageShape;
  return part(
    "dataset",
    "Dataset",
    html`<ul class="classes">
        ${join(rows)}
      </ul>
      <p class="caption">
        Held-out pictures of ${String(width)} x ${String(height)} pixels; digest
        <code>${summary.digest}</code>
      </p>`,
    `${String(summary.counts.train)} images to train, ${String(summary.counts.validation)} to ` +
      `validate, ${String(summary.counts.test)} held out`,
  );
}
