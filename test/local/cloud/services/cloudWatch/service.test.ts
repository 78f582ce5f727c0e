import { expect } from "chai";
import { embeddedMetrics } from "../../../../../local/cloud/services/cloudWatch/embedded";
import { Metrics } from "../../../../../local/cloud/services/cloudWatch/metrics";
import { CloudWatch } from "../../../../../local/cloud/services/cloudWatch/service";
import type { AlarmDefinition } from "../../../../../local/cloud/services/cloudWatch/alarms";
import { Topics } from "../../../../../local/cloud/services/sns";

const TOPIC = "arn:aws:sns:eu-west-1:000000000000:alarms";
const METRIC = { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: "one" } };
const MINUTE = 60_000;

function definition(change: Partial<AlarmDefinition> = {}): AlarmDefinition {
  return {
    ...{ name: "errors", arn: "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors" },
    ...{ description: "It fails.", metric: METRIC, statistic: "Sum", threshold: 2 },
    ...{ comparison: "GreaterThanOrEqualToThreshold", periodSeconds: 60 },
    ...{ evaluationPeriods: 1, datapointsToAlarm: 1, missingData: "notBreaching" },
    actions: { ALARM: [TOPIC], OK: [TOPIC], INSUFFICIENT_DATA: [] },
    ...change,
  };
}

/** A service whose clock stands still until it is told the time. */
function service() {
  const topics = new Topics();
  topics.createTopic(TOPIC);
  const clock = { now: Date.UTC(2026, 10, 2, 9) };
  const place = { accountId: "000000000000", region: "eu-west-1" };
  const cloudWatch = new CloudWatch(topics, place, () => clock.now);
  const told = () =>
    topics.messages(TOPIC).map(({ message, subject }) => ({
      subject,
      ...(JSON.parse(message) as { OldStateValue: string; NewStateReason: string }),
    }));
  return { cloudWatch, clock, told, topics };
}

describe("the local CloudWatch", () => {
  it("sets an alarm off as soon as the values of a minute reach its threshold, and tells once", () => {
    // Prepare
    const { cloudWatch, told } = service();
    cloudWatch.putAlarm(definition());

    // Act
    const states = [1, 1, 1].map((value) => {
      cloudWatch.publish({ ...METRIC, value });
      return cloudWatch.stateOf("errors");
    });

    // Assess
    expect(states).to.deep.equal(["OK", "ALARM", "ALARM"]);
    expect(told().map(({ subject }) => subject)).to.deep.equal([
      'OK: "errors" in eu-west-1',
      'ALARM: "errors" in eu-west-1',
    ]);
    expect(told()[1]).to.include({
      OldStateValue: "OK",
      NewStateReason: "Sum of Errors was 2; the threshold is 2",
    });
  });

  it("judges by the first value at once and by those that follow together, and tells by itself", async () => {
    // Prepare
    const { cloudWatch, told } = service();
    cloudWatch.putAlarm(definition({ threshold: 3 }));
    const subjects = () => told().map(({ subject }) => subject);
    const publish = (value: number) => {
      cloudWatch.publish({ ...METRIC, value });
    };

    // Act
    publish(1);
    const first = subjects();
    const changed = new Promise<void>((resolve) => {
      cloudWatch.onStateChange(resolve);
    });
    publish(2);
    publish(-1);
    publish(2);
    await changed;

    // Assess
    expect(first).to.deep.equal(['OK: "errors" in eu-west-1']);
    expect(subjects().slice(1)).to.deep.equal(['ALARM: "errors" in eu-west-1']);
    expect(told()[1]).to.include({ NewStateReason: "Sum of Errors was 4; the threshold is 3" });
  });

  it("ends it when nothing has come for as long as it looks back", () => {
    // Prepare
    const { cloudWatch, clock, told } = service();
    cloudWatch.putAlarm(definition());
    cloudWatch.publish({ ...METRIC, value: 2 });

    // Act
    const states = [1, 2, 3].map((minutes) => {
      clock.now += MINUTE;
      return `${minutes} ${cloudWatch.stateOf("errors")}`;
    });

    // Assess
    expect(states).to.deep.equal(["1 ALARM", "2 ALARM", "3 OK"]);
    expect(told()).to.have.length(2);
  });

  it("leaves one as it is that ignores what is missing, however long", () => {
    // Prepare
    const { cloudWatch, clock } = service();
    cloudWatch.putAlarm(definition({ missingData: "ignore" }));
    cloudWatch.publish({ ...METRIC, value: 2 });

    // Act
    clock.now += 23 * 60 * MINUTE;

    // Assess
    expect(cloudWatch.stateOf("errors")).to.equal("ALARM");
  });

  it("takes a metric for the same in whatever order its dimensions come, and for no other", () => {
    // Prepare
    const { cloudWatch } = service();
    cloudWatch.putAlarm(definition({ metric: { ...METRIC, dimensions: { a: "1", b: "2" } } }));
    const state = (dimensions: Record<string, string>) => {
      cloudWatch.publish({ ...METRIC, dimensions, value: 2 });
      return cloudWatch.stateOf("errors");
    };

    // Act and assess
    expect(state({ a: "1" })).to.equal("OK");
    expect(state({ a: "1", b: "2", c: "3" })).to.equal("OK");
    expect(state({ b: "2", a: "1" })).to.equal("ALARM");
  });

  it("keeps the state of an alarm that is changed, and judges it by what it asks for now", () => {
    // Prepare
    const { cloudWatch } = service();
    cloudWatch.putAlarm(definition());
    cloudWatch.publish({ ...METRIC, value: 2 });

    // Act
    cloudWatch.putAlarm(definition({ threshold: 3 }));

    // Assess
    expect(cloudWatch.stateOf("errors")).to.equal("OK");
    expect(cloudWatch.alarms()).to.have.length(1);
  });

  it("knows nothing of an alarm that was removed, and does not mind a topic that is no more", () => {
    // Prepare
    const { cloudWatch, topics } = service();
    cloudWatch.putAlarm(definition());
    topics.deleteTopic(TOPIC);

    // Act
    cloudWatch.publish({ ...METRIC, value: 2 });
    const [alarm] = cloudWatch.alarms();
    cloudWatch.deleteAlarm("errors");
    cloudWatch.publish({ ...METRIC, value: 0 });

    // Assess
    expect(alarm?.state).to.equal("ALARM");
    expect(() => cloudWatch.stateOf("errors")).to.throw("There is no alarm errors");
  });

  it("refuses an alarm that is to tell an encrypted topic", () => {
    const { cloudWatch, topics } = service();
    topics.setKmsKey(TOPIC, "arn:aws:kms:eu-west-1:000000000000:key/1");
    expect(() => {
      cloudWatch.putAlarm(definition());
    }).to.throw(`errors cannot tell ${TOPIC}, which is encrypted`);
  });
});

