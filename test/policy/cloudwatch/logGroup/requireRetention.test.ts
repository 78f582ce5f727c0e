import { expect } from "chai";
import { requireRetention } from "../../../../policy/cloudwatch/logGroup/requireRetention";
import { complaints, named, UNKNOWN, withValue, without } from "../../../support/policy";
import { logGroup } from "./resource";

describe("policy cloudwatch/logGroup/requireRetention", () => {
  for (const days of [1, 30, 731, UNKNOWN]) {
    it(`accepts ${named(days)} days`, async () => {
      const mutant = withValue(logGroup, "retentionInDays", days);
      expect(await complaints(requireRetention, mutant)).to.deep.equal([]);
    });
  }

  for (const [title, mutant] of [
    ["for ever, which is 0", withValue(logGroup, "retentionInDays", 0)],
    ["longer than allowed", withValue(logGroup, "retentionInDays", 1096)],
    ["null", withValue(logGroup, "retentionInDays", null)],
    ["as text", withValue(logGroup, "retentionInDays", "30")],
    ["not at all", without(logGroup, "retentionInDays")],
  ] as const) {
    it(`refuses a retention set ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireRetention, mutant)).to.deep.equal([
        "Logs are kept for too long: set `retentionInDays` to 1 to 731 days.",
      ]);
    });
  }

  it("takes the maximum from the policy's config", async () => {
    expect(await complaints(requireRetention, logGroup, { maximum: 14 })).to.have.length(1);
    expect(await complaints(requireRetention, logGroup, { maximum: 30 })).to.deep.equal([]);
  });
});
