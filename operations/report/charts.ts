/**
 * The report's charts as inline SVG, drawn by Observable Plot. Colours are the page's variables, so
 * that a chart is light or dark as the page is; whatever a colour says, a shape says, too.
 */
import * as Plot from "@observablehq/plot";
import { percentile, type Calibration } from "../../common/statistics";
import type { DriftWindow } from "../../contract/monitoring";
import { BAD, draw, FAINT, GOOD, HEIGHT, INK, SECOND, type Description } from "./drawing";
import { duration } from "./format";
import type { Html } from "./markup";

/** Points above this are told by their quantiles. */
const MOST_POINTS = 1500;
/** Slices of the time for that. */
const SLICES = 60;

/** A point of the traffic over time. */
export interface TrafficPoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly confidence: number;
  /** Unknown where nobody has told the truth. */
  readonly isRight: boolean | undefined;
}

/** What is known of a verdict; in this order they are stacked. */
const OUTCOMES = ["right", "wrong", "unknown"];

function outcome({ isRight }: Pick<TrafficPoint, "isRight">): string {
  return isRight === undefined ? "unknown" : isRight ? "right" : "wrong";
}

/** A line per metric over epochs; the vertical axis goes up to 1. */
export function trainingCurves(
  metrics: Readonly<Record<string, readonly number[]>>,
  description: Description,
): Html {
  const points = Object.entries(metrics).flatMap(([metric, values]) =>
    values.map((value, index) => ({ metric: metric.replace(/:.*/, ""), epoch: index + 1, value })),
  );
  const names = [...new Set(points.map(({ metric }) => metric))];
  const epochs = Math.max(1, ...points.map(({ epoch }) => epoch));
  const least = Math.floor(Math.min(0.9, ...points.map(({ value }) => value)) * 10) / 10;
  const axes = { x: "epoch", y: "value", z: "metric", stroke: "metric" } as const;
  const ends = points.filter((point, index) => points[index + 1]?.metric !== point.metric);
  const heights = ends.map(({ value }) => (1 - (value - least) / (1 - least)) * (HEIGHT - 56));
  const labels = apart(heights);
  return draw(description, {
    marginRight: 78,
    x: { label: "epoch", ticks: Math.max(1, Math.min(6, epochs - 1)), tickFormat: "d" },
    y: { label: "accuracy", domain: [least, 1], tickFormat: "%", grid: true },
    color: { domain: names, range: [SECOND, GOOD, BAD, INK] },
    symbol: { domain: names },
    marks: [
      Plot.lineY(points, { ...axes, strokeWidth: 2 }),
      Plot.dot(ends, { ...axes, symbol: "metric", r: 4 }),
      ...ends.map((end, index) =>
        Plot.text([end], {
          ...{ x: "epoch", y: "value", text: "metric", fill: INK, textAnchor: "start" },
          ...{ dx: 9, dy: (labels[index] ?? 0) - (heights[index] ?? 0) },
        }),
      ),
    ],
  });
}

/** How many images of each twentieth of confidence are right and wrong, the wrong on top. */
export function confidenceHistogram(
  values: readonly Pick<TrafficPoint, "confidence" | "isRight">[],
  threshold: number | undefined,
  description: Description,
): Html {
  return draw(description, {
    x: { domain: [0, 1], label: "probability of the class chosen", tickFormat: "%" },
    y: { label: "images", grid: true, ...countTicks(values.length) },
    color: { domain: OUTCOMES, range: [GOOD, BAD, SECOND] },
    marks: [
      Plot.rectY(
        values,
        Plot.binX<Plot.RectYOptions>(
          { y: "count" },
          {
            ...{ x: "confidence", z: outcome, fill: outcome, order: OUTCOMES, inset: 0.5 },
            thresholds: Array.from({ length: 21 }, (_, index) => index / 20),
          },
        ),
      ),
      Plot.ruleY([0], { stroke: FAINT }),
      ...thresholdX(threshold),
    ],
  });
}

/** Confidence against accuracy: on the diagonal, a confidence is the chance to be right. */
export function reliabilityDiagram({ bins }: Calibration, description: Description): Html {
  return draw(description, {
    x: { domain: [0, 1], label: "confidence", tickFormat: "%", grid: true },
    y: { domain: [0, 1], label: "accuracy", tickFormat: "%", grid: true },
    r: { range: [3, 9] },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: FAINT, strokeDasharray: "4 4" },
      ),
      Plot.link(bins, {
        ...{ x1: "confidence", x2: "confidence", stroke: SECOND, strokeWidth: 1.5 },
        y1: ({ interval }: Calibration["bins"][number]) => interval.low,
        y2: ({ interval }: Calibration["bins"][number]) => interval.high,
      }),
      Plot.dot(bins, {
        ...{ x: "confidence", y: "accuracy", r: "images" },
        ...{ fill: GOOD, stroke: "var(--card)", clip: false },
      }),
    ],
  });
}

