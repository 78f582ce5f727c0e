/** The page as it is before anything has happened; `browser/` fills it in. */
import { createHash } from "node:crypto";
import { html, join, type Html } from "../../../operations/report/markup";
import { STYLE } from "../../../operations/report/style";
import type { LiveState } from "./state";

const TILES: readonly (readonly [name: keyof LiveState["counts"], title: string])[] = [
  ["uploaded", "Uploaded"],
  ["accepted", "Accepted"],
  ["review", "For a person to decide"],
  ["failed", "Failed"],
  ["captured", "Captured records"],
  ["reviewed", "Decided by a person"],
];

const OWN_STYLE: Html = {
  markup: `
#drop { border: 2px dashed var(--faint); border-radius: .75rem; padding: 1.5rem; margin: 1.5rem 0 .75rem;
  text-align: center; background: var(--card); }
#drop p { max-width: none; }
#drop.over { border-color: var(--good); }
#drop input { font: inherit; max-width: 100%; }
#given { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
#given li { display: grid; grid-template-columns: minmax(6rem, 12rem) 1fr; gap: 1rem; align-items: start;
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
#given img { width: 100%; border-radius: .25rem; }
@media (max-width: 30rem) {
  #given li { grid-template-columns: 1fr; }
  #given img { max-width: 12rem; }
}
#given p { overflow-wrap: anywhere; }
#given strong { font-size: 1.4rem; }
.scores { display: grid; grid-template-columns: max-content 1fr max-content; gap: .25rem .75rem; align-items: center; }
.scores meter, .mix meter { width: 100%; }
.mix { display: grid; grid-template-columns: max-content 1fr max-content; gap: .25rem .75rem; align-items: center; }
.after { margin-top: .75rem; }
#recent img { aspect-ratio: 1; object-fit: cover; background: var(--line); }
.tiles { grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); }
#confidence { width: 100%; max-width: none; height: 10rem; }
#confidence line { stroke: var(--faint); stroke-dasharray: 4 3; }
#confidence circle { fill: var(--good); }
#confidence circle.low { fill: var(--bad); }
`,
};

const SHEET = `${STYLE.markup}${OWN_STYLE.markup}`;

/** Not in the page's own text: its formatting would be another sheet. */
const STYLE_ELEMENT: Html = { markup: `<style>${SHEET}</style>` };

/** What the page's content security policy lets pass as style: this sheet, and no other. */
export const STYLE_POLICY = `'sha256-${createHash("sha256").update(SHEET).digest("base64")}'`;

export function renderPage({
  name,
  classes,
}: {
  readonly name: string;
  readonly classes: readonly string[];
}): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${name}, live</title>
        <link rel="icon" href="data:," />
        ${STYLE_ELEMENT}
        <script type="module" src="/live.js"></script>
      </head>
      <body>
        <main>
          <h1>${classes.join(", ")} <small>stack ${name}, live</small></h1>
          <p id="connection" role="status">Connecting…</p>
          <div id="drop">
            <p>
              <label for="file"
                ><strong>Drop a picture here</strong>, paste one, or choose a file:</label
              >
            </p>
            <input id="file" type="file" multiple accept="image/*" />
          </div>
          <ol id="given" aria-live="polite" aria-label="Verdicts on your pictures"></ol>
          <ul class="tiles">
            ${join(
              TILES.map(
                ([count, title]) =>
                  html`<li><strong data-count="${count}">0</strong><span>${title}</span></li>`,
              ),
            )}
            <li><strong id="median">–</strong><span>From upload to verdict, median</span></li>
          </ul>
          <div class="columns">
            <section>
              <h2 id="confidence-title">Confidence of the last pictures</h2>
              <svg
                id="confidence"
                role="img"
                aria-labelledby="confidence-title confidence-text"
                viewBox="0 0 400 100"
                preserveAspectRatio="none"
              ></svg>
              <p class="caption" id="confidence-text">Nothing yet.</p>
            </section>
            <section>
              <h2>What they were taken for</h2>
              <div class="mix" id="classes"></div>
            </section>
          </div>
          <section class="after">
            <h2>Drift</h2>
            <p class="caption" id="drift-text">The drift monitor has not looked yet.</p>
            <div class="scrolling">
              <table id="drift" hidden>
                <thead>
                  <tr>
                    <th scope="col">measure</th>
                    <th scope="col">pictures</th>
                    <th scope="col">value</th>
                    <th scope="col">drift from</th>
                    <th scope="col">found</th>
                  </tr>
                </thead>
                <tbody></tbody>
              </table>
            </div>
          </section>
          <section class="after">
            <h2>Alarms</h2>
            <p class="caption" id="alarms-text">Nothing yet.</p>
            <ul id="alarms"></ul>
          </section>
          <section class="after">
            <h2>Last pictures</h2>
            <ul class="gallery" id="recent"></ul>
          </section>
        </main>
      </body>
    </html>`.markup;
}
