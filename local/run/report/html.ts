/** The summary of a run as one HTML page that needs nothing else: no script, font or network. */
import type { EndpointSummary, Summary } from "../summary";
import type { Classification } from "../traffic";
import { curves, histogram, stageBars } from "./charts";
import { percent, recallOf } from "./format";
import { html, join, type Html } from "./markup";
import { STYLE } from "./style";

/** Pictures per group in the gallery. */
const MOST_PICTURES = 24;

export function renderHtml(summary: Summary, classifications: readonly Classification[]): string {
  const title = `${summary.project} ${summary.stack}: ${percent(summary.classification.accuracy)}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          ${header(summary)} ${tiles(summary)}
          <div class="columns">
            ${confusion(summary)} ${training(summary)} ${confidence(summary, classifications)}
            ${times(summary)}
          </div>
          ${gallery(summary, classifications)} ${exceptions(summary)} ${details(summary)}
        </main>
      </body>
    </html> `;
  return page.markup;
}

function header({ project, stack, archive, dataset }: Summary): Html {
  return html`<header>
    <h1>${project} <small>stack ${stack}</small></h1>
    <p>
      ${dataset.classes.join(", ")}: ${String(dataset.counts.train)} images to train,
      ${String(dataset.counts.validation)} to validate, ${String(dataset.counts.test)} held out.
    </p>
    ${
      archive.isSample
        ? html`<p class="note">
            These are generated pictures in CIFAR-100's format. They show that everything works, not
            how good the model is; give <code>--archive</code> for the real images.
          </p>`
        : html`<p>Archive: <code>${archive.source}</code></p>`
    }
  </header>`;
}

function tiles({ classification, endpoint, seconds, policies }: Summary): Html {
  const { accuracy, interval, verdicts, acceptedAccuracy, images } = classification;
  const total = (seconds["preview"] ?? 0) + (seconds["deploy"] ?? 0) + (seconds["classify"] ?? 0);
  const tile = (value: string, name: string, remark: string) =>
    html`<li><strong>${value}</strong><span>${name}</span><small>${remark}</small></li>`;
  return html`<ul class="tiles">
    ${tile(
      percent(accuracy),
      "accuracy",
      `95% interval ${percent(interval.low)} to ${percent(interval.high)}`,
    )}
    ${tile(
      percent(images === 0 ? 0 : verdicts.accepted / images),
      "accepted",
      acceptedAccuracy === undefined
        ? "none above the threshold"
        : `${percent(acceptedAccuracy)} of them right; ${verdicts.review} for review`,
    )}
    ${
      endpoint === undefined
        ? tile("off", "endpoint", "switched off in the stack's config")
        : tile(
            `${endpoint.capture.records} / ${endpoint.invocations}`,
            "captured / invocations",
            `${endpoint.capture.percentage}% asked for, ${endpoint.capture.files} files`,
          )
    }
    ${tile(
      String(policies.asked),
      "policies kept",
      `by ${policies.resources} resources` +
        (policies.excepted.length === 0 ? "" : `, ${policies.excepted.length} exceptions`),
    )}
    ${tile(`${total.toFixed(1)} s`, "from nothing to verdicts", "preview, deployment, classification")}
  </ul>`;
}

function confusion({ classification, dataset }: Summary): Html {
  const cell = (count: number, row: readonly number[], isRight: boolean) => {
    const share =
      count /
      Math.max(
        1,
        row.reduce((sum, value) => sum + value, 0),
      );
    const colour = isRight ? "var(--good)" : "var(--bad)";
    return html`<td
      style="background: color-mix(in srgb, ${colour} ${(share * 70).toFixed(0)}%, transparent)"
    >
      ${String(count)}
    </td>`;
  };
  return html`<section>
    <h2>What was taken for what</h2>
    <table class="matrix">
      <tr>
        <th scope="col">true</th>
        ${join(dataset.classes.map((name) => html`<th scope="col">${name}</th>`))}
        <th scope="col">recall</th>
      </tr>
      ${join(
        classification.confusion.map((row, truth) => {
          const name = dataset.classes[truth] ?? "";
          const cells = row.map((count, predicted) => cell(count, row, predicted === truth));
          return html`<tr>
            <th scope="row">${name}</th>
            ${join(cells)}
            <td>${recallOf(classification, name)}</td>
          </tr>`;
        }),
      )}
    </table>
  </section>`;
}

