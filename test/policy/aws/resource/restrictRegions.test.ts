import { expect } from "chai";
import { restrictRegions } from "../../../../policy/aws/resource/restrictRegions";
import { complaints, judge, subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { endpoint } from "../../sagemaker/endpoint/resource";

const COMPLAINT =
  "The region is not approved: set `region` to one that the policy's config allows.";
const provider = subject("pulumi:providers:aws", { region: "us-east-1" });

describe("policy aws/resource/restrictRegions", () => {
  for (const each of [endpoint, provider]) {
    it(`accepts ${each.type} in an approved, an unknown or the usual region`, async () => {
      for (const mutant of [
        each,
        withValue(each, "region", "eu-west-1"),
        withValue(each, "region", UNKNOWN),
        withValue(each, "region", null),
        without(each, "region"),
      ]) {
        expect(await complaints(restrictRegions, mutant)).to.deep.equal([]);
      }
    });

    for (const region of ["mx-central-1", "", "US-EAST-1", 1]) {
      it(`refuses ${each.type} in ${JSON.stringify(region)}, naming the property`, async () => {
        const mutant = withValue(each, "region", region);
        expect(await complaints(restrictRegions, mutant)).to.deep.equal([COMPLAINT]);
      });
    }
  }

  it("takes the regions from the policy's config", async () => {
    const config = { allowed: ["eu-west-1"] };
    expect(await complaints(restrictRegions, endpoint, config)).to.deep.equal([COMPLAINT]);
  });

  it("does not apply to what is not of AWS", async () => {
    const command = subject("command:local:Command", { region: "nowhere" });
    const { notApplicable } = await judge(restrictRegions, command);
    expect(notApplicable).to.equal("It applies to aws:* and what provides it");
  });
});
