import { expect } from "chai";
import { requireCapturePrefix } from "../../../../policy/sagemaker/endpointConfiguration/requireCapturePrefix";
import { judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { endpointConfiguration } from "./resource";

const DESTINATION = "dataCaptureConfig.destinationS3Uri";

function judgeDestination(uri: unknown, config = {}) {
  return judge(requireCapturePrefix, withValue(endpointConfiguration, DESTINATION, uri), config);
}

describe("policy sagemaker/endpointConfiguration/requireCapturePrefix", () => {
  for (const uri of [
    "s3://inference/Project_2_Extended/data_capture",
    "s3://inference/Project_2_Extended/data_capture/",
    "s3://other/Project_2_Extended/data_capture/blue",
  ]) {
    it(`accepts ${uri}`, async () => {
      expect((await judgeDestination(uri)).violations).to.deep.equal([]);
    });
  }

  for (const uri of [
    "s3://inference",
    "s3://inference/",
    "s3://inference/data_capture",
    "s3://inference/Project_2_Extended/data_capture_old",
    "s3://inference/project_2_extended/data_capture",
    "s3://inference/archive/Project_2_Extended/data_capture",
    "s3:///Project_2_Extended/data_capture",
    "https://example.com/s3://inference/Project_2_Extended/data_capture",
    "https://inference/Project_2_Extended/data_capture",
    "",
    null,
  ]) {
    it(`refuses ${JSON.stringify(uri)}, naming the property and the fix`, async () => {
      // Act
      const { violations } = await judgeDestination(uri);

      // Assess
      expect(violations.map(({ message }) => message)).to.deep.equal([
        `Captured data does not go to the approved place: set \`${DESTINATION}\` to ` +
          "`s3://<bucket>/Project_2_Extended/data_capture`.",
      ]);
    });
  }

  it("refuses a destination that is not set", async () => {
    const mutant = without(endpointConfiguration, DESTINATION);
    expect((await judge(requireCapturePrefix, mutant)).violations).to.have.length(1);
  });

  it("leaves a bucket that is not made yet, and so an unknown destination, to the update", async () => {
    const { violations, silencedBy } = await judgeDestination(UNKNOWN);
    expect({ violations, silencedBy }).to.deep.equal({ violations: [], silencedBy: undefined });
  });

  it("leaves a configuration without capture to the rule that requires it", async () => {
    const mutant = without(endpointConfiguration, "dataCaptureConfig");
    const { notApplicable } = await judge(requireCapturePrefix, mutant);
    expect(notApplicable).to.equal("No data capture is configured");
  });

  it("takes the prefix from the policy's config, literally", async () => {
    const config = { prefix: "a.b" };
    expect((await judgeDestination("s3://inference/a.b/c", config)).violations).to.deep.equal([]);
    expect((await judgeDestination("s3://inference/axb", config)).violations).to.have.length(1);
  });
});
