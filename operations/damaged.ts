/** What people are told of records that are damaged. */
import type { DamagedRecord } from "../common/recordError";
import { count } from "./report/format";
import { printable } from "./printable";

/** How many there are, and of each the key and what is wrong with it; no line where there is none. */
export function damagedLines(damaged: readonly DamagedRecord[]): readonly string[] {
  if (damaged.length === 0) {
    return [];
  }
  const lines = damaged.map(({ record, problem }) => printable(`${record}: ${problem}`));
  return [
    `${count(damaged.length, "record")} cannot be read (docs/operations.md says what to do):`,
    ...lines.sort().map((line) => `  ${line}`),
  ];
}
