/** How numbers are written, the same in every report. */

/** @param share 0 to 1 */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** @param milliseconds of a time that something took */
export function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${String(value)} ${value === 1 ? one : many}`;
}
