import { expect } from "chai";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { trainingConfig } from "../../infra/trainingConfig";
import type { RecordedResource } from "../../local/pulumi/graph";
import { describeViolation } from "../../local/pulumi/deployment";
import { PolicyPackProcess } from "../../local/pulumi/policyPack";
import { policyPackConfigOf } from "../../local/pulumi/policyPackConfig";
import { readStackConfig } from "../../local/pulumi/stackConfig";
import { PROJECT_ROOT } from "../support/project";
import { ofType, resource } from "../support/graph";
import { deployProgram, PROJECT, STACK } from "../support/mocks";

/** A stack's config by key without the project's name, as in its file. */
function configOf(stack: string): Record<string, unknown> {
  const { values } = readStackConfig(PROJECT_ROOT, stack);
  const prefix = `${PROJECT}:`;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

describe("the stacks of the project", () => {
  async function complaints(
    stack: string,
    resources: readonly RecordedResource[],
  ): Promise<readonly string[]> {
    const folder = path.join(PROJECT_ROOT, "policy");
    const pack = await PolicyPackProcess.start({
      ...{ folder, project: PROJECT, stack: STACK, preview: false },
      config: policyPackConfigOf(folder, stack).config,
    });
    try {
      return (await pack.analyzeAll(resources)).map(describeViolation);
    } finally {
      await pack.stop();
    }
  }

  it("are these", () => {
    const files = readdirSync(PROJECT_ROOT).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
    expect(files).to.have.members(["Pulumi.dev.yaml", "Pulumi.prod.yaml"]);
  });

  for (const stack of ["dev", "prod"]) {
    for (const preview of [true, false]) {
      it(`${stack} breaks no policy (preview: ${preview})`, async () => {
        const { resources } = await deployProgram(configOf(stack), { preview });
        expect(await complaints(stack, resources)).to.deep.equal([]);
      });
    }
  }

  it("ask of a model in prod what chance alone does not deny to the recipe, and no less", () => {
    // Prepare: what Pulumi.prod.yaml says of the recipe, on the 300 held-out images
    const [accuracy, ofTraining] = [0.9, 0.013];
    const ofImages = Math.sqrt((accuracy * (1 - accuracy)) / 300);
    const chance = Math.hypot(ofTraining, ofImages);

    // Act
    const training = JSON.parse(configOf("prod")["training"] as string) as unknown;
    const { accuracyFloor } = trainingConfig.parse(training);

    // Assess
    expect(accuracyFloor).to.be.within(accuracy - 4 * chance, accuracy - 3 * chance);
  });

  it("are small and can be destroyed (dev), or private, protected and spread (prod)", async () => {
    // Act
    const { resources: dev } = await deployProgram(configOf("dev"));
    const { resources: prod } = await deployProgram(configOf("prod"));

    // Assess
    const describeStack = (resources: readonly RecordedResource[]) => {
      const { productionVariants } = resource(
        resources,
        "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      ).inputs as { productionVariants: readonly { initialInstanceCount: number }[] };
      return {
        instances: productionVariants[0]?.initialInstanceCount,
        networks: ofType(resources, "awsx:ec2:Vpc").length,
        protected: ["aws:sagemaker/endpoint:Endpoint", "aws:s3/bucket:Bucket", "aws:kms/key:Key"]
          .flatMap((type) => ofType(resources, type))
          .filter(({ options }) => options.protect)
          .map(({ name }) => name)
          .sort(),
        destroyed: ofType(resources, "aws:s3/bucket:Bucket").map(
          ({ inputs }) => inputs["forceDestroy"],
        ),
      };
    };
    expect(describeStack(dev)).to.deep.equal({
      instances: 1,
      networks: 0,
      protected: [],
      destroyed: [true, true],
    });
    expect(describeStack(prod)).to.deep.equal({
      instances: 2,
      networks: 1,
      protected: ["data", "dataset", "hosting", "inference", "review-page-links"],
      destroyed: [false, false],
    });
  });
});
