import { expect } from "chai";
import { parseConfig } from "../../infra/config";
import { estimatePrice, TRANSITIONS_PER_IMAGE } from "../../infra/costs";
import { stateMachineDefinition } from "../../infra/stateMachine";
import { ofType, resource } from "../support/graph";
import { deployProgram } from "../support/mocks";
import type { PriceEstimate } from "../../contract/price";

const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };
const NOTHING = { alarms: 0, interfaceEndpoints: 0 };

function estimate(config: Record<string, unknown>, standing = NOTHING): PriceEstimate {
  return estimatePrice(parseConfig(config), standing);
}

describe("estimatePrice", () => {
  it("adds up what stands for a month, and says that its prices are unverified", () => {
    // Act
    const price = estimate(
      { endpoint: { ...ENDPOINT, instanceCount: 2 } },
      { alarms: 15, interfaceEndpoints: 2 },
    );

    // Assess
    expect(price.basis).to.match(/^Unverified: .+ June 2025, .+ https:\/\/calculator\.aws$/);
    expect(price).to.deep.equal({
      currency: "USD",
      basis: price.basis,
      region: "us-east-1",
      monthly: { endpoint: 335.8, encryption: 2, monitoring: 4.5, network: 14.6 },
      monthlyTotal: 356.9,
      perThousandImages: 0.23,
      perThousandInBatches: 0.001476,
      trainingRunAtMost: 0.74,
      withoutPrice: [],
    });
  });

  it("reckons batches by the seconds of their executions, so that large ones cost less", () => {
    // Act
    const [one = 0, twenty = 0] = [1, 20].map((size) => {
      const { perThousandInBatches } = estimate({
        endpoint: ENDPOINT,
        workflow: { batch: { size } },
      });
      return perThousandInBatches;
    });

    // Assess: all but the functions, which are asked about each image.
    const functions = 1000 * (3 * 0.0000002 + 0.06 * 0.0000133334);
    const execution = 0.000001 + (0.5 / 3600) * (64 / 1024) * 0.06;
    expect(one).to.be.closeTo(functions + 1000 * execution, 1e-6);
    expect(twenty).to.be.closeTo(functions + 50 * execution, 1e-6);
  });

  it("counts no endpoint that is switched off", () => {
    const { monthly, monthlyTotal } = estimate({ endpoint: { ...ENDPOINT, enabled: false } });
    expect(monthly.endpoint).to.equal(0);
    expect(monthlyTotal).to.equal(5);
  });

  for (const [period, dollars] of [
    ["day", 0.35],
    ["hour", 8.4],
  ] as const) {
    it(`counts what the managed schedule runs every ${period}, while there is an endpoint`, () => {
      const monitoring = { managedSchedule: { enabled: true, period } };
      const of = (endpoint: object) => estimate({ endpoint, monitoring }).monthly.monitoring;
      expect(of(ENDPOINT)).to.be.closeTo(3 + dollars, 0.006);
      expect(of({ ...ENDPOINT, enabled: false })).to.equal(3);
    });
  }

  it("says which instances it has no price for, rather than that they are free", () => {
    const { withoutPrice } = estimate({
      endpoint: { ...ENDPOINT, instanceType: "ml.x1.large" },
      training: { instanceType: "ml.x2.large" },
    });
    expect(withoutPrice).to.deep.equal(["ml.x1.large", "ml.x2.large"]);
  });

  it("is an output of the stack that counts the alarms and endpoints there are", async () => {
    // Act
    const { value, resources } = await deployProgram({ endpoint: ENDPOINT });
    const { value: ofPrivate } = await deployProgram({ endpoint: ENDPOINT, network: "private" });

    // Assess
    const alarms = ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm").length;
    const { monthly } = value["priceEstimate"] as PriceEstimate;
    expect(monthly.monitoring).to.be.closeTo(3 + alarms * 0.1, 1e-9);
    expect(monthly.network).to.equal(0);
    // Four services in two zones.
    expect((ofPrivate["priceEstimate"] as PriceEstimate).monthly.network).to.equal(58.4);
  });
});

describe("TRANSITIONS_PER_IMAGE", () => {
  it("counts the states from an upload's event to its verdict, the start and the end", () => {
    // Prepare
    const functions = {
      serializeFunctionArn: "s",
      classifyFunctionArn: "c",
      filterFunctionArn: "f",
    };
    const { States } = stateMachineDefinition(
      { ...functions, partition: "aws", bucketName: "bucket" },
      { size: 20, concurrency: 3, toleratedFailurePercentage: 10 },
    );
    const states: Readonly<Record<string, { readonly Type: string; readonly Next?: string }>> =
      States;

    // Act
    const passed = ["ReceiveRequest"];
    for (let name: string | undefined = "TakeUpload"; name !== undefined;) {
      passed.push(name);
      name = states[name]?.Next;
    }

    // Assess
    expect(passed.at(-1)).to.equal("KeepVerdict");
    expect(TRANSITIONS_PER_IMAGE).to.equal(passed.length + 2);
  });
});

describe("SpendingAlert", () => {
  it("is there only if the config has a budget, and tells before it is spent", async () => {
    // Act
    const { resources: without } = await deployProgram({ endpoint: ENDPOINT });
    const { resources } = await deployProgram({
      endpoint: ENDPOINT,
      budget: { monthlyDollars: 250, email: "owner@example.com" },
    });

    // Assess
    const notification = (notificationType: string, threshold: number) => ({
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberEmailAddresses: ["owner@example.com"],
    });
    expect(ofType(without, "aws:budgets/budget:Budget")).to.be.empty;
    expect(resource(resources, "aws:budgets/budget:Budget").inputs).to.deep.equal({
      budgetType: "COST",
      limitAmount: "250",
      limitUnit: "USD",
      timeUnit: "MONTHLY",
      notifications: [notification("FORECASTED", 100), notification("ACTUAL", 80)],
    });
  });
});
