/** Shows on a terminal, or in a log, how a run comes along. */
import { performance } from "node:perf_hooks";
import { stripVTControlCharacters } from "node:util";
import type { RunProgress } from "./run";

interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** On a log, at most this many lines tell how far a count has come. */
const COUNT_LINES = 4;

const ESC = "\x1b[";

/** Plain lines with the time since the start; on a terminal in colour, with counts in place. */
export function showRunProgress(stream: ProgressStream): RunProgress {
  const started = performance.now();
  const onTerminal = stream.isTTY === true;
  const paint = (code: number, text: string) =>
    onTerminal ? `${ESC}${code}m${text}${ESC}0m` : text;
  const clock = () => `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`;
  const print = (text: string) => {
    stream.write(`${onTerminal ? `\r${ESC}2K` : ""}${text}\n`);
  };
  return {
    stage(name) {
      print(`${paint(2, clock())}  ${paint(1, name)}`);
    },
    line(source, text) {
      // A child process may have taken its own output for a terminal.
      print(`${paint(2, clock())}    ${paint(36, source)}  ${stripVTControlCharacters(text)}`);
    },
    count(done, total, unit) {
      const text = `${clock()}    ${done} of ${total} ${unit}`;
      if (onTerminal) {
        stream.write(`\r${ESC}2K${text}${done === total ? "\n" : ""}`);
      } else if (done === total || done % Math.ceil(total / COUNT_LINES) === 0) {
        print(text);
      }
    },
  };
}
