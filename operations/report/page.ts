/** A report as one HTML page that needs nothing else: no script, font or network. */
import { html, join, type Html } from "./markup";
import { confidence, confusion, dataset, reliability, training } from "./sections/model";
import { people } from "./sections/people";
import { absences, alarms, drift, places, policies, price, times } from "./sections/stack";
import { galleries, latency, machine, overTime } from "./sections/traffic";
import { STYLE } from "./style";
import type { Report, Tile } from "./report";

/** @returns the text of an HTML file */
export function renderPage(report: Report): string {
  const title = `${report.project} ${report.stack}`;
  const figures = [
    ...[confusion(report), training(report), reliability(report), confidence(report)],
    ...[overTime(report), latency(report), drift(report), times(report)],
  ];
  const wide = [
    ...[
      machine(report),
      ...galleries(report),
      people(report),
      dataset(report),
      alarms(report),
      policies(report),
      price(report),
    ],
    ...[places(report), absences(report)],
  ];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header>
          <h1>${report.project} <small>stack ${report.stack}</small></h1>
          ${join(report.notes.map((note) => html`<p>${note}</p>`))}
        </header>
        <main>
          <ul class="tiles">
            ${join(report.tiles.map(tile))}
          </ul>
          <div class="columns">${join(figures)}</div>
          <div class="rows">${join(wide)}</div>
        </main>
      </body>
    </html> `.markup;
}

function tile({ value, name, remark }: Tile): Html {
  return html`<li><strong>${value}</strong><span>${name}</span><small>${remark}</small></li>`;
}
