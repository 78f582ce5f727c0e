import { expect } from "chai";
import { requireCapturedEndpoint } from "../../../../policy/sagemaker/stack/requireCapturedEndpoint";
import { judgeStack, subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { endpointConfiguration } from "../endpointConfiguration/resource";

const bucket = subject("aws:s3/bucket:Bucket", {});
const off = withValue(endpointConfiguration, "dataCaptureConfig.enableCapture", false);

describe("policy sagemaker/stack/requireCapturedEndpoint", () => {
  it("accepts a stack with one captured endpoint configuration among others", async () => {
    const { violations } = await judgeStack(requireCapturedEndpoint, [
      bucket,
      off,
      endpointConfiguration,
    ]);
    expect(violations).to.deep.equal([]);
  });

  for (const [title, resources] of [
    ["nothing in it", []],
    ["no endpoint configuration", [bucket]],
    ["capture switched off", [bucket, off]],
    ["capture not configured", [without(endpointConfiguration, "dataCaptureConfig")]],
    ["a look-alike of another type", [{ ...endpointConfiguration, type: "my:hosting:Endpoint" }]],
  ] as const) {
    it(`refuses a stack with ${title}, as a whole`, async () => {
      // Act
      const { violations } = await judgeStack(requireCapturedEndpoint, resources);

      // Assess
      expect(violations).to.deep.equal([
        {
          message:
            "No endpoint configuration captures its traffic: add one with " +
            "`dataCaptureConfig.enableCapture` true.",
          urn: undefined,
        },
      ]);
    });
  }

  it("counts capture that is unknown in a preview as captured", async () => {
    const unknown = withValue(endpointConfiguration, "dataCaptureConfig", UNKNOWN);
    const { violations, silencedBy } = await judgeStack(requireCapturedEndpoint, [unknown]);
    expect({ violations, silencedBy }).to.deep.equal({ violations: [], silencedBy: undefined });
  });
});
