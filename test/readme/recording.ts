/** What a command has printed as an SVG in which it runs again, in less time. */
import { html, join } from "../../operations/report/markup";

/** A piece of output, and when it came. */
export interface Printed {
  /** Seconds since the start. */
  readonly at: number;
  readonly text: string;
}

const COLUMNS = 104;
const ROWS = 32;
const ROW_HEIGHT = 18;
const MARGIN = 14;
/** Of the usual monospaced fonts at this size. */
const COLUMN_WIDTH = 7.9;

/** Seconds that the whole takes, however long it took; then the end is shown for so long. */
const PLAY_SECONDS = 18;
const END_SECONDS = 5;
/** What comes at once is unrolled, for nobody could read it. */
const LINES_PER_SECOND = 14;

/** @param command as it is typed */
export function recordingSvg(command: string, printed: readonly Printed[]): string {
  const lines = [{ at: 0, text: `$ ${command}` }, ...linesOf(printed)];
  const times = playTimes(lines.map(({ at }) => at));
  const total = (times.at(-1) ?? 0) + END_SECONDS;
  const offset = (count: number) => (ROWS - count) * ROW_HEIGHT;
  const steps = times.map((time, index) => {
    const percent = ((time / total) * 100).toFixed(2);
    return `${percent}%{transform:translateY(${String(offset(index + 1))}px)}`;
  });
  const width = COLUMNS * COLUMN_WIDTH + 2 * MARGIN;
  const height = ROWS * ROW_HEIGHT + 2 * MARGIN;
  const end = `translateY(${String(offset(lines.length))}px)`;
  const style = [
    `text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6e4df;white-space:pre}`,
    `#lines{transform:${end};animation:play ${total.toFixed(1)}s step-end infinite}`,
    `@keyframes play{${steps.join("")}100%{transform:${end}}}`,
    `@media (prefers-reduced-motion:reduce){#lines{animation:none}}`,
  ].join("\n");
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width.toFixed(0)} ${height.toFixed(0)}"
    role="img"
    aria-labelledby="title"
  >
    <title id="title">${command}, recorded</title>
    <style>
      ${{ markup: style }}
    </style>
    <clipPath id="screen">
      <rect x="0" y="${String(MARGIN)}" width="100%" height="${String(ROWS * ROW_HEIGHT)}" />
    </clipPath>
    <rect width="100%" height="100%" rx="8" fill="#15181b" />
    <g clip-path="url(#screen)">
      <g id="lines">
        ${join(
          lines.map(
            ({ text }, index) =>
              html`<text x="${String(MARGIN)}" y="${String(MARGIN + (index + 1) * ROW_HEIGHT - 5)}"
                >${text.slice(0, COLUMNS)}</text
              > `,
          ),
        )}
      </g>
    </g>
  </svg> `.markup;
}

/** The lines, each with the time of its end. */
function linesOf(printed: readonly Printed[]): readonly Printed[] {
  const lines: Printed[] = [];
  let rest = "";
  for (const { at, text } of printed) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((part) => ({ at, text: part.trimEnd() })));
  }
  return lines;
}

/** When each line is shown: as the times were, but shorter, and never two at once. */
function playTimes(times: readonly number[]): readonly number[] {
  const scale = PLAY_SECONDS / Math.max(PLAY_SECONDS, times.at(-1) ?? 0);
  const shown: number[] = [];
  for (const time of times) {
    shown.push(Math.max(time * scale, (shown.at(-1) ?? -1) + 1 / LINES_PER_SECOND));
  }
  return shown;
}
