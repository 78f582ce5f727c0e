/** What people decided, and what they ran again. */
import { part, table } from "../figure";
import { percent } from "../format";
import { html, type Html } from "../markup";
import type { Report } from "../report";

export function people({ people: did }: Report): Html {
  const rows = [
    ...(did?.review === undefined
      ? []
      : [
          [
            ...["review", did.review.key],
            `taken for ${did.review.label} (${percent(did.review.confidence)})`,
            `decided: ${did.review.decision}`,
          ],
        ]),
    ...(did?.replay === undefined
      ? []
      : [
          [
            ...["replay", did.replay.key],
            `failed with ${did.replay.error}`,
            `${String(did.replay.classified)} classified`,
          ],
        ]),
  ];
  const title = "Reviewed and replayed";
  return rows.length === 0
    ? html``
    : part("people", title, table({ head: ["what", "picture", "before", "then"], rows }, title));
}
