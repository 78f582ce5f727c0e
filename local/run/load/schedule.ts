/** What is sent when: an open loop, which waits for no answer. */

export interface LoadPlan {
  readonly images: number;
  /** Images a second, on average. */
  readonly rate: number;
  /** Images that are sent at the same time. */
  readonly burst: number;
}

/** When an image is to be sent, in milliseconds after the start. */
export function dueAt(index: number, { rate, burst }: LoadPlan): number {
  return (Math.floor(index / burst) * burst * 1000) / rate;
}
