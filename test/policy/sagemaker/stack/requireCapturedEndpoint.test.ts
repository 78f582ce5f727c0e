import { expect } from "chai";
import { requireCapturedEndpoint } from "../../../../policy/sagemaker/stack/requireCapturedEndpoint";
import {
  complaints,
  complaintsAsAsked,
  judgeStack,
  subject,
  UNKNOWN,
  withValue,
  without,
} from "../../../support/policy";
import { endpoint } from "../endpoint/resource";
import { endpointConfiguration } from "../endpointConfiguration/resource";

const UNRESOLVED =
  "Nobody can tell what the endpoint captures: set `endpointConfigName` to the name of an endpoint " +
  "configuration of the stack.";
const OFF =
  "The endpoint's traffic is not captured: set `dataCaptureConfig.enableCapture` of its endpoint " +
  "configuration to true.";

const bucket = subject("aws:s3/bucket:Bucket", {});
const off = withValue(endpointConfiguration, "dataCaptureConfig.enableCapture", false);
const unnamed = without(endpointConfiguration, "name");
const made = (from: typeof endpoint) => ({
  ...withValue(endpoint, "endpointConfigName", UNKNOWN),
  propertyDependencies: { endpointConfigName: [from] },
});

describe("policy sagemaker/stack/requireCapturedEndpoint", () => {
  for (const [title, stack] of [
    ["an endpoint with a configuration that captures", [bucket, endpoint, endpointConfiguration]],
    ["an endpoint made from a configuration without a name yet", [made(unnamed), unnamed]],
    [
      "an endpoint beside a configuration that nobody uses",
      [endpoint, endpointConfiguration, { ...withValue(off, "name", "b"), urn: `${off.urn}-2` }],
    ],
    [
      "capture that only the update will know",
      [endpoint, withValue(endpointConfiguration, "dataCaptureConfig", UNKNOWN)],
    ],
  ] as const) {
    it(`accepts ${title}`, async () => {
      expect(await complaints(requireCapturedEndpoint, stack)).to.deep.equal([]);
    });
  }

  for (const [title, stack] of [
    ["nothing in it", []],
    ["data only", [bucket]],
    ["a configuration without an endpoint", [endpointConfiguration]],
  ] as const) {
    it(`has nothing against a stack with ${title}`, async () => {
      const { violations, notApplicable } = await judgeStack(requireCapturedEndpoint, stack);
      expect(violations).to.deep.equal([]);
      expect(notApplicable).to.equal("It applies to aws:sagemaker/endpoint:Endpoint");
    });
  }

  const second = {
    ...withValue(endpoint, "endpointConfigName", "elsewhere"),
    urn: `${endpoint.urn}-2`,
  };
  for (const [title, stack, complaint] of [
    ["with capture switched off", [endpoint, off], OFF],
    [
      "with capture not configured",
      [endpoint, without(endpointConfiguration, "dataCaptureConfig")],
      OFF,
    ],
    [
      "that names a configuration by a plain text",
      [withValue(endpoint, "endpointConfigName", "elsewhere"), endpointConfiguration],
      UNRESOLVED,
    ],
    [
      "that names none",
      [without(endpoint, "endpointConfigName"), endpointConfiguration],
      UNRESOLVED,
    ],
    ["that is the second", [endpoint, endpointConfiguration, second], UNRESOLVED],
    ["made from something else", [made(bucket), bucket, unnamed], UNRESOLVED],
    [
      "with a look-alike of another type",
      [endpoint, { ...endpointConfiguration, type: "my:hosting:Configuration" }],
      UNRESOLVED,
    ],
  ] as const) {
    it(`refuses an endpoint ${title}, and blames the endpoint`, async () => {
      const { violations } = await judgeStack(requireCapturedEndpoint, stack);
      expect(violations.map(({ message }) => message)).to.deep.equal([complaint]);
      expect(violations[0]?.urn).to.contain(endpoint.urn);
    });
  }

  const CAPTURE = "dataCaptureConfig";
  const requestsOnly = withValue(endpointConfiguration, `${CAPTURE}.captureOptions`, [
    { captureMode: "Input" },
  ]);
  const nowhere = without(endpointConfiguration, `${CAPTURE}.destinationS3Uri`);
  const onePercent = withValue(endpointConfiguration, `${CAPTURE}.initialSamplingPercentage`, 1);
  const READ =
    "The endpoint's configuration is only read, and does not capture as it must: make one in the " +
    "stack, and ";
  const SAMPLE = `${READ}set its \`dataCaptureConfig.initialSamplingPercentage\` to 100.`;
  const faulty = [
    ["samples 1%", onePercent, SAMPLE],
    [
      "does not say what it samples",
      without(endpointConfiguration, `${CAPTURE}.initialSamplingPercentage`),
      SAMPLE,
    ],
    [
      "records requests only",
      requestsOnly,
      `${READ}add an entry with \`captureMode\` Output to its \`dataCaptureConfig.captureOptions\`.`,
    ],
    [
      "captures to no approved place",
      nowhere,
      `${READ}set its \`dataCaptureConfig.destinationS3Uri\` to ` +
        "`s3://<bucket>/Project_2_Extended/data_capture`.",
    ],
  ] as const;

  for (const [title, configuration, complaint] of faulty) {
    it(`refuses an endpoint with a configuration that is only read, and ${title}`, async () => {
      const said = await complaintsAsAsked(
        requireCapturedEndpoint,
        [endpoint],
        [endpoint, configuration],
      );
      expect(said).to.deep.equal([complaint]);
    });

    it(`leaves a configuration of the program's own that ${title} to its own policies`, async () => {
      const stack = [endpoint, configuration];
      expect(await complaintsAsAsked(requireCapturedEndpoint, stack)).to.deep.equal([]);
    });
  }

  it("says of a configuration that is only read, and off, that it is off, and no more", async () => {
    const read = withValue(onePercent, `${CAPTURE}.enableCapture`, false);
    expect(
      await complaintsAsAsked(requireCapturedEndpoint, [endpoint], [endpoint, read]),
    ).to.deep.equal([OFF]);
  });

  it("goes by the share and the place that its config asks for", async () => {
    const elsewhere = withValue(onePercent, `${CAPTURE}.destinationS3Uri`, "s3://a/captures/b");
    const config = { percentage: 1, prefix: "captures" };
    const stack = [endpoint, elsewhere];
    expect(await complaints(requireCapturedEndpoint, stack, config)).to.deep.equal([]);
  });
});