/** Confidence of each image over time, against the threshold; of very many, their quantiles. */
export function confidenceOverTime(
  points: readonly TrafficPoint[],
  threshold: number | undefined,
  description: Description,
): Html {
  const first = Math.min(...points.map(({ at }) => at));
  const last = Math.max(...points.map(({ at }) => at));
  const isShort = !(last - first > SHORT_MILLISECONDS);
  const x = ({ at }: { readonly at: number }) => (isShort ? (at - first) / 1000 : new Date(at));
  return draw(description, {
    marginRight: 78,
    x: isShort
      ? { label: "seconds after the first", ticks: 6 }
      : { type: "utc", label: "time (UTC)", ticks: 5 },
    y: { domain: [0, 1], label: "confidence", tickFormat: "%", grid: true },
    color: { domain: OUTCOMES, range: [GOOD, BAD, SECOND] },
    symbol: { domain: OUTCOMES, range: ["circle", "times", "circle"] },
    marks: [
      ...(points.length > MOST_POINTS
        ? quantiles(points, first, last, x)
        : [Plot.dot(points, { x, y: "confidence", stroke: outcome, symbol: outcome, r: 2.5 })]),
      ...(threshold === undefined
        ? []
        : [
            Plot.ruleY([threshold], { stroke: INK, strokeDasharray: "4 3" }),
            Plot.text(["threshold"], {
              ...{ y: threshold, frameAnchor: "right", textAnchor: "start", dx: 6, fill: INK },
            }),
          ]),
    ],
  });
}

/** Times in which a run is told by seconds, and not by the clock. */
const SHORT_MILLISECONDS = 10 * 60 * 1000;

function quantiles(
  points: readonly TrafficPoint[],
  first: number,
  last: number,
  x: (point: { readonly at: number }) => number | Date,
): Plot.Markish[] {
  const width = Math.max(1, last - first) / SLICES;
  const slices = new Map<number, number[]>();
  for (const { at, confidence } of points) {
    const slice = Math.min(SLICES - 1, Math.floor((at - first) / width));
    slices.set(slice, [...(slices.get(slice) ?? []), confidence]);
  }
  const rows = [...slices]
    .sort(([one], [other]) => one - other)
    .map(([slice, values]) => ({
      at: first + (slice + 0.5) * width,
      low: percentile(values, 0.05),
      middle: percentile(values, 0.5),
      high: percentile(values, 0.95),
    }));
  return [
    Plot.areaY(rows, { x, y1: "low", y2: "high", fill: SECOND, fillOpacity: 0.3 }),
    Plot.lineY(rows, { x, y: "middle", stroke: SECOND, strokeWidth: 2 }),
  ];
}

/** How many executions took how long. */
export function latencyHistogram(milliseconds: readonly number[], description: Description): Html {
  const [half, most] = [percentile(milliseconds, 0.5), percentile(milliseconds, 0.95)];
  const marks = milliseconds.length === 0 ? [] : [half, most];
  const longest = milliseconds.reduce((longer, value) => Math.max(longer, value), 1);
  return draw(description, {
    x: { label: "milliseconds", domain: [0, longest], nice: true },
    y: { label: "executions", grid: true, ...countTicks(milliseconds.length) },
    marks: [
      Plot.rectY(
        milliseconds,
        Plot.binX<Plot.RectYOptions>(
          { y: "count" },
          { x: (value: number) => value, thresholds: 30, fill: SECOND, inset: 0.5 },
        ),
      ),
      Plot.ruleY([0], { stroke: FAINT }),
      Plot.ruleX(marks, { stroke: INK, strokeDasharray: "4 3" }),
      ...marks.map((value, index) =>
        Plot.text([`${index === 0 ? "half" : "95%"}: ${duration(value)}`], {
          ...{ x: value, frameAnchor: "top", dy: index * 15, ...beside(value / longest) },
          ...{ fill: INK, stroke: "var(--card)", strokeWidth: 4 },
        }),
      ),
    ],
  });
}

