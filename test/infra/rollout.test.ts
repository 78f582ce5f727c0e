import { expect } from "chai";
import { parseConfig } from "../../infra/config";
import { ConfigError } from "../../infra/configValues";
import { linearStep, UPDATE_SECONDS, updateSeconds, type Rollout } from "../../infra/rollout";

const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };

function endpoint(settings: Partial<Rollout>) {
  return parseConfig({ endpoint: { ...ENDPOINT, instanceCount: 2, ...settings } }).endpoint;
}

describe("a linear deployment", () => {
  for (let instances = 2; instances <= 16; instances += 1) {
    it(`moves whole instances, within SageMaker's limits, of ${instances} in at most four steps`, () => {
      const step = linearStep(instances);
      expect(Number.isInteger(step)).to.equal(true);
      expect(step / instances).to.be.within(0.1, 0.5);
      expect(Math.ceil(instances / step)).to.be.within(2, 4);
    });
  }
});

describe("an update of the endpoint", () => {
  for (const [deployment, instanceCount, bakes] of [
    ["all-at-once", 1, 2],
    ["canary", 2, 3],
    ["linear", 2, 3],
    ["linear", 3, 4],
    ["linear", 4, 5],
    ["linear", 16, 5],
  ] as const) {
    it(`of ${instanceCount} instances, ${deployment}, bakes ${bakes} times, and fits or is refused`, () => {
      // Prepare
      const rollout = { deployment, instanceCount };
      const most = Math.floor((UPDATE_SECONDS - 1500) / bakes);

      // Act
      const fitting = endpoint({ ...rollout, bakeSeconds: most });
      const refuse = () => endpoint({ ...rollout, bakeSeconds: most + 1 });

      // Assess
      expect(updateSeconds(fitting)).to.equal(1500 + bakes * most);
      expect(refuse).to.throw(ConfigError, `${bakes} x ${most + 1} s`);
      expect(refuse).to.throw(`set \`endpoint.bakeSeconds\` to ${most} or less`);
    });
  }

  it("that cannot end before the provider gives up is refused with the sum", () => {
    expect(() => endpoint({ deployment: "canary", bakeSeconds: 1200 })).to.throw(
      "endpoint.bakeSeconds: makes an update take 5100 s: 1500 s to start a fleet, and 3 x 1200 s " +
        "for 2 steps of a canary deployment and the end. The provider gives up after 3600 s, so it " +
        "must be at most 3500: set `endpoint.bakeSeconds` to 666 or less; it is 1200",
    );
  });

  it("may take less than the provider waits, and no more", () => {
    expect(UPDATE_SECONDS).to.be.within(600, 3599);
  });

  it("is not reckoned for instances that a deployment cannot have", () => {
    const refuse = () => endpoint({ deployment: "linear", instanceCount: 1, bakeSeconds: 3600 });
    expect(refuse).to.throw(ConfigError, "needs `endpoint.instanceCount` of at least 2");
    expect(refuse).not.to.throw(ConfigError, "makes an update take");
  });
});
