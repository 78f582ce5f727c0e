/** The summary of a run for a terminal. */
import type { DriftWindow } from "../../contract/monitoring";
import { percent } from "../../operations/report/format";
import { goneOff } from "../../operations/report/report";
import type { EndpointSummary, Summary } from "./summary";

/** The summary as lines of plain text. */
export function renderText(summary: Summary): string {
  const { archive, policies, dataset, training, endpoint, classification } = summary;
  const { accuracy, interval, verdicts, threshold, acceptedAccuracy } = classification;
  return [
    ...section("Dataset", [
      archive.isSample
        ? "generated sample in CIFAR-100's format; use --archive for the real images"
        : archive.source,
      ...table([
        ["", ...dataset.classes, "all"],
        ...Object.entries(dataset.perClass).map(([split, counts]) => [
          split,
          ...dataset.classes.map((name) => String(counts[name] ?? 0)),
          String(dataset.counts[split as keyof typeof dataset.counts]),
        ]),
      ]),
    ]),
    ...section("Training", [training.job, ...table(trainingTable(training.metrics))]),
    ...section(
      "Endpoint",
      endpoint === undefined
        ? ["switched off in the stack's config"]
        : [
            `${endpoint.name} is ${endpoint.status}: ${endpoint.variant}, ` +
              `${endpoint.instanceCount} x ${endpoint.instanceType}`,
          ],
    ),
    ...section("Held-out images, classified by the state machine", [
      `accuracy ${percent(accuracy)} (95% interval ${percent(interval.low)} to ` +
        `${percent(interval.high)}), ${classification.correct} of ${classification.images}`,
      ...table([
        ["true \\ predicted", ...dataset.classes, "recall"],
        ...dataset.classes.map((name, label) => [
          name,
          ...(classification.confusion[label] ?? []).map(String),
          recallOf(classification, name),
        ]),
      ]),
      `verdicts: ${verdicts.accepted} accepted` +
        (acceptedAccuracy === undefined ? "" : ` (${percent(acceptedAccuracy)} of them right)`) +
        `, ${verdicts.review} for review (below ${threshold ?? "the threshold"}), ` +
        `${verdicts.failed} failed`,
      `expected calibration error ${percent(classification.calibration.error)}`,
      ...Object.entries(classification.errors).map(([error, count]) => `  ${count} x ${error}`),
      ...table([
        ["milliseconds", "median", "95%"],
        ...Object.entries(classification.latency).map(([name, { p50, p95 }]) => [
          name,
          p50.toFixed(1),
          p95.toFixed(1),
        ]),
      ]),
    ]),
    ...(endpoint === undefined ? [] : section("Data capture", captureLines(endpoint))),
    ...section("People", peopleLines(summary.people)),
    ...(summary.drift.length === 0 ? [] : section("Drift", summary.drift.map(driftLine))),
    ...section("Alarms", alarmLines(summary.alarms)),
    ...section("Policies", [
      `${policies.asked}, kept by ${policies.resources} resources`,
      ...policies.results
        .filter(({ outcome }) => outcome === "excepted")
        .map(
          ({ policy, resource = "", note = "" }) => `excepted from ${policy}: ${resource}. ${note}`,
        ),
    ]),
    ...section("Wall time in seconds", [
      ...table([
        ...Object.entries(summary.seconds).map(([stage, seconds]) => [stage, seconds.toFixed(1)]),
      ]),
    ]),
  ].join("\n");
}

/** A class's recall; a dash when none of its images was shown. */
function recallOf({ recall }: Summary["classification"], name: string): string {
  const share = recall[name];
  return share === undefined ? "-" : percent(share);
}

function peopleLines({ review, replay }: Summary["people"]): string[] {
  return [
    review === undefined
      ? "nobody was asked to decide about a picture"
      : `reviewed ${review.key}: the model took it for ${review.label} ` +
        `(${percent(review.confidence)}), a person for ${review.decision}`,
    replay === undefined
      ? "nothing was replayed"
      : `replayed ${replay.key}, which had failed with ${replay.error}: ` +
        `${replay.classified} classified`,
  ];
}

function captureLines({ invocations, capture }: EndpointSummary): string[] {
  return [
    `${capture.percentage}% to ${capture.destination}`,
    `${capture.records} records in ${capture.files} files; ${invocations} invocations`,
    ...(capture.example === undefined ? [] : [`for example ${capture.example}`]),
  ];
}

function alarmLines(alarms: Summary["alarms"]): string[] {
  const { off, text } = goneOff(alarms);
  return [
    text,
    ...off.flatMap(({ name, condition, values, purpose }) => [
      `${name}: ${condition}, was ${values.join(", ")}`,
      ...(purpose === undefined ? [] : [`  on purpose: ${purpose}`]),
    ]),
  ];
}

/** What drifted in a window, and by how much of what it would take. */
function driftLine({ from, to, images, undecodable, measures }: DriftWindow): string {
  const drifted = measures.filter((each) => each.drifted).map(({ name }) => name);
  const judged = measures.filter(({ value }) => value !== null).length;
  const found =
    judged === 0
      ? "too few to judge"
      : `of ${judged} measures ${drifted.length === 0 ? "none has drifted" : `drifted: ${drifted.join(", ")}`}`;
  return `${from} to ${to}: ${images} pictures, ${undecodable} undecodable; ${found}`;
}

function trainingTable(metrics: Summary["training"]["metrics"]): string[][] {
  const names = Object.keys(metrics);
  const epochs = Math.max(0, ...names.map((name) => metrics[name]?.length ?? 0));
  return [
    ["epoch", ...names],
    ...Array.from({ length: epochs }, (_, epoch) => [
      String(epoch),
      ...names.map((name) => metrics[name]?.[epoch]?.toFixed(4) ?? ""),
    ]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", title, ...lines.map((line) => `  ${line}`)];
}

/** Aligns columns: the first to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}
