import { expect } from "chai";
import { requireRollbackAlarms } from "../../../../policy/sagemaker/endpoint/requireRollbackAlarms";
import { complaints, judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { endpoint } from "./resource";

const ALARMS = "deploymentConfig.autoRollbackConfiguration.alarms";
const inDev = {
  ...without(endpoint, "deploymentConfig"),
  urn: endpoint.urn.replace(":prod:", ":dev:"),
};

describe("policy sagemaker/endpoint/requireRollbackAlarms", () => {
  it("accepts an endpoint with an alarm", async () => {
    expect(await complaints(requireRollbackAlarms, endpoint)).to.deep.equal([]);
  });

  for (const [title, mutant] of [
    ["none", withValue(endpoint, ALARMS, [])],
    ["null", withValue(endpoint, ALARMS, null)],
    ["not a list", withValue(endpoint, ALARMS, "hosting-errors")],
    ["not set", without(endpoint, ALARMS)],
    ["without a name", withValue(endpoint, ALARMS, [{}, { alarmName: "" }, { alarmName: 1 }])],
    ["not configured", without(endpoint, "deploymentConfig.autoRollbackConfiguration")],
    ["not deployed with", without(endpoint, "deploymentConfig")],
  ] as const) {
    it(`refuses alarms that are ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireRollbackAlarms, mutant)).to.deep.equal([
        `No alarm takes a bad update back: name at least one in \`${ALARMS}\`.`,
      ]);
    });
  }

  for (const path of ["deploymentConfig", ALARMS, `${ALARMS}[0]`, `${ALARMS}[0].alarmName`]) {
    it(`leaves an unknown ${path} to the update`, async () => {
      const mutant = withValue(endpoint, path, UNKNOWN);
      expect(await complaints(requireRollbackAlarms, mutant)).to.deep.equal([]);
    });
  }

  it("holds for production only, unless the policy's config says otherwise", async () => {
    const { notApplicable } = await judge(requireRollbackAlarms, inDev);
    expect(notApplicable).to.equal(
      "It holds for the stacks prod*, prd*, live*, *-prod, *.prod, *_prod, *-prd, *-production, *-live, " +
        "!product-*, !non-*, !*-non-prod, !pre-*",
    );
    const stacks = ["prod", "dev"];
    expect(await complaints(requireRollbackAlarms, inDev, { stacks })).to.have.length(1);
  });
});
