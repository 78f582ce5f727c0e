import { expect } from "chai";
import { enableRotation } from "../../../../policy/kms/key/enableRotation";
import { complaints, judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { key } from "./resource";

describe("policy kms/key/enableRotation", () => {
  it("accepts a key that is rotated, or may be", async () => {
    expect(await complaints(enableRotation, key)).to.deep.equal([]);
    const unknown = withValue(key, "enableKeyRotation", UNKNOWN);
    expect(await complaints(enableRotation, unknown)).to.deep.equal([]);
  });

  for (const [title, mutant] of [
    ["off", withValue(key, "enableKeyRotation", false)],
    ["null", withValue(key, "enableKeyRotation", null)],
    ["text", withValue(key, "enableKeyRotation", "true")],
    ["not set", without(key, "enableKeyRotation")],
    [
      "off for a key that may be of any kind",
      withValue(withValue(key, "enableKeyRotation", false), "keyUsage", UNKNOWN),
    ],
    [
      "off for a symmetric key that says so",
      withValue(
        withValue(key, "enableKeyRotation", false),
        "customerMasterKeySpec",
        "SYMMETRIC_DEFAULT",
      ),
    ],
  ] as const) {
    it(`refuses rotation that is ${title}, naming the property and the fix`, async () => {
      expect(await complaints(enableRotation, mutant)).to.deep.equal([
        "The key is never rotated: set `enableKeyRotation` to true.",
      ]);
    });
  }

  for (const [property, value] of [
    ["customerMasterKeySpec", "RSA_4096"],
    ["keyUsage", "SIGN_VERIFY"],
  ] as const) {
    it(`does not apply to keys with ${property} ${value}`, async () => {
      const { notApplicable } = await judge(enableRotation, withValue(key, property, value));
      expect(notApplicable).to.equal("The service rotates symmetric keys for encryption only");
    });
  }
});
