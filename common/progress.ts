/** How far a long step has come, for a person to watch. */
export interface ProgressTask {
  /** @param count units done since the last call */
  advance(count: number): void;
  /** Says that the step is complete, and anything worth knowing about it. */
  done(remark?: string): void;
}

export interface Progress {
  /**
   * @param name what is going on, a word
   * @param total units of work, if that is known
   * @param unit what is counted; `B` stands for bytes
   * @param already units done before, which say nothing about the speed
   */
  start(name: string, total: number | undefined, unit: string, already?: number): ProgressTask;
  /** A remark outside any step. */
  note(text: string): void;
}

/** The part of a terminal or file that progress is written to. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const BAR_WIDTH = 24;
/** Milliseconds between two updates: on a terminal, and of plain lines. */
const BAR_INTERVAL = 100;
const LINE_INTERVAL = 5_000;

/** Progress bars on a terminal, else plain lines: at most one in five seconds, and one at the end. */
export function showProgress(stream: ProgressStream): Progress {
  const onTerminal = stream.isTTY === true;
  return {
    start(name, total, unit, already = 0) {
      const begin = performance.now();
      const interval = onTerminal ? BAR_INTERVAL : LINE_INTERVAL;
      let count = already;
      let next = begin + interval;
      const rate = (now: number): number => ((count - already) / (now - begin)) * 1000;
      const print = (text: string, last: boolean): void => {
        stream.write(onTerminal ? `\r\x1b[2K${text}${last ? "\n" : ""}` : `${text}\n`);
      };
      return {
        advance(step) {
          count += step;
          const now = performance.now();
          if (now >= next) {
            next = now + interval;
            print(describe(name, count, total, unit, rate(now), onTerminal), false);
          }
        },
        done(remark) {
          const now = performance.now();
          print(
            `${name}: ${amount(count - already, unit)} in ${((now - begin) / 1000).toFixed(1)} s ` +
              `(${amount(rate(now), unit)}/s)` +
              (remark === undefined ? "" : `; ${remark}`),
            true,
          );
        },
      };
    },
    note(text) {
      stream.write(onTerminal ? `\r\x1b[2K${text}\n` : `${text}\n`);
    },
  };
}

/** For callers that have nobody watching. */
export const noProgress: Progress = {
  start: () => ({ advance: () => undefined, done: () => undefined }),
  note: () => undefined,
};

function describe(
  name: string,
  count: number,
  total: number | undefined,
  unit: string,
  rate: number,
  withBar: boolean,
): string {
  if (total === undefined || total === 0) {
    return `${name}: ${amount(count, unit)}, ${amount(rate, unit)}/s`;
  }
  const share = Math.min(count / total, 1);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = withBar ? `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}] ` : "";
  const left = Math.max(Math.round((total - count) / rate), 0);
  return (
    `${name}: ${bar}${(share * 100).toFixed(0)}% of ${amount(total, unit)}, ` +
    `${amount(rate, unit)}/s, ${duration(left)} left`
  );
}

function amount(count: number, unit: string): string {
  if (unit !== "B") {
    return `${Math.round(count)} ${unit}`;
  }
  const scale = count >= 1e9 ? 3 : count >= 1e6 ? 2 : count >= 1e3 ? 1 : 0;
  const digits = scale === 0 ? 0 : 1;
  return `${(count / 1000 ** scale).toFixed(digits)} ${["B", "kB", "MB", "GB"][scale] ?? ""}`;
}

function duration(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
