import type { Html } from "./markup";

/** Colours by what they mean: light or dark as the reader's system is. */
export const PALETTE = `:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #22262b; --faint: #5f666e; --line: #dedbd3; --card: #fff;
  --good: #17695f; --bad: #b3431f; --second: #6f52a0;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --ink: #e6e4df; --faint: #a2aab2; --line: #30363c; --card: #1c2024;
    --good: #4fb8a9; --bad: #ec8260; --second: #b49be0;
  }
}`;

/**
 * The page's style, black on white on paper. Every colour of text has a contrast of 4.5 to what is
 * behind it.
 */
export const STYLE: Html = {
  markup: `
${PALETTE}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 2.5rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
h3 { font-size: .95rem; margin: 0 0 .35rem; }
small { font-size: .85rem; }
h1 small { font-size: 1.2rem; }
h1 small, h2 small, h3 small { color: var(--faint); font-weight: 400; }
p { margin: .5rem 0; max-width: 46rem; }
code { font: .88em ui-monospace, monospace; overflow-wrap: anywhere; }
.caption, figcaption, small { color: var(--faint); }
.caption, figcaption { font-size: .85rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.second { color: var(--second); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem;
  list-style: none; margin: 1.75rem 0 .75rem; padding: 0; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: 1rem; display: flex; flex-direction: column; }
.tiles strong { font-size: 1.7rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.columns { display: grid; gap: .75rem;
  grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); }
.rows { display: grid; gap: .75rem; margin-top: .75rem; grid-template-columns: minmax(0, 1fr); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: 1.1rem; min-width: 0; }
figure { margin: 0; }
figcaption { margin-top: .5rem; }
svg { width: 100%; height: auto; display: block; margin: 0 auto; max-width: 30rem; }
.scrolling { overflow-x: auto; }
:focus-visible { outline: 3px solid var(--second); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .6rem; text-align: right; border-bottom: 1px solid var(--line);
  font-weight: 400; }
td { overflow-wrap: anywhere; }
th:first-child { text-align: left; }
th[scope=col] { color: var(--faint); font-size: .85rem; }
.matrix td { text-align: center; }
#alarms :is(th, td), #policies :is(th, td), #people :is(th, td), #machine :is(th, td) {
  text-align: left; overflow-wrap: break-word; }
.machine { min-width: 70rem; font: 13px system-ui, sans-serif; }
.machine rect { fill: var(--card); stroke: var(--line); }
.machine text { fill: var(--faint); }
.machine .taken rect { stroke: var(--good); stroke-width: 1.5; }
.machine .fail.taken rect { stroke: var(--bad); }
.machine .taken text, .machine .count { fill: var(--ink); }
.machine .count { font-weight: 600; stroke: var(--card); stroke-width: 4; paint-order: stroke; }
.machine .way { fill: none; stroke: var(--line); stroke-width: 1.2; }
.machine .way.catch { stroke-dasharray: 4 4; }
.machine .way.taken { stroke: var(--good); stroke-width: 2; }
.machine .way.catch.taken { stroke: var(--bad); }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); gap: .9rem;
  list-style: none; margin: 0; padding: 0; }
.gallery li { display: flex; flex-direction: column; font-size: .85rem; line-height: 1.3;
  overflow-wrap: anywhere; }
.gallery img, .missing { width: 100%; border-radius: .25rem; margin-bottom: .25rem; }
.missing { aspect-ratio: 1; display: grid; place-items: center; border: 1px dashed var(--line);
  color: var(--faint); }
img { image-rendering: pixelated; }
.classes { list-style: none; margin: 0; padding: 0; display: grid; gap: .9rem; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(3.5rem, 1fr)); gap: .3rem; }
.sheet img { width: 100%; border-radius: .2rem; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .3rem 1rem; margin: 0; }
dt { color: var(--faint); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--faint); }
@media (max-width: 30rem) {
  body { padding: 1.25rem .6rem 2rem; }
  section { padding: .8rem; }
  #alarms table, #people table { min-width: 44rem; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; }
  body { padding: 0; font-size: 11pt; }
  * { print-color-adjust: exact; }
  section, .tiles li, figure, tr { break-inside: avoid; }
  .rows section { break-inside: auto; }
  .scrolling { overflow: visible; }
  svg.machine { min-width: 0; }
  details:not([open]) { display: none; }
}
`,
};
