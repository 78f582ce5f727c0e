/** What a report is made of: plain data, whoever has gathered it. */
import type { Calibration } from "../../common/statistics";
import type { DatasetSummary } from "../../contract/dataset";
import type { DriftWindow } from "../../contract/monitoring";
import type { PriceEstimate } from "../../contract/price";

/** A report on a stack. What is not there is absent, and told among {@link Report.absent}. */
export interface Report {
  readonly project: string;
  readonly stack: string;
  /** What a reader must know before anything else, in sentences. */
  readonly notes: readonly string[];
  readonly tiles: readonly Tile[];
  readonly dataset?: {
    readonly summary: DatasetSummary;
    /** Some pictures of each class. */
    readonly sheet: readonly SheetPicture[];
  };
  readonly confusion?: Confusion;
  readonly calibration?: Calibration;
  readonly training?: {
    readonly job: string;
    /** Values of each metric, epoch by epoch. */
    readonly metrics: Readonly<Record<string, readonly number[]>>;
  };
  readonly traffic: Traffic;
  readonly machine?: Machine;
  readonly people?: People;
  /** In the order of time. */
  readonly drift?: readonly DriftWindow[];
  readonly alarms?: readonly AlarmResult[];
  readonly policies?: readonly PolicyResult[];
  readonly price?: PriceEstimate;
  /** Wall time by stage, in the order in which they ran. */
  readonly seconds?: Readonly<Record<string, number>>;
  /** Where things are. */
  readonly places: readonly (readonly [name: string, value: string])[];
  /** What this report has not, and why. */
  readonly absent: readonly { readonly what: string; readonly why: string }[];
}

export interface Tile {
  readonly value: string;
  readonly name: string;
  readonly remark: string;
}

/** Pictures of each class on the contact sheet. */
export const SHEET_PICTURES = 16;

export interface SheetPicture {
  readonly className: string;
  readonly png: Buffer;
}

/** Images by true class (row) and predicted class (column). */
export interface Confusion {
  /** In the order of rows and columns. */
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
  /** Share of each class's images that were recognised; only of classes that were shown. */
  readonly recall: Readonly<Record<string, number>>;
}

/** What was classified. */
export interface Traffic {
  readonly images: readonly ClassifiedImage[];
  /** Below it a person decides. */
  readonly threshold: number | undefined;
  /** Milliseconds of each execution, and of each call of what is in it. */
  readonly latency: Readonly<Record<string, readonly number[]>>;
}

/** An image and what became of it. */
export interface ClassifiedImage {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As the model was shown it. */
  readonly png?: Buffer;
  /** The class that it really is of, where that is known. */
  readonly truth?: string;
  readonly ending:
    | {
        readonly verdict: "accepted" | "review";
        readonly label: string;
        readonly confidence: number;
        /** Probability by class name. */
        readonly scores: Readonly<Record<string, number>>;
      }
    | { readonly verdict: "failed"; readonly error: string };
}

/** The state machine, and which way its executions took. */
export interface Machine {
  /** In Amazon States Language. */
  readonly definition: string;
  readonly paths: readonly MachinePath[];
}

export interface MachinePath {
  /** In the order in which they were entered. */
  readonly states: readonly string[];
  readonly executions: number;
}

/** What people did, for an example. */
export interface People {
  /** A doubtful picture on which somebody has decided. */
  readonly review?: {
    readonly key: string;
    readonly label: string;
    readonly confidence: number;
    readonly decision: string;
  };
  /** A failure that was classified afterwards. */
  readonly replay?: { readonly key: string; readonly error: string; readonly classified: number };
}

/** An alarm as it stands. */
export interface AlarmResult {
  readonly name: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  /** What it means when it goes off. */
  readonly description: string;
  /** What it watches, with its threshold. */
  readonly condition: string;
  /** The values that it was last judged by; none if there were none. */
  readonly values: readonly number[];
  /** What set it off on purpose, as a sentence without its full stop; absent if nothing did. */
  readonly purpose?: string;
}

/** What a policy said about the stack, or about one resource of it. */
export interface PolicyResult {
  readonly policy: string;
  readonly outcome: "kept" | "noted" | "excepted";
  /** Type and name of what is noted or excepted. */
  readonly resource?: string;
  /** What is against it, and until when and why it is excepted. */
  readonly note?: string;
}

/** How often each way was taken, the most frequent first. @param ways states as they were entered */
export function pathsOf(ways: readonly (readonly string[])[]): readonly MachinePath[] {
  const paths = new Map<string, MachinePath>();
  for (const states of ways) {
    const way = states.join(" ");
    paths.set(way, { states, executions: (paths.get(way)?.executions ?? 0) + 1 });
  }
  return [...paths.values()].sort((one, other) => other.executions - one.executions);
}

/** Alarms that have gone off, those that nobody wanted first, and how many, in words. */
export function goneOff(alarms: readonly AlarmResult[]): {
  readonly off: readonly AlarmResult[];
  readonly text: string;
} {
  const all = alarms.filter(({ state }) => state === "ALARM");
  const wanted = all.filter(({ purpose }) => purpose !== undefined);
  const off = [...all.filter((alarm) => !wanted.includes(alarm)), ...wanted];
  const some = off.length === 0 ? "none" : String(off.length);
  const them = wanted.length === off.length ? "" : `${String(wanted.length)} of them `;
  return {
    off,
    text:
      `${some} of ${String(alarms.length)} ${off.length > 1 ? "have" : "has"} gone off` +
      (wanted.length === 0 ? "" : `, ${them}on purpose`),
  };
}
