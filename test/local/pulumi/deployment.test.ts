import * as path from "node:path";
import { expect } from "chai";
import { Cloud } from "../../../local/cloud";
import { PolicyViolationError, previewProgram } from "../../../local/pulumi/deployment";
import { policyPackConfigOf } from "../../../local/pulumi/policyPackConfig";
import { UnsupportedResourceError } from "../../../local/pulumi/resources";
import { parseOverride, readStackConfig } from "../../../local/pulumi/stackConfig";
import { PROJECT_ROOT } from "../../support/project";

const POLICY_PACK = path.join(PROJECT_ROOT, "policy");

describe("a preview in the local cloud", function () {
  this.timeout(120_000);
  let cloud: Cloud;
  before(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
  });
  after(() => cloud.stop());

  const preview = (program: string, ...overrides: string[]) =>
    previewProgram(
      {
        program,
        config: readStackConfig(PROJECT_ROOT, "dev", overrides.map(parseOverride)),
        cloud,
      },
      POLICY_PACK,
      policyPackConfigOf(POLICY_PACK, "dev"),
    );

  it("shows policies the provider, whose region is that of all resources", async () => {
    // Act
    const refusal = await preview(
      path.join(PROJECT_ROOT, "infra"),
      "aws:region=ap-southeast-6",
    ).then(
      () => undefined,
      (error: unknown) => error,
    );

    // Assess
    expect(refusal).to.be.instanceOf(PolicyViolationError);
    const { violations } = refusal as PolicyViolationError;
    expect(violations.map(({ policy, urn }) => [policy, urn.split("::")[2]])).to.deep.equal([
      ["aws-resource-restrict-regions", "pulumi:providers:aws"],
    ]);
  });

  it("refuses a type that the local cloud does not have, before anything is made", async () => {
    // Act
    const refusal = await preview(path.join(__dirname, "fixtures", "unsupported")).then(
      () => undefined,
      (error: unknown) => error,
    );

    // Assess
    expect(refusal).to.be.instanceOf(UnsupportedResourceError);
    expect(refusal).to.have.property("message").that.includes("aws:glue/job:Job");
  });
});
