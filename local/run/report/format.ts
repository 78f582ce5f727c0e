/** How numbers are written, the same in every report. */
import type { Summary } from "../summary";

/** @param share 0 to 1 */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** A class's recall; a dash when none of its images was shown. */
export function recallOf({ recall }: Summary["classification"], name: string): string {
  const share = recall[name];
  return share === undefined ? "-" : percent(share);
}