function training({ training: { metrics, job } }: Summary): Html {
  return html`<section>
    <h2>Training</h2>
    ${curves(metrics)}
    <p class="caption">Accuracy by epoch, job <code>${job}</code></p>
  </section>`;
}

function confidence(
  { classification, dataset }: Summary,
  classifications: readonly Classification[],
): Html {
  const judged = classifications.flatMap(({ image, verdict }) =>
    verdict === undefined
      ? []
      : [{ value: verdict.confidence, isRight: dataset.classes[image.label] === verdict.label }],
  );
  return html`<section>
    <h2>Confidence</h2>
    ${histogram(judged, classification.threshold)}
    <p class="caption">
      Images by the probability of the class chosen: <b class="good">right</b>,
      <b class="bad">wrong</b>. Left of the line a person decides.
    </p>
  </section>`;
}

function times({ seconds, classification }: Summary): Html {
  return html`<section>
    <h2>Time</h2>
    ${stageBars(seconds)}
    <details>
      <summary>Milliseconds per image</summary>
      <table>
        <tr>
          <th scope="col">state</th>
          <th scope="col">median</th>
          <th scope="col">95%</th>
        </tr>
        ${join(
          Object.entries(classification.latency).map(
            ([name, { p50, p95 }]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${p50.toFixed(1)}</td>
                <td>${p95.toFixed(1)}</td>
              </tr>`,
          ),
        )}
      </table>
    </details>
  </section>`;
}

function gallery({ dataset }: Summary, classifications: readonly Classification[]): Html {
  const judged = classifications.flatMap(({ image, png, verdict }) =>
    verdict === undefined ? [] : [{ png, truth: dataset.classes[image.label] ?? "", ...verdict }],
  );
  const countOf = ({ length }: typeof judged) =>
    length > MOST_PICTURES ? `${length}, the first ${MOST_PICTURES} shown` : String(length);
  const group = (title: string, pictures: typeof judged) =>
    pictures.length === 0
      ? html``
      : html`<section class="wide">
          <h2>${title} <small>${countOf(pictures)}</small></h2>
          <ul class="gallery">
            ${join(
              pictures.slice(0, MOST_PICTURES).map(
                ({ png, truth, label, confidence: probability }) =>
                  html`<li>
                    <img src="data:image/png;base64,${png.toString("base64")}" alt="${truth}" />
                    <span class="${truth === label ? "good" : "bad"}">${label}</span>
                    <small>${percent(probability)}${truth === label ? "" : `, is ${truth}`}</small>
                  </li>`,
              ),
            )}
          </ul>
        </section>`;
  const wrong = judged.filter(({ truth, label }) => truth !== label);
  return join([
    group(
      "Accepted, but wrong",
      wrong.filter(({ verdict }) => verdict === "accepted"),
    ),
    group(
      "Kept for review",
      judged.filter(({ verdict }) => verdict === "review"),
    ),
    group(
      "Accepted",
      judged.filter(({ verdict, truth, label }) => verdict === "accepted" && truth === label),
    ),
  ]);
}

function exceptions({ policies: { excepted } }: Summary): Html {
  if (excepted.length === 0) {
    return html``;
  }
  const rows = excepted.map(
    ({ policy, resource, note }) =>
      html`<dt>${policy}</dt>
        <dd><code>${resource}</code>. ${note}</dd>`,
  );
  return html`<section class="wide">
    <h2>What is excepted from policies</h2>
    <dl>${join(rows)}</dl>
  </section>`;
}

function details({ endpoint, training: { artefact } }: Summary): Html {
  const rows: readonly (readonly [name: string, value: string])[] = [
    ["Model", artefact],
    ...(endpoint === undefined ? [] : endpointRows(endpoint)),
  ];
  return html`<section class="wide">
    <h2>Where it is</h2>
    <dl>
      ${join(
        rows.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd><code>${value}</code></dd>`,
        ),
      )}
    </dl>
  </section>`;
}

function endpointRows(endpoint: EndpointSummary): (readonly [name: string, value: string])[] {
  const { name, status, variant, instanceCount, instanceType, capture } = endpoint;
  return [
    ["Endpoint", `${name}, ${status}`],
    ["Variant", `${variant}, ${instanceCount} x ${instanceType}`],
    ["Capture", capture.destination],
    ["A captured file", capture.example ?? "none"],
  ];
}