describe("a statistic of the local CloudWatch", () => {
  const values = [4, 1, 3, 2, 10];
  for (const [statistic, expected] of [
    ["SampleCount", 5],
    ["Sum", 20],
    ["Average", 4],
    ["Minimum", 1],
    ["Maximum", 10],
    ["p50", 3],
    ["p90", 10],
    ["p100", 10],
    ["p20", 1],
    ["p99.9", 10],
  ] as const) {
    it(`is over all values of its period: ${statistic}`, () => {
      // Prepare: over two minutes, with others before and after.
      const metrics = new Metrics();
      values.forEach((value, index) => {
        metrics.put({ ...METRIC, value }, (index % 2) * MINUTE + 5);
      });
      metrics.put({ ...METRIC, value: 1000 }, 2 * MINUTE);

      // Act and assess
      expect(metrics.statistic(METRIC, statistic, 0, 120)).to.equal(expected);
      expect(metrics.statistic(METRIC, statistic, 10 * MINUTE, 60)).to.equal(undefined);
    });
  }

  it("is of a day at most, so that memory does not grow, and of no less", () => {
    // Prepare
    const metrics = new Metrics();
    const day = 24 * 60 * MINUTE;
    metrics.put({ ...METRIC, value: 1 }, 0);

    // Act
    const sums = [day, day + MINUTE].map((at) => {
      metrics.put({ ...METRIC, value: 1 }, at);
      return metrics.statistic(METRIC, "Sum", 0, 60);
    });

    // Assess
    expect(sums).to.deep.equal([1, undefined]);
  });
});

describe("a metric in a function's log", () => {
  const directive = (fields: object) => ({
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [
        {
          Namespace: "Ours",
          Dimensions: [["service"], ["service", "step"]],
          Metrics: [{ Name: "drift", Unit: "None" }],
        },
      ],
    },
    ...fields,
  });

  it("is there once for each set of dimensions and each value", () => {
    // Act
    const line = directive({ service: "images", step: "one", drift: [1, 2] });
    const metrics = embeddedMetrics(JSON.stringify(line));

    // Assess
    expect(metrics.map(({ dimensions, value }) => [dimensions, value])).to.deep.equal([
      [{ service: "images" }, 1],
      [{ service: "images" }, 2],
      [{ service: "images", step: "one" }, 1],
      [{ service: "images", step: "one" }, 2],
    ]);
    expect(metrics[0]).to.include({ namespace: "Ours", name: "drift" });
  });

  for (const [what, line] of [
    ["a line of text", "done"],
    ["what only begins like JSON", '{"_aws": '],
    ["a message about metrics", JSON.stringify({ message: '"_aws"' })],
    ["one whose value is no number", JSON.stringify(directive({ drift: "much" }))],
    ["one without its value", JSON.stringify(directive({}))],
    ["one with another form", JSON.stringify({ _aws: { CloudWatchMetrics: "none" } })],
  ] as const) {
    it(`is not in ${what}`, () => {
      expect(embeddedMetrics(line)).to.deep.equal([]);
    });
  }
});
