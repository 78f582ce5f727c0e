import { expect } from "chai";
import { requireCapturedEndpoint } from "../../../../policy/sagemaker/stack/requireCapturedEndpoint";
import {
  complaints,
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
});
