import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { rejectionOf, Resources, startCloud } from "./support";

const ALARM = {
  ...{ namespace: "AWS/Lambda", metricName: "Errors", dimensions: { FunctionName: "one" } },
  ...{ comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 1, statistic: "Sum" },
  ...{ period: 60, evaluationPeriods: 1 },
};

describe("aws:cloudwatch/metricAlarm:MetricAlarm in the local cloud", () => {
  const alarms = new Resources("aws:cloudwatch/metricAlarm:MetricAlarm", () => cloud);
  let cloud: Cloud;

  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(() => cloud.stop());

  const fail = () => {
    const dimensions = { FunctionName: "one" };
    cloud.cloudWatch.publish({ namespace: "AWS/Lambda", name: "Errors", dimensions, value: 1 });
  };

  it("watches its metric from its creation to its end, as it was last changed", async () => {
    // Act
    const { id } = await alarms.create("errors", ALARM);
    const before = cloud.cloudWatch.stateOf(id);
    fail();
    const failed = cloud.cloudWatch.stateOf(id);
    await alarms.update(id, "errors", { ...ALARM, threshold: 2 });
    const changed = cloud.cloudWatch.stateOf(id);
    await alarms.delete(id, "errors", ALARM);

    // Assess
    expect([before, failed, changed]).to.deep.equal(["INSUFFICIENT_DATA", "ALARM", "OK"]);
    expect(cloud.cloudWatch.alarms()).to.deep.equal([]);
  });

  it("tells nobody when its actions are switched off", async () => {
    // Prepare
    const topic = cloud.arn("sns", "alarms");
    cloud.topics.createTopic(topic);
    await alarms.create("quiet", { ...ALARM, alarmActions: [topic], actionsEnabled: false });
    await alarms.create("loud", { ...ALARM, alarmActions: [topic] });

    // Act
    fail();

    // Assess
    const subjects = cloud.topics.messages(topic).map(({ subject }) => subject);
    expect(subjects).to.have.length(1);
    expect(subjects[0]).to.match(/^ALARM: "loud-/);
  });

  for (const [what, change, message] of [
    ["metric math", { metricQueries: [] }, "metricQueries"],
    ["a band of anomaly", { thresholdMetricId: "e1" }, "thresholdMetricId"],
    ["a comparison of two thresholds", { comparisonOperator: "LessThanLower" }, "Invalid option"],
    ["two statistics", { extendedStatistic: "p95" }, "give one of"],
    ["no statistic", { statistic: undefined }, "give one of"],
    ["a statistic that there is not", { statistic: "Median" }, "statistic"],
    ["more than a day", { period: 3600, evaluationPeriods: 25 }, "kept for a day here"],
    ["half minutes", { period: 30 }, "period"],
  ] as const) {
    it(`is refused with ${what}, rather than never going off`, async () => {
      const error = await rejectionOf(alarms.create("errors", { ...ALARM, ...change }));
      expect(String(error)).to.include(message);
    });
  }
});
