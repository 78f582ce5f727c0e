/** What a run under load has shown, for a person and for a program. */
import { percentile } from "../../../common/statistics";
import type { LoadResult, Verdict } from "./measure";
import type { LoadPlan } from "./schedule";

export interface LoadSummary {
  readonly plan: LoadPlan;
  readonly sent: number;
  readonly refused: LoadResult["refused"];
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly errors: LoadResult["errors"];
  readonly lost: number;
  readonly doubled: number;
  readonly imagesPerSecond: number;
  /** From when an image was due to when its record was seen, in milliseconds; null of none. */
  readonly latency: Readonly<Record<"p50" | "p95" | "p99" | "most", number | null>>;
  /** Longest time between two looks at the records: latencies are so much too long at most. */
  readonly resolution: number;
}

export function summarizeLoad(plan: LoadPlan, result: LoadResult): LoadSummary {
  const { samples, sent, refused, errors, lost, doubled, seconds, resolution } = result;
  const latencies = samples.map(({ latency }) => latency);
  const at = (share: number) =>
    latencies.length === 0 ? null : Math.round(percentile(latencies, share));
  const countOf = (wanted: Verdict) => samples.filter(({ verdict }) => verdict === wanted).length;
  return {
    plan,
    sent,
    refused,
    verdicts: {
      accepted: countOf("accepted"),
      review: countOf("review"),
      failed: countOf("failed"),
    },
    errors,
    lost: lost.length,
    doubled: doubled.length,
    imagesPerSecond: seconds === 0 ? 0 : samples.length / seconds,
    latency: { p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) },
    resolution: Math.round(resolution),
  };
}

/** Whether the workflow has kept its promise: every image that it took has one verdict. */
export function hasKeptPromise({ lost, doubled }: LoadSummary): boolean {
  return lost === 0 && doubled === 0;
}

export function renderLoad(summary: LoadSummary): string {
  const { plan, sent, refused, verdicts, errors, lost, doubled, latency, resolution } = summary;
  const names = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} x ${name}`)
      .join(", ") || "none";
  const milliseconds = (value: number | null) => (value === null ? "-" : `${value} ms`);
  const rows: readonly (readonly [string, string])[] = [
    ["sent", `${sent} of ${plan.images} images, ${plan.rate} a second, ${plan.burst} at once`],
    ["not taken by S3", names(refused)],
    ["images/s", summary.imagesPerSecond.toFixed(1)],
    ["p50", milliseconds(latency.p50)],
    ["p95", milliseconds(latency.p95)],
    ["p99", milliseconds(latency.p99)],
    ["slowest", `${milliseconds(latency.most)}; too long by ${resolution} ms at most`],
    ["accepted", String(verdicts.accepted)],
    ["review", String(verdicts.review)],
    ["failed", String(verdicts.failed)],
    ["errors", names(errors)],
    ["lost", String(lost)],
    ["doubled", String(doubled)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(16)}${value}`).join("\n");
}
