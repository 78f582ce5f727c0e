import { expect } from "chai";
import { requireFullSampling } from "../../../../policy/sagemaker/endpointConfiguration/requireFullSampling";
import { judge, remediate, UNKNOWN, withValue, without } from "../../../support/policy";
import { endpointConfiguration } from "./resource";

const SAMPLING = "dataCaptureConfig.initialSamplingPercentage";

describe("policy sagemaker/endpointConfiguration/requireFullSampling", () => {
  it("accepts exactly 100 percent", async () => {
    expect((await judge(requireFullSampling, endpointConfiguration)).violations).to.deep.equal([]);
  });

  for (const value of [99, 0, 101, 99.9, "100", null]) {
    it(`refuses ${JSON.stringify(value)} percent, naming the property and the fix`, async () => {
      // Act
      const mutant = withValue(endpointConfiguration, SAMPLING, value);
      const { violations } = await judge(requireFullSampling, mutant);

      // Assess
      expect(violations.map(({ message }) => message)).to.deep.equal([
        `The required share of requests is not captured: set \`${SAMPLING}\` to 100.`,
      ]);
    });
  }

  it("refuses a percentage that is not set", async () => {
    const mutant = without(endpointConfiguration, SAMPLING);
    expect((await judge(requireFullSampling, mutant)).violations).to.have.length(1);
  });

  it("leaves an unknown percentage to the update", async () => {
    const mutant = withValue(endpointConfiguration, SAMPLING, UNKNOWN);
    const { violations, silencedBy } = await judge(requireFullSampling, mutant);
    expect({ violations, silencedBy }).to.deep.equal({ violations: [], silencedBy: undefined });
  });

  it("leaves a configuration without capture to the rule that requires it", async () => {
    const mutant = without(endpointConfiguration, "dataCaptureConfig");
    const { violations, notApplicable } = await judge(requireFullSampling, mutant);
    expect(violations).to.deep.equal([]);
    expect(notApplicable).to.equal("No data capture is configured");
  });

  it("takes the percentage from the policy's config", async () => {
    // Prepare
    const config = { percentage: 50 };

    // Act
    const full = await judge(requireFullSampling, endpointConfiguration, config);
    const half = await judge(
      requireFullSampling,
      withValue(endpointConfiguration, SAMPLING, 50),
      config,
    );

    // Assess
    expect(full.violations).to.have.length(1);
    expect(half.violations).to.deep.equal([]);
  });

  describe("that may mend", () => {
    it("sets the percentage, and leaves all else as it is, known or not", async () => {
      // Prepare
      const mutant = withValue(
        withValue(endpointConfiguration, SAMPLING, 99),
        "dataCaptureConfig.destinationS3Uri",
        UNKNOWN,
      );

      // Act
      const mended = await remediate(requireFullSampling, mutant, { percentage: 50 });

      // Assess
      expect(mended).to.deep.equal(withValue(mutant, SAMPLING, 50).props);
    });

    it("sets the percentage where there is none", async () => {
      const mended = await remediate(requireFullSampling, without(endpointConfiguration, SAMPLING));
      expect(mended).to.deep.equal(endpointConfiguration.props);
    });

    for (const [title, mutant] of [
      ["what is right", endpointConfiguration],
      ["what is unknown", withValue(endpointConfiguration, SAMPLING, UNKNOWN)],
      ["an unknown block", withValue(endpointConfiguration, "dataCaptureConfig", UNKNOWN)],
      ["a block of another type", withValue(endpointConfiguration, "dataCaptureConfig", "on")],
      ["a configuration without capture", without(endpointConfiguration, "dataCaptureConfig")],
    ] as const) {
      it(`does not touch ${title}`, async () => {
        expect(await remediate(requireFullSampling, mutant)).to.equal(undefined);
      });
    }
  });
});
