import type { Html } from "./markup";

/** The page's style: light or dark as the reader's system is, and legible on paper. */
export const STYLE: Html = {
  markup: `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #22262b; --faint: #6a717a; --line: #dedbd3; --card: #fff;
  --good: #1d7f74; --bad: #c8502f; --second: #8a6fb0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --ink: #e6e4df; --faint: #98a0a8; --line: #30363c; --card: #1c2024;
    --good: #4fb8a9; --bad: #ec8260; --second: #b49be0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
h1 small, h2 small { color: var(--faint); font-weight: 400; }
p { margin: .5rem 0; max-width: 46rem; }
code { font: .88em ui-monospace, monospace; overflow-wrap: anywhere; }
.note { border-left: 3px solid var(--second); padding-left: .75rem; }
.caption, small { color: var(--faint); font-size: .85rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem;
  list-style: none; margin: 1.75rem 0; padding: 0; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem;
  display: flex; flex-direction: column; }
.tiles strong { font-size: 1.7rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: .75rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1.1rem;
  min-width: 0; }
section.wide { margin-top: .75rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem .6rem; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
th:first-child { text-align: left; }
th[scope=col] { color: var(--faint); font-size: .85rem; }
.matrix td { text-align: center; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--faint); font: 11px system-ui, sans-serif; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: .9rem;
  list-style: none; margin: 0; padding: 0; }
.gallery li { display: flex; flex-direction: column; font-size: .85rem; line-height: 1.3; }
.gallery img { width: 100%; image-rendering: pixelated; border-radius: .25rem; margin-bottom: .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0; }
dt { color: var(--faint); }
dd { margin: 0; min-width: 0; }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--faint); }
`,
};
