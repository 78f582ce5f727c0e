import { expect } from "chai";
import { requireProtection } from "../../../../policy/kms/key/requireProtection";
import { complaints, judge } from "../../../support/policy";
import { key } from "./resource";

const open = { ...key, protect: false };
const inDev = { ...open, urn: open.urn.replace(":prod:", ":dev:") };

describe("policy kms/key/requireProtection", () => {
  it("accepts a protected key", async () => {
    expect(await complaints(requireProtection, key)).to.deep.equal([]);
  });

  it("refuses a key that goes with its stack, naming the option and the fix", async () => {
    expect(await complaints(requireProtection, open)).to.deep.equal([
      "The key can be deleted with the stack: set the resource option `protect` to true.",
    ]);
  });

  it("holds for production only, unless the policy's config says otherwise", async () => {
    const { notApplicable } = await judge(requireProtection, inDev);
    expect(notApplicable).to.equal(
      "It holds for the stacks prod*, prd*, live*, *-prod, *.prod, *_prod, *-prd, *-production, *-live, " +
        "!product-*, !non-*, !*-non-prod, !pre-*",
    );
    expect(await complaints(requireProtection, inDev, { stacks: ["dev"] })).to.have.length(1);
  });
});
