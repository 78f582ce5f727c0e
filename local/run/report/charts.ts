/** The report's charts as inline SVG. */
import { html, join, type Html } from "./markup";

const WIDTH = 440;
const HEIGHT = 200;
/** Room for the axes' labels. */
const LEFT = 40;
const BOTTOM = 20;
const TOP = 8;
/** Room for the names at the ends of curves. */
const RIGHT = 70;

/** Room for half a label at the right end of an axis. */
const MARGIN = 14;

const BINS = 20;

const COLOURS = ["var(--second)", "var(--good)", "var(--bad)"];

/** A line per metric over epochs; the vertical axis goes from the least value to 1. */
export function curves(metrics: Readonly<Record<string, readonly number[]>>): Html {
  const series = Object.entries(metrics);
  const epochs = Math.max(2, ...series.map(([, values]) => values.length));
  const least = Math.floor(Math.min(0.9, ...series.flatMap(([, values]) => values)) * 10) / 10;
  const x = (epoch: number) => LEFT + (epoch / (epochs - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - (value - least) / (1 - least)) * (HEIGHT - TOP - BOTTOM);
  const ticks = [least, (least + 1) / 2, 1];
  const labels = apart(series.map(([, values]) => y(values.at(-1) ?? least)));
  return svg(
    "Accuracy by epoch",
    HEIGHT,
    join([
      ...ticks.map(
        (tick) =>
          html`${line(LEFT, y(tick), WIDTH - RIGHT, y(tick), "var(--line)")}${text(LEFT - 6, y(tick) + 4, `${(tick * 100).toFixed(0)}%`, "end")}`,
      ),
      text(LEFT, HEIGHT - 4, "epoch 1", "start"),
      text(WIDTH - RIGHT, HEIGHT - 4, String(epochs), "end"),
      ...series.map(([name, values], index) => {
        const points = values.map(
          (value, epoch) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`,
        );
        const colour = COLOURS[index % COLOURS.length] ?? "";
        const short = name.replace(/:.*/, "");
        return html`<polyline
            points="${points.join(" ")}"
            fill="none"
            stroke="${colour}"
            stroke-width="2"
          />${text(WIDTH - RIGHT + 6, (labels[index] ?? 0) + 4, short, "start")}`;
      }),
    ]),
  );
}

/** How many values are in each twentieth from 0 to 1, the wrong on top of the right. */
export function histogram(
  values: readonly { readonly value: number; readonly isRight: boolean }[],
  threshold: number | undefined,
): Html {
  const bins = Array.from({ length: BINS }, () => ({ right: 0, wrong: 0 }));
  for (const { value, isRight } of values) {
    const bin = bins[Math.min(bins.length - 1, Math.floor(value * bins.length))];
    if (bin !== undefined) {
      bin[isRight ? "right" : "wrong"] += 1;
    }
  }
  const most = Math.max(1, ...bins.map(({ right, wrong }) => right + wrong));
  const span = WIDTH - LEFT - MARGIN;
  const x = (value: number) => LEFT + value * span;
  const height = (count: number) => (count / most) * (HEIGHT - TOP - BOTTOM);
  const base = HEIGHT - BOTTOM;
  const width = (span / bins.length - 2).toFixed(1);
  const bar = (index: number, from: number, count: number, colour: string) =>
    html`<rect
      x="${(x(index / bins.length) + 1).toFixed(1)}"
      y="${(base - height(from + count)).toFixed(1)}"
      width="${width}"
      height="${height(count).toFixed(1)}"
      fill="${colour}"
    />`;
  return svg(
    "Images by confidence",
    HEIGHT,
    join([
      ...bins.map(
        ({ right, wrong }, index) =>
          html`${bar(index, 0, right, "var(--good)")}${bar(index, right, wrong, "var(--bad)")}`,
      ),
      line(LEFT, base, WIDTH - MARGIN, base, "var(--line)"),
      text(LEFT - 6, TOP + 8, String(most), "end"),
      ...[0, 0.5, 1].map((tick) => text(x(tick), HEIGHT - 4, tick.toFixed(1), "middle")),
      threshold === undefined
        ? html``
        : html`${line(x(threshold), TOP, x(threshold), base, "var(--ink)")}${text(x(threshold) - 5, TOP + 10, `threshold ${threshold}`, "end")}`,
    ]),
  );
}

/** A bar per stage. */
export function stageBars(seconds: Readonly<Record<string, number>>): Html {
  const stages = Object.entries(seconds);
  const longest = Math.max(0.1, ...stages.map(([, value]) => value));
  const row = 24;
  const left = 160;
  const bars = stages.map(([name, value], index) => {
    const width = Math.max(1, (value / longest) * (WIDTH - left - 50));
    const top = index * row;
    return html`${text(left - 8, top + 16, name, "end")}<rect
        x="${String(left)}"
        y="${String(top + 5)}"
        width="${width.toFixed(1)}"
        height="14"
        rx="2"
        fill="${name.includes(":") ? "var(--second)" : "var(--good)"}"
      />${text(left + width + 6, top + 16, `${value.toFixed(1)} s`, "start")}`;
  });
  return svg("Wall time by stage", stages.length * row, join(bars));
}

/** Moves labels that would cover each other apart. */
function apart(heights: readonly number[]): number[] {
  const placed: number[] = [];
  for (const height of heights) {
    let at = height;
    while (placed.some((other) => Math.abs(other - at) < 13)) {
      at += 1;
    }
    placed.push(at);
  }
  return placed;
}

function svg(title: string, height: number, content: Html): Html {
  return html`<svg viewBox="0 0 ${String(WIDTH)} ${String(height)}" role="img">
    <title>${title}</title>
    ${content}
  </svg>`;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): Html {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1)) as [
    string,
    string,
    string,
    string,
  ];
  return html`<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="${colour}" />`;
}

function text(x: number, y: number, content: string, anchor: string): Html {
  return html`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"
    >${content}</text
  >`;
}
