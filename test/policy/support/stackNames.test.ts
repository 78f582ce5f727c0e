import { expect } from "chai";
import { requireProtection } from "../../../policy/s3/bucket/requireProtection";
import { judge } from "../../support/policy";
import { bucket } from "../s3/bucket/resource";

describe("the stacks of production", () => {
  const judged = async (stack: string) => {
    const urn = bucket.urn.replace(":prod::", `:${stack}::`);
    return (await judge(requireProtection, { ...bucket, urn, protect: false })).violations.length;
  };

  for (const stack of [
    "prod",
    "production",
    "prod-eu",
    "Prod",
    "eu-prod",
    "live",
    "live-2",
    "prd",
    "acme.prod",
  ]) {
    it(`count ${stack} among them`, async () => {
      expect(await judged(stack)).to.equal(1);
    });
  }

  for (const stack of [
    ...["dev", "staging", "test", "reprod"],
    ...["non-prod", "eu-non-prod", "pre-prod", "product-dev", "!prod"],
  ]) {
    it(`do not count ${stack} among them`, async () => {
      expect(await judged(stack)).to.equal(0);
    });
  }
});
