/** What can go wrong on AWS, and does here when it is asked for. */
export const FAULTS = [
  "create-fails",
  "create-hangs",
  "update-rolls-back",
  "spot-interruption",
] as const;
export type Fault = (typeof FAULTS)[number];
