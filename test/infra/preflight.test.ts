import { expect } from "chai";
import { ofType, resource } from "../support/graph";
import { deployProgram } from "../support/mocks";

const CONFIG = {
  endpoint: { instanceType: "ml.m5.xlarge", capture: 100, instanceCount: 2 },
  network: "private",
};
const COMMAND = "command:local:Command";

async function gateWith(config: Readonly<Record<string, unknown>>) {
  const { resources } = await deployProgram({ ...CONFIG, ...config });
  const { create, triggers } = resource(resources, COMMAND, "preflight").inputs;
  expect(triggers).to.include(create);
  return { create: create as string, triggers };
}

async function planWith(config: Readonly<Record<string, unknown>>) {
  const { create } = await gateWith(config);
  return JSON.parse(create) as Record<string, unknown>;
}

describe("Preflight", () => {
  it("comes before everything that is made", async () => {
    // Act
    const { resources } = await deployProgram(CONFIG);

    // Assess
    const gate = resource(resources, COMMAND, "preflight");
    const early = resources.filter(
      ({ custom, type, urn, dependencies }) =>
        (custom || type.startsWith("awsx:")) &&
        urn !== gate.urn &&
        !dependencies.includes(gate.urn),
    );
    expect(early.map(({ urn }) => urn)).to.deep.equal([]);
    expect(ofType(resources, "awsx:ec2:Vpc")).to.have.length(1);
  });

  it("knows all that the checks are about", async () => {
    expect(await planWith({ training: { spot: true } })).to.deep.equal({
      stack: "test",
      region: "eu-west-1",
      accountId: "123456789012",
      endpointName: "ml-workflow-aws-test",
      dataset: { classes: ["bicycle", "motorcycle", "pickup_truck"] },
      training: { instanceType: "ml.g4dn.xlarge", instanceCount: 1, spot: true },
      hosting: { enabled: true, instanceType: "ml.m5.xlarge", instanceCount: 2 },
    });
  });

  it("counts the most instances that autoscaling may come to", async () => {
    const { hosting } = await planWith({
      endpoint: {
        ...CONFIG.endpoint,
        autoscaling: { minInstances: 2, maxInstances: 5, invocationsPerMinute: 100 },
      },
    });
    expect(hosting).to.have.property("instanceCount", 5);
  });

  it("is made again before a training or another fleet, and for nothing else", async () => {
    // Act
    const usual = await gateWith({});
    const free = await gateWith({
      workflow: { confidenceThreshold: 0.9 },
      observability: { logRetentionDays: 90 },
    });
    const costly = [
      await gateWith({ training: { instanceType: "ml.g5.xlarge" } }),
      await gateWith({ training: { run: 2 } }),
      await gateWith({ endpoint: { ...CONFIG.endpoint, capture: 50 } }),
      await gateWith({ network: "public" }),
    ];

    // Assess
    expect(free).to.deep.equal(usual);
    for (const { triggers } of costly) {
      expect(triggers).not.to.deep.equal(usual.triggers);
    }
  });
});
