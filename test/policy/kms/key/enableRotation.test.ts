import { expect } from "chai";
import { enableRotation } from "../../../../policy/kms/key/enableRotation";
import {
  complaints,
  judge,
  named,
  subject,
  UNKNOWN,
  withValue,
  without,
} from "../../../support/policy";
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
      "off for a key that says that it encrypts",
      withValue(withValue(key, "enableKeyRotation", false), "keyUsage", "ENCRYPT_DECRYPT"),
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

  for (const days of [90, 365, UNKNOWN]) {
    it(`accepts ${named(days)} as the days between rotations`, async () => {
      const rotated = withValue(key, "rotationPeriodInDays", days);
      expect(await complaints(enableRotation, rotated)).to.deep.equal([]);
    });
  }

  for (const days of [366, 2560, "90"]) {
    it(`refuses ${named(days)} as the days between rotations, naming the property and the fix`, async () => {
      const rotated = withValue(key, "rotationPeriodInDays", days);
      expect(await complaints(enableRotation, rotated)).to.deep.equal([
        "The key is rotated too rarely: set `rotationPeriodInDays` to 365 or less.",
      ]);
    });
  }

  it("says both of a key that is never rotated, and would be too rarely", async () => {
    const rotated = withValue(without(key, "enableKeyRotation"), "rotationPeriodInDays", 2560);
    expect(await complaints(enableRotation, rotated)).to.have.length(2);
  });

  const never = withValue(key, "enableKeyRotation", false);

  it("asks it of a primary key of many regions, whose replicas are rotated with it", async () => {
    expect(await complaints(enableRotation, withValue(never, "multiRegion", true))).to.have.length(
      1,
    );
  });

  it("asks it of a key whose store is left empty, which is the service's own", async () => {
    expect(
      await complaints(enableRotation, withValue(never, "customKeyStoreId", "")),
    ).to.have.length(1);
  });

  for (const [property, value] of [
    ["customerMasterKeySpec", "RSA_4096"],
    ["customerMasterKeySpec", "ECC_NIST_P256"],
    ["customerMasterKeySpec", "HMAC_256"],
    ["keyUsage", "SIGN_VERIFY"],
    ["keyUsage", "GENERATE_VERIFY_MAC"],
    ["keyUsage", "KEY_AGREEMENT"],
  ] as const) {
    it(`does not apply to keys with ${property} ${value}`, async () => {
      const { notApplicable } = await judge(enableRotation, withValue(never, property, value));
      expect(notApplicable).to.equal("The service rotates symmetric keys for encryption only");
    });
  }

  for (const store of ["cks-1a2b3c4d5e6f7a8b9", UNKNOWN]) {
    it(`does not apply to keys of a store of one's own, as ${named(store)}`, async () => {
      const { notApplicable } = await judge(
        enableRotation,
        withValue(never, "customKeyStoreId", store),
      );
      expect(notApplicable).to.equal("The service rotates no keys of a store that is not its own");
    });
  }

  for (const [title, type] of [
    ["replicas, which follow their primary key", "aws:kms/replicaKey:ReplicaKey"],
    ["keys with material from elsewhere", "aws:kms/externalKey:ExternalKey"],
    ["replicas of such keys", "aws:kms/replicaExternalKey:ReplicaExternalKey"],
  ] as const) {
    it(`does not apply to ${title}`, async () => {
      const { notApplicable } = await judge(enableRotation, subject(type, {}));
      expect(notApplicable).to.equal("It applies to aws:kms/key:Key");
    });
  }
});
