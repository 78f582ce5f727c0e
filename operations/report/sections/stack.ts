/** What watches over the stack, what it costs, and where it is. */
import type { DriftMeasure } from "../../../contract/monitoring";
import { driftOverWindows, stageBars } from "../charts";
import { figure, folded, part, table } from "../figure";
import { count } from "../format";
import { html, join, type Html } from "../markup";
import { goneOff, type AlarmResult, type Report } from "../report";

const NOTHING = html``;

export function drift({ drift: windows }: Report): Html {
  if (windows === undefined || windows.length === 0) {
    return NOTHING;
  }
  const drifted = windows.flatMap(({ measures }) => measures.filter((each) => each.drifted));
  const names = [...new Set(drifted.map(({ name }) => name))];
  const found = names.length === 0 ? "nothing has drifted" : `drifted: ${names.join(", ")}`;
  return figure(
    {
      ...{ id: "drift", title: "Drift" },
      text: `How near each measure of ${count(windows.length, "window")} is to its threshold; ${found}.`,
    },
    (description) => driftOverWindows(windows, description),
    html`Each measure against its threshold (100%), over ${count(windows.length, "window")}:
      <b class="${names.length === 0 ? "good" : "bad"}">${found}</b>.`,
    {
      head: ["measure", "window", "value", "threshold", "window's figure", "baseline", "result"],
      rows: windows.flatMap(({ from, to, measures }) =>
        measures.map((measure) => [
          ...[measure.name, `${from} to ${to}`],
          ...[withStatistic(measure), told(measure.threshold)],
          ...[told(measure.figure), told(measure.baseline), measure.drifted ? "drift" : "no drift"],
        ]),
      ),
    },
  );
}

function withStatistic({ value, statistic }: DriftMeasure): string {
  return value === null ? "too little to tell" : `${told(value)} (${statistic})`;
}

function told(value: number | null): string {
  return value === null ? "-" : String(Number(value.toPrecision(3)));
}

export function times({ seconds }: Report): Html {
  if (seconds === undefined) {
    return NOTHING;
  }
  const stages = Object.entries(seconds);
  return figure(
    {
      ...{ id: "times", title: "Time" },
      text: `Wall time of ${count(stages.length, "stage")}.`,
    },
    (description) => stageBars(seconds, description),
    html`Wall time by stage; what a colon leads to is part of the stage before it.`,
    { head: ["stage", "seconds"], rows: stages.map(([name, value]) => [name, value.toFixed(1)]) },
  );
}

/** Those that have gone off are shown, and the others to be opened. */
export function alarms({ alarms: results }: Report): Html {
  if (results === undefined || results.length === 0) {
    return NOTHING;
  }
  const { off, text } = goneOff(results);
  const quiet = results.filter(({ state }) => state !== "ALARM");
  return part(
    "alarms",
    "Alarms",
    html`${alarmTable(off, "Alarms that have gone off")}
    ${
      quiet.length === 0
        ? NOTHING
        : folded("Those that have not", alarmTable(quiet, "Alarms that have not gone off"))
    }`,
    text,
  );
}

function alarmTable(results: readonly AlarmResult[], name: string): Html {
  if (results.length === 0) {
    return NOTHING;
  }
  const head = ["alarm", "state", "condition", "values", "what it means"];
  const rows = results.map(({ name: alarm, state, condition, values, description, purpose }) => [
    ...[alarm, purpose === undefined ? STATES[state] : `${STATES[state]}, on purpose`, condition],
    values.map(told).join(", ") || "none",
    purpose === undefined ? description : `${description} This time: ${purpose}.`,
  ]);
  return table({ head, rows }, name);
}

const STATES: Readonly<Record<AlarmResult["state"], string>> = {
  ALARM: "alarm",
  OK: "no alarm",
  INSUFFICIENT_DATA: "nothing known",
};

export function policies({ policies: results }: Report): Html {
  if (results === undefined) {
    return NOTHING;
  }
  const of = (outcome: (typeof results)[number]["outcome"]) =>
    results.filter((result) => result.outcome === outcome).length;
  const remarkable = results
    .filter(({ outcome }) => outcome !== "kept")
    .map(({ policy, outcome, resource = "", note = "" }) => [
      ...[policy, outcome],
      [resource, note].filter(Boolean).join(". "),
    ]);
  const kept = results.filter(({ outcome }) => outcome === "kept").map(({ policy }) => [policy]);
  return part(
    "policies",
    "Policies",
    html`${
      remarkable.length === 0
        ? NOTHING
        : table(
            { head: ["policy", "result", "remark"], rows: remarkable },
            "Policies with a remark",
          )
    }
    ${
      kept.length === 0
        ? NOTHING
        : folded("Those that are kept", table({ head: ["policy"], rows: kept }, "Policies kept"))
    }`,
    `${String(of("kept"))} kept, ${String(of("noted"))} noted, ${String(of("excepted"))} excepted`,
  );
}

export function price({ price: estimate }: Report): Html {
  if (estimate === undefined) {
    return NOTHING;
  }
  // Of less than a cent, what there is of it.
  const dollars = (amount: number) =>
    `${amount > 0 && amount < 0.01 ? amount.toPrecision(2) : amount.toFixed(2)} ${estimate.currency}`;
  const { withoutPrice } = estimate;
  return part(
    "price",
    "Price",
    html`${table(
        {
          head: ["what", "price"],
          rows: [
            ...Object.entries(estimate.monthly).map(([name, amount]) => [
              `${name}, a month`,
              dollars(amount),
            ]),
            ["together, a month", dollars(estimate.monthlyTotal)],
            ["a thousand images, one by one", dollars(estimate.perThousandImages)],
            ["a thousand images, in batches", dollars(estimate.perThousandInBatches)],
            ["one training run, at most", dollars(estimate.trainingRunAtMost)],
          ],
        },
        "Price",
      )}
      <p class="caption">
        ${estimate.basis} Region ${estimate.region}.
        ${withoutPrice.length === 0 ? NOTHING : `Without a price: ${withoutPrice.join(", ")}.`}
      </p>`,
    "an estimate",
  );
}

export function places({ places: rows }: Report): Html {
  return part(
    "places",
    "Where it is",
    html`<dl>
      ${join(
        rows.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd><code>${value}</code></dd>`,
        ),
      )}
    </dl>`,
  );
}

export function absences({ absent }: Report): Html {
  return absent.length === 0
    ? NOTHING
    : part(
        "absent",
        "What is not here",
        html`<dl>
          ${join(
            absent.map(
              ({ what, why }) =>
                html`<dt>${what}</dt>
                  <dd>${why}</dd>`,
            ),
          )}
        </dl>`,
      );
}
