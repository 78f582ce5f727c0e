import { expect } from "chai";
import { enableCapture } from "../../../../policy/sagemaker/endpointConfiguration/enableCapture";
import { judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { endpointConfiguration } from "./resource";

describe("policy sagemaker/endpointConfiguration/enableCapture", () => {
  it("accepts an endpoint configuration that captures", async () => {
    // Act
    const verdict = await judge(enableCapture, endpointConfiguration);

    // Assess
    expect(verdict).to.deep.equal({
      violations: [],
      notes: [],
      notApplicable: undefined,
      silencedBy: undefined,
    });
  });

  for (const [title, mutant] of [
    ["switched off", withValue(endpointConfiguration, "dataCaptureConfig.enableCapture", false)],
    ["left to its default", without(endpointConfiguration, "dataCaptureConfig.enableCapture")],
    ["null", withValue(endpointConfiguration, "dataCaptureConfig.enableCapture", null)],
    ["not configured at all", without(endpointConfiguration, "dataCaptureConfig")],
    ["the text true", withValue(endpointConfiguration, "dataCaptureConfig.enableCapture", "true")],
  ] as const) {
    it(`refuses capture that is ${title}, naming the property and the fix`, async () => {
      // Act
      const { violations } = await judge(enableCapture, mutant);

      // Assess
      expect(violations).to.deep.equal([
        {
          message: "Data capture is off: set `dataCaptureConfig.enableCapture` to true.",
          urn: mutant.urn,
        },
      ]);
    });
  }

  for (const path of ["dataCaptureConfig", "dataCaptureConfig.enableCapture"]) {
    it(`leaves it to the update when ${path} is unknown in a preview`, async () => {
      // Act
      const verdict = await judge(enableCapture, withValue(endpointConfiguration, path, UNKNOWN));

      // Assess
      expect(verdict.violations).to.deep.equal([]);
      expect(verdict.silencedBy).to.equal(undefined);
    });
  }
});
