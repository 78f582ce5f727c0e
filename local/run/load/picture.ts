/** Latency over time as a picture: a point for each image, and what most stay below. */
import * as Plot from "@observablehq/plot";
import { percentile } from "../../../common/statistics";
import { BAD, draw, FAINT, GOOD, INK, SECOND } from "../../../operations/report/drawing";
import { PALETTE } from "../../../operations/report/style";
import { VERDICTS, type Sample, type Verdict } from "./measure";

const WIDTH = 900;
const HEIGHT = 360;

/** Slices of the time, of each of which the percentiles are drawn. */
const SLICES = 30;

const COLOURS: Readonly<Record<Verdict, string>> = { accepted: GOOD, review: SECOND, failed: BAD };

/** What a colour says, a shape says, too. */
const SHAPES = {
  accepted: { symbol: "circle", sign: "\u25cb" },
  review: { symbol: "triangle", sign: "\u25b3" },
  failed: { symbol: "times", sign: "\u00d7" },
} as const satisfies Record<Verdict, object>;

/** An SVG file. @param title what was measured */
export function latencyPicture(title: string, samples: readonly Sample[]): string {
  const longest = Math.max(1, ...samples.map(({ due }) => due));
  const slowest = Math.max(1, ...samples.map(({ latency }) => latency));
  const lines = slices(samples, longest);
  const description = {
    ...{ id: "latency", title },
    text: `A point for each of ${samples.length} images: when it was due, and how long its verdict took.`,
  };
  const { markup } = draw(description, {
    ...{ width: WIDTH, height: HEIGHT, marginTop: 60, marginLeft: 60, marginRight: 50 },
    x: { label: "seconds", domain: [0, longest / 1000], tickFormat: "~r" },
    y: {
      label: "milliseconds",
      labelAnchor: "center",
      domain: [0, slowest],
      nice: true,
      grid: true,
    },
    symbol: { domain: VERDICTS, range: VERDICTS.map((verdict) => SHAPES[verdict].symbol) },
    color: { domain: VERDICTS, range: VERDICTS.map((verdict) => COLOURS[verdict]) },
    marks: [
      Plot.ruleY([0], { stroke: FAINT }),
      Plot.dot(samples, {
        ...{ x: ({ due }: Sample) => due / 1000, y: "latency", r: 2.5, strokeOpacity: 0.6 },
        ...{ stroke: "verdict", symbol: "verdict" },
      }),
      ...(
        [
          ["half", 7],
          ["95%", -7],
        ] as const
      ).flatMap(([name, dy]) => [
        Plot.lineY(lines, {
          ...{ x: "seconds", y: name, stroke: INK, strokeWidth: 1.5 },
          ...(name === "half" ? {} : { strokeDasharray: "4 3" }),
        }),
        Plot.text(lines.slice(-1), {
          ...{
            x: "seconds",
            y: name,
            text: () => name,
            fill: INK,
            textAnchor: "start",
            dx: 18,
            dy,
          },
        }),
      ]),
      Plot.text([title], { frameAnchor: "top-left", dy: -52, dx: -50, fill: INK, fontSize: 15 }),
      ...VERDICTS.map((verdict, index) =>
        Plot.text([`${SHAPES[verdict].sign} ${verdict}`], {
          ...{ frameAnchor: "top-left", dy: -28, dx: index * 90 - 50, fill: COLOURS[verdict] },
        }),
      ),
    ],
  });
  const style = `<style>${PALETTE} :root { background: var(--paper); color: var(--ink); }</style>`;
  return `${markup.replace(/^<svg[^>]*>/, (opening) => `${standalone(opening)}${style}`)}\n`;
}

/** In a page an SVG needs no namespace; in a file of its own it does. */
function standalone(opening: string): string {
  return opening.includes("xmlns=")
    ? opening
    : opening.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}

function slices(samples: readonly Sample[], longest: number) {
  const width = longest / SLICES;
  const latencies = new Map<number, number[]>();
  for (const { due, latency } of samples) {
    const slice = Math.min(Math.floor(due / width), SLICES - 1);
    latencies.set(slice, [...(latencies.get(slice) ?? []), latency]);
  }
  return [...latencies]
    .sort(([one], [other]) => one - other)
    .map(([slice, values]) => ({
      seconds: ((slice + 0.5) * width) / 1000,
      half: percentile(values, 0.5),
      "95%": percentile(values, 0.95),
    }));
}
