import { requireRetention } from "../../../../policy/sagemaker/capture/requireRetention";
import { subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { lifecycle } from "./resource";

const DAYS = "rules[0].expiration.days";
const COMPLAINT = `Captures are deleted too early: set \`${DAYS}\` to 30 at least.`;
const early = withValue(lifecycle, DAYS, 1);
const inBucket = (rule: object) =>
  subject("aws:s3/bucket:Bucket", { lifecycleRules: [{ prefix: "", ...rule }] });
const moved = (storageClass: string) =>
  withValue(without(lifecycle, "rules[0].expiration"), "rules[0].transitions", [
    { days: 1, storageClass },
  ]);
const filtered = (filter: unknown) => withValue(early, "rules[0].filter", filter);

describe("policy sagemaker/capture/requireRetention", () => {
  itDecides(requireRetention, {
    accepts: {
      "captures for a season": lifecycle,
      "captures for a season by a text": withValue(lifecycle, DAYS, "90"),
      "captures for ever": without(lifecycle, "rules[0].expiration"),
      "a rule that is off": withValue(early, "rules[0].status", "Disabled"),
      "a rule for something else": filtered({ prefix: "Project_2_Extended/other" }),
      "what only the update will know": withValue(lifecycle, DAYS, UNKNOWN),
      "a rule of a bucket's own that is off": inBucket({ enabled: false, expiration: { days: 1 } }),
      "captures that move to cheaper storage": moved("STANDARD_IA"),
    },
    refuses: {
      "captures for a day": [early, COMPLAINT],
      "captures for a day by a text": [withValue(lifecycle, DAYS, "1"), COMPLAINT],
      "a rule of a bucket's own, on by a text": [
        inBucket({ enabled: "true", expiration: { days: 1 } }),
        "Captures are deleted too early: set `lifecycleRules[0].expiration.days` to 30 at least.",
      ],
      "everything for a day": [filtered({}), COMPLAINT],
      "what is above the captures for a day": [filtered({ prefix: "Project_2" }), COMPLAINT],
      "what is below them for a day": [
        filtered({ prefix: "Project_2_Extended/data_capture/endpoint/AllTraffic" }),
        COMPLAINT,
      ],
      "a rule with more conditions": [
        filtered({ and: { prefix: "Project_2_Extended/", objectSizeGreaterThan: 1 } }),
        COMPLAINT,
      ],
      "a rule in the old form": [
        withValue(without(early, "rules[0].filter"), "rules[0].prefix", "Project_2_Extended/"),
        COMPLAINT,
      ],
      "a rule of a bucket's own": [
        inBucket({ enabled: true, expiration: { days: 1 } }),
        "Captures are deleted too early: set `lifecycleRules[0].expiration.days` to 30 at least.",
      ],
      "captures that have to be restored after a day": [
        moved("DEEP_ARCHIVE"),
        "Captures are archived too early: set `rules[0].transitions[0].days` to 30 at least.",
      ],
      "a day on which all go": [
        withValue(lifecycle, "rules[0].expiration", { date: "2026-12-01T00:00:00Z" }),
        `Captures are all deleted on one day: set \`${DAYS}\` instead of \`rules[0].expiration.date\`.`,
      ],
    },
  });

  describe("with days and a prefix of one's own", () => {
    itDecides(requireRetention, {
      config: { minimumDays: 1, prefix: "captures" },
      accepts: { "a day": early },
      refuses: {
        "less than that": [
          withValue(filtered({ prefix: "captures/" }), DAYS, 0),
          `Captures are deleted too early: set \`${DAYS}\` to 1 at least.`,
        ],
      },
    });
  });
});
