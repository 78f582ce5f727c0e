import type { CloudWatch } from "./service";

/** Takes what is measured, and tells of alarms. */
export type Watch = Pick<CloudWatch, "publish" | "stateOf">;

/** Measures nothing, and no alarm goes off. */
export const NOBODY_WATCHES: Watch = {
  publish: () => undefined,
  stateOf: () => "OK",
};
