/** Latency over time as a picture: a point for each image, and what most stay below. */
import { percentile } from "../../../common/statistics";
import { html, join, type Html } from "../../../operations/report/markup";
import type { Sample, Verdict } from "./measure";

const WIDTH = 900;
const HEIGHT = 360;
const LEFT = 60;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 40;

/** Slices of the time, of each of which the percentiles are drawn. */
const SLICES = 30;

const COLOURS: Readonly<Record<Verdict, string>> = {
  accepted: "#2a7f62",
  review: "#c98a1b",
  failed: "#b3261e",
};

/** An SVG file. @param title what was measured */
export function latencyPicture(title: string, samples: readonly Sample[]): string {
  const longest = Math.max(1, ...samples.map(({ due }) => due));
  const slowest = niceAbove(Math.max(1, ...samples.map(({ latency }) => latency)));
  const x = (due: number) => LEFT + (due / longest) * (WIDTH - LEFT - RIGHT);
  const y = (latency: number) => HEIGHT - BOTTOM - (latency / slowest) * (HEIGHT - TOP - BOTTOM);
  const line = (share: number): string =>
    slices(samples, longest)
      .map(
        ({ middle, latencies }) =>
          `${x(middle).toFixed(1)},${y(percentile(latencies, share)).toFixed(1)}`,
      )
      .join(" ");
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}"
    font-family="sans-serif"
    font-size="12"
  >
    <title>${title}</title>
    <rect width="100%" height="100%" fill="white" />
    <text x="${String(LEFT)}" y="20">${title}</text>
    ${join(
      ticks.map(
        (tick) =>
          html`<line
              x1="${String(LEFT)}"
              x2="${String(WIDTH - RIGHT)}"
              y1="${y(tick * slowest).toFixed(1)}"
              y2="${y(tick * slowest).toFixed(1)}"
              stroke="#ddd"
            />
            <text
              x="${String(LEFT - 6)}"
              y="${(y(tick * slowest) + 4).toFixed(1)}"
              text-anchor="end"
              >${`${Math.round(tick * slowest)} ms`}</text
            >
            <text
              x="${x(tick * longest).toFixed(1)}"
              y="${String(HEIGHT - BOTTOM + 18)}"
              text-anchor="middle"
              >${`${((tick * longest) / 1000).toFixed(1)} s`}</text
            > `,
      ),
    )}${join(
      samples.map(
        ({ due, latency, verdict }) =>
          html`<circle
            cx="${x(due).toFixed(1)}"
            cy="${y(latency).toFixed(1)}"
            r="2"
            fill="${COLOURS[verdict]}"
            fill-opacity="0.5"
          /> `,
      ),
    )}
    <polyline points="${line(0.5)}" fill="none" stroke="black" stroke-width="1.5" />
    <polyline
      points="${line(0.95)}"
      fill="none"
      stroke="black"
      stroke-width="1.5"
      stroke-dasharray="4 3"
    />
    ${legend()}
  </svg> `.markup;
}

function legend(): Html {
  const entries = [
    ...Object.entries(COLOURS).map(([name, colour]) => ({ name, colour })),
    { name: "half of them (line), 95% (dashes)", colour: "black" },
  ];
  return join(
    entries.map(({ name, colour }, index) => {
      const left = LEFT + index * 90;
      return html`<circle
          cx="${String(left + 4)}"
          cy="${String(HEIGHT - 8)}"
          r="4"
          fill="${colour}"
        />
        <text x="${String(left + 12)}" y="${String(HEIGHT - 4)}">${name}</text> `;
    }),
  );
}

function slices(samples: readonly Sample[], longest: number) {
  const width = longest / SLICES;
  return Array.from({ length: SLICES }, (_, index) => ({
    middle: (index + 0.5) * width,
    latencies: samples
      .filter(({ due }) => Math.min(Math.floor(due / width), SLICES - 1) === index)
      .map(({ latency }) => latency),
  })).filter(({ latencies }) => latencies.length > 0);
}

/** The next 1, 2 or 5 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
