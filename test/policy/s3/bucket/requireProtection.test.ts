import { expect } from "chai";
import { requireProtection } from "../../../../policy/s3/bucket/requireProtection";
import { complaints, judge, named, UNKNOWN, withValue } from "../../../support/policy";
import { bucket } from "./resource";

const open = { ...bucket, protect: false };
const inDev = { ...open, urn: open.urn.replace(":prod:", ":dev:") };

describe("policy s3/bucket/requireProtection", () => {
  for (const force of [false, null, UNKNOWN, "true"]) {
    it(`accepts a protected bucket with forceDestroy ${named(force)}`, async () => {
      const mutant = withValue(bucket, "forceDestroy", force);
      expect(await complaints(requireProtection, mutant)).to.deep.equal([]);
    });
  }

  it("refuses a bucket that goes with its stack, naming the option and the fix", async () => {
    expect(await complaints(requireProtection, open)).to.deep.equal([
      "The bucket can be deleted with the stack: set the resource option `protect` to true.",
    ]);
  });

  it("refuses a bucket that gives up its objects, naming the property and the fix", async () => {
    expect(
      await complaints(requireProtection, withValue(bucket, "forceDestroy", true)),
    ).to.deep.equal([
      "Objects are deleted with the bucket: leave out `forceDestroy`, or set it to false.",
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