/** How near each measure of each window comes to its threshold, which is 1; above it is drift. */
export function driftOverWindows(windows: readonly DriftWindow[], description: Description): Html {
  const points = windows.flatMap(({ to, measures }) =>
    measures.flatMap(({ name, value, threshold, drifted }) =>
      value === null || threshold === null || threshold === 0
        ? []
        : [
            {
              ...{ at: new Date(to), name, share: Math.min(value / threshold, MOST_DRIFT) },
              kind: drifted ? "drift" : "no drift",
            },
          ],
    ),
  );
  const names = [...new Set(points.map(({ name }) => name))];
  const shares = { domain: [0, Math.max(1.25, ...points.map(({ share }) => share))] };
  const kinds = ["no drift", "drift"];
  const scales = {
    color: { domain: kinds, range: [GOOD, BAD] },
    symbol: { domain: kinds, range: ["circle", "times"] },
  } as const;
  const dot = { stroke: "kind", symbol: "kind", strokeWidth: 2 } as const;
  return windows.length === 1
    ? draw(description, {
        ...{ ...scales, marginLeft: 115, height: 60 + names.length * 20 },
        x: { label: "of its threshold", ...shares, tickFormat: "%", grid: true },
        y: { domain: names, label: null },
        marks: [
          Plot.ruleY(points, { y: "name", x1: 0, x2: "share", stroke: FAINT }),
          Plot.ruleX([1], { stroke: INK, strokeDasharray: "4 3" }),
          Plot.dot(points, { ...dot, x: "share", y: "name", r: 4 }),
        ],
      })
    : draw(description, {
        ...{ ...scales, marginRight: 100, height: 60 + names.length * 46 },
        x: { type: "utc", label: "end of the window (UTC)", ticks: 4 },
        y: { label: null, ...shares, ticks: [0, 1], tickFormat: "%" },
        fy: { domain: names, label: null },
        marks: [
          Plot.ruleY([1], { stroke: INK, strokeDasharray: "4 3" }),
          Plot.lineY(points, { x: "at", y: "share", fy: "name", stroke: FAINT }),
          Plot.dot(points, { ...dot, x: "at", y: "share", fy: "name", r: 3 }),
        ],
      });
}

/** What is further beyond its threshold is drawn at this many times of it. */
const MOST_DRIFT = 5;

/** A bar per stage. */
export function stageBars(
  seconds: Readonly<Record<string, number>>,
  description: Description,
): Html {
  const stages = Object.entries(seconds).map(([name, value]) => ({ name, value }));
  return draw(description, {
    height: 40 + stages.length * 24,
    marginLeft: 170,
    marginRight: 50,
    x: { label: "seconds", ticks: 4 },
    y: { domain: stages.map(({ name }) => name), label: null, tickSize: 0 },
    marks: [
      Plot.barX(stages, {
        ...{ x: "value", y: "name", insetTop: 2, insetBottom: 2 },
        fill: ({ name }: (typeof stages)[number]) => (name.includes(":") ? SECOND : GOOD),
      }),
      Plot.text(stages, {
        ...{ x: "value", y: "name", dx: 4, textAnchor: "start", fill: INK },
        text: ({ value }: (typeof stages)[number]) => `${value.toFixed(1)} s`,
      }),
    ],
  });
}

/** The threshold as a line across, with its name where there is room. */
function thresholdX(threshold: number | undefined): Plot.Markish[] {
  return threshold === undefined
    ? []
    : [
        Plot.ruleX([threshold], { stroke: INK, strokeDasharray: "4 3" }),
        Plot.text([`threshold ${String(threshold)}`], {
          ...{ x: threshold, frameAnchor: "top", textAnchor: "end", dx: -5, fill: INK },
          ...{ stroke: "var(--card)", strokeWidth: 4 },
        }),
      ];
}

/** Whole numbers, and an axis even where nothing is counted. */
function countTicks(images: number): Plot.ScaleOptions {
  return { tickFormat: "d", ticks: 4, ...(images === 0 ? { domain: [0, 1], ticks: [0, 1] } : {}) };
}

/** Where text goes beside a mark: to the side on which there is more room. @param place 0 to 1 */
function beside(place: number): { readonly textAnchor: "start" | "end"; readonly dx: number } {
  return place < 0.6 ? { textAnchor: "start", dx: 4 } : { textAnchor: "end", dx: -4 };
}

/** Moves labels that would cover each other apart. @param heights in units of the drawing */
function apart(heights: readonly number[]): readonly number[] {
  const placed: number[] = [];
  for (const height of heights) {
    let at = height;
    while (placed.some((other) => Math.abs(other - at) < 14)) {
      at += 1;
    }
    placed.push(at);
  }
  return placed;
}
