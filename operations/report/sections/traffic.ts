/** What was classified, how long it took, and which way it went. */
import { percentile } from "../../../common/statistics";
import { confidenceOverTime, latencyHistogram } from "../charts";
import { figure, folded, part, scrolling, table } from "../figure";
import { count, duration, percent } from "../format";
import { judged } from "../judged";
import { machineDiagram } from "../machine";
import { html, join, type Html } from "../markup";
import { pictureOf } from "../pictures";
import type { ClassifiedImage, Report } from "../report";

/** Pictures per gallery. */
const MOST_PICTURES = 24;

/** Rows of the table behind a chart that has a point for every image. */
const MOST_ROWS = 100;

export function overTime({ traffic: { images, threshold } }: Report): Html {
  const points = judged(images);
  const named = images.flatMap(({ key, at, truth, ending }) =>
    ending.verdict === "failed"
      ? []
      : [
          [
            ...[key, new Date(at).toISOString(), ending.label, percent(ending.confidence)],
            truth === undefined ? "unknown" : truth === ending.label ? "right" : `is ${truth}`,
          ],
        ],
  );
  const rest =
    named.length > MOST_ROWS ? `, the first ${String(MOST_ROWS)} of them in the table` : "";
  const isKnown = points.some(({ isRight }) => isRight !== undefined);
  return figure(
    {
      ...{ id: "over-time", title: "Confidence over time" },
      text:
        `Confidence of ${count(points.length, "image")} in the order of time` +
        (threshold === undefined ? "." : `, against the threshold of ${String(threshold)}.`),
    },
    (description) => confidenceOverTime(points, threshold, description),
    html`${count(points.length, "image")}${rest}.
    ${
      isKnown
        ? html`<b class="good">Circles</b> are right, <b class="bad">crosses</b> wrong.`
        : html``
    }
    Below the line a person decides.`,
    { head: ["image", "time", "class", "confidence", "truth"], rows: named.slice(0, MOST_ROWS) },
  );
}

export function latency({ traffic }: Report): Html {
  const all = Object.entries(traffic.latency);
  const executions = traffic.latency["execution"] ?? [];
  const [half, most] = [percentile(executions, 0.5), percentile(executions, 0.95)];
  const told = (share: number, values: readonly number[]) =>
    values.length === 0 ? "-" : duration(percentile(values, share));
  return figure(
    {
      ...{ id: "latency", title: "Latency" },
      text:
        `How long ${count(executions.length, "execution")} took` +
        (executions.length === 0
          ? "."
          : `: half at most ${duration(half)}, 95% at most ${duration(most)}.`),
    },
    (description) => latencyHistogram(executions, description),
    html`${count(executions.length, "execution")} by the time from start to end.`,
    {
      head: ["what", "times", "median", "95%", "99%"],
      rows: all.map(([name, values]) => [
        ...[name, String(values.length)],
        ...[0.5, 0.95, 0.99].map((share) => told(share, values)),
      ]),
    },
  );
}

export function machine({ machine: its }: Report): Html {
  if (its === undefined) {
    return html``;
  }
  const executions = its.paths.reduce((sum, path) => sum + path.executions, 0);
  const id = "machine";
  const title = "State machine";
  const text =
    `The states of the workflow and the ways between them, with how many of ` +
    `${count(executions, "execution")} took each; ${count(its.paths.length, "path")}.`;
  return part(
    id,
    title,
    html`<figure>
        ${scrolling(
          title,
          machineDiagram(its.definition, its.paths, { id: `${id}-chart`, title, text }),
        )}
        <figcaption>
          Drawn from the definition that is deployed. Numbers are executions; dashed ways are taken
          when a state has failed.
        </figcaption>
      </figure>
      ${folded(
        "As a table",
        table(
          {
            head: ["path", "executions"],
            rows: its.paths.map((path) => [path.states.join(" → "), String(path.executions)]),
          },
          title,
        ),
      )}`,
    count(executions, "execution"),
  );
}

/** Pictures to look at: first those that nobody wants to see. */
export function galleries({ traffic: { images } }: Report): readonly Html[] {
  const accepted = images.filter(({ ending }) => ending.verdict === "accepted");
  const isWrong = ({ truth, ending }: ClassifiedImage) =>
    truth !== undefined && ending.verdict !== "failed" && ending.label !== truth;
  return [
    gallery("misclassified", "Accepted, but wrong", accepted.filter(isWrong)),
    gallery(
      "doubtful",
      "Kept for review",
      images.filter(({ ending }) => ending.verdict === "review"),
    ),
    gallery(
      "failed",
      "Failed",
      images.filter(({ ending }) => ending.verdict === "failed"),
    ),
    gallery(
      "accepted",
      "Accepted",
      accepted.filter((image) => !isWrong(image)),
    ),
  ];
}

function gallery(id: string, title: string, images: readonly ClassifiedImage[]): Html {
  const some = images.slice(0, MOST_PICTURES);
  const content =
    some.length === 0
      ? html`<p class="caption">None.</p>`
      : html`<ul class="gallery">
          ${join(some.map(exhibit))}
        </ul>`;
  const rest = images.length > some.length ? `, the first ${String(MOST_PICTURES)} shown` : "";
  return part(id, title, content, `${String(images.length)}${rest}`);
}

function exhibit({ key, png, truth, ending }: ClassifiedImage): Html {
  const picture =
    png === undefined
      ? html`<span class="missing">no picture</span>`
      : pictureOf(png, truth ?? key);
  if (ending.verdict === "failed") {
    return html`<li>${picture}<span class="bad">${ending.error}</span></li>`;
  }
  const isWrong = truth !== undefined && truth !== ending.label;
  const scores = Object.entries(ending.scores)
    .filter(([name]) => name !== ending.label)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 2)
    .map(([name, score]) => html`<small>${percent(score)} ${name}</small>`);
  return html`<li>
    ${picture}
    <span class="${isWrong ? "bad" : "good"}">${ending.label} ${percent(ending.confidence)}</span>
    ${isWrong ? html`<small>is ${truth}</small>` : html``} ${join(scores)}
  </li>`;
}
