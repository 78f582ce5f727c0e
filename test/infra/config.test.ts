import { expect } from "chai";
import { readFileSync } from "node:fs";
import { parseConfig } from "../../infra/config";
import { ConfigError } from "../../infra/configValues";

const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };

function complaintAbout(values: Record<string, unknown>): string {
  try {
    parseConfig(values);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error(`${JSON.stringify(values)} was accepted`);
}

describe("the stack's configuration", () => {
  it("is complete with nothing but the endpoint", () => {
    // Act
    const config = parseConfig({ endpoint: ENDPOINT });

    // Assess
    expect(config.dataset.classes).to.deep.equal(["bicycle", "motorcycle", "pickup_truck"]);
    expect(config.dataset.validationFraction).to.equal(0.1);
    expect(config.training.layers).to.equal(20);
    expect(config.protect).to.equal(true);
    expect(config.workflow.confidenceThreshold).to.equal(0.8);
    expect(config.monitoring.managedSchedule).to.deep.equal({ enabled: false, period: "day" });
  });

  it("does without no part of what it demands", () => {
    expect(complaintAbout({})).to.contain("endpoint: ");
    const complaint = complaintAbout({ endpoint: { capture: 100 } });
    expect(complaint).to.match(/endpoint\.instanceType: .*; it is not set$/m);
  });

  it("lets no review outlive its picture, unless there are none", () => {
    // Prepare
    const stack = { endpoint: ENDPOINT, storage: { resultDays: 2 } };

    // Act
    const complaint = complaintAbout({ ...stack, review: { timeoutHours: 49 } });

    // Assess
    expect(complaint).to.contain("review.timeoutHours: must end before `storage.resultDays`");
    expect(complaint).to.contain("it is 49");
    expect(parseConfig({ ...stack, review: { timeoutHours: 48 } }).review.enabled).to.equal(true);
    expect(parseConfig({ ...stack, review: { enabled: false } }).review.timeoutHours).to.equal(168);
  });

  it("learns from answers until a time that is over, for the same recipe makes the same dataset", () => {
    const until = (labelsUntil: string) => ({ endpoint: ENDPOINT, dataset: { labelsUntil } });
    expect(parseConfig(until("2026-11-01T12:00:00Z")).dataset.labelsUntil).to.be.a("string");
    expect(complaintAbout(until("2999-01-01T00:00:00Z"))).to.contain(
      "dataset.labelsUntil: must be over",
    );
    const asYaml = "2026-11-01 12:00:00 +0000 UTC";
    for (const text of ["yesterday", "2026-11-01", "2026-11-01T12:00:00+01:00", "", asYaml]) {
      expect(complaintAbout(until(text))).to.contain(
        'dataset.labelsUntil: must be a time in UTC, in quotes, such as "2026-11-26T12:00:00Z"',
      );
    }
  });

  it("takes photos of today's phones unless told otherwise: 24.5 and 50 megapixels", () => {
    const { maxPixels } = parseConfig({ endpoint: ENDPOINT }).workflow;
    expect(maxPixels)
      .to.be.at.least(5712 * 4284)
      .and.at.least(8192 * 6144);
  });

  for (const [values, complaint] of [
    [{ trainig: {} }, "trainig: there is no such key; did you mean training?"],
    [
      { endpoint: { ...ENDPOINT, instancecount: 2 } },
      "endpoint.instancecount: there is no such key; did you mean endpoint.instanceCount?",
    ],
    [
      { training: { earlyStopping: { patiense: 3 } } },
      "training.earlyStopping.patiense: there is no such key; did you mean training.earlyStopping.patience?",
    ],
    [
      { accuracyFloor: 0.9 },
      "accuracyFloor: there is no such key; did you mean training.accuracyFloor?",
    ],
    [
      { storage: { colour: "red" } },
      "storage.colour: there is no such key; there is: captureDays, resultDays",
    ],
  ] as const) {
    it(`refuses a key that it does not know, and tells which was meant: ${complaint}`, () => {
      const lines = complaintAbout({ endpoint: ENDPOINT, ...values }).split("\n");
      expect(lines.slice(1)).to.deep.equal([`  ${complaint}`]);
    });
  }

  it("names each of several keys that it does not know, and not what they hold", () => {
    const complaint = complaintAbout({ endpoint: ENDPOINT, trainig: { a: 1 }, budgett: "secret" });
    expect(complaint).to.match(/^ {2}trainig: .+\n {2}budgett: .+$/m);
    expect(complaint).not.to.contain("secret");
  });

  it("tells all that is wrong at once", () => {
    const complaint = complaintAbout({
      endpoint: { ...ENDPOINT, capture: 101 },
      training: { epochs: 0 },
    });
    expect(complaint).to.contain("endpoint.capture").and.to.contain("training.epochs");
    expect(complaint).to.contain("docs/configuration.md");
  });

  it("refuses autoscaling whose bounds exclude each other, or that scales to nothing", () => {
    const scaled = (minInstances: number, maxInstances: number) => ({
      endpoint: {
        ...ENDPOINT,
        autoscaling: { minInstances, maxInstances, invocationsPerMinute: 60 },
      },
    });
    expect(complaintAbout(scaled(3, 2))).to.contain("autoscaling.maxInstances: must not be less");
    expect(complaintAbout(scaled(0, 2))).to.contain("autoscaling.minInstances: ");
  });

  it("takes depth and size as one choice: small depths up to 28, large ones above", () => {
    const of = (imageSize: number, layers: number) => ({
      endpoint: ENDPOINT,
      training: { imageSize, layers },
    });
    for (const layers of [18, 34, 50, 101, 152, 200]) {
      expect(parseConfig(of(32, layers)).training).to.deep.include({ imageSize: 32, layers });
      expect(complaintAbout(of(28, layers))).to.contain("20, 32, 44, 56, 110 for a");
    }
    for (const layers of [20, 32, 44, 56, 110]) {
      expect(parseConfig(of(28, layers)).training).to.deep.include({ imageSize: 28, layers });
      expect(complaintAbout(of(29, layers))).to.contain("18, 34, 50, 101, 152, 200 for a");
    }
  });

  it("takes momentum, weight decay and early stopping only within their ranges", () => {
    const of = (training: object) => ({
      endpoint: ENDPOINT,
      training: { optimizer: "sgd", ...training },
    });
    expect(complaintAbout(of({ momentum: 2 }))).to.contain("training.momentum: ");
    expect(complaintAbout(of({ weightDecay: 2 }))).to.contain("training.weightDecay: ");
    expect(complaintAbout(of({ earlyStopping: { patience: 0 } }))).to.contain(
      "training.earlyStopping.patience: ",
    );
  });

  /** Key, a value just out of its range, and what the message must say is allowed. */
  const OUT_OF_RANGE: readonly (readonly [string, unknown, string])[] = [
    ["dataset.classes", ["bicycle"], ">=2"],
    ["dataset.classes", ["bicycle", "bicycle"], "must not name a class twice"],
    ["dataset.classes.1", ["bicycle", "bus,train"], "must be 1 to 63 letters"],
    ["dataset.classes.1", ["bicycle", " bus"], "must be 1 to 63 letters"],
    ["dataset.classes.1", ["bicycle", "-bus"], "must be 1 to 63 letters"],
    ["dataset.classes.1", ["bicycle", ""], "must be 1 to 63 letters"],
    ["dataset.archive", "", ">=1"],
    ["dataset.archiveMd5", "ABC", "32 lower-case hexadecimal digits"],
    ["dataset.validationFraction", 0.6, "<=0.5"],
    ["dataset.validationFraction", -0.1, ">=0"],
    ["dataset.validationFraction", 0.0009, "0.45 of them is rounded to 0; take 0.001 or more"],
    ["dataset.validationFraction", 1e-9, "holds no image back"],
    ["training.instanceType", "p3.2xlarge", '"ml."'],
    ["training.instanceCount", 0, ">=1"],
    ["training.instanceCount", 17, "<=16"],
    ["training.instanceCount", 1.5, "int"],
    ["training.run", 0, ">=1"],
    ["training.epochs", 1001, "<=1000"],
    ["training.batchSize", 513, "<=512"],
    ["training.optimizer", "lamb", '"sgd"|"adam"|"rmsprop"|"nag"'],
    ["training.learningRate", 0, ">0"],
    ["training.learningRate", 1.1, "<=1"],
    ["training.weightDecay", 0.1, "adam ignores it"],
    ["training.layers", 19, "20|32|44|56|110|18|34|50|101|152|200"],
    ["training.layers", 18, "20, 32, 44, 56, 110 for a `training.imageSize` of 28"],
    ["training.imageSize", 33, "<=32"],
    ["training.imageSize", 7, ">=8"],
    ["training.learningRateSteps", [20, 10], "must ascend"],
    ["training.learningRateSteps", [30], "below `training.epochs` (30)"],
    ["training.learningRateFactor", 0, ">0"],
    ["training.momentum", 0.9, "is for sgd and nag; adam has none"],
    [
      "training.earlyStopping",
      { minEpochs: 31 },
      "would never end anything: `minEpochs` is 31 (10 unless given), and must not be above " +
        "`training.epochs` (30)",
    ],
    ["training.checkpointFrequency", 31, "must not be above `training.epochs` (30)"],
    ["training.volumeSizeInGb", 126, "must not be above 125, the fixed disk of ml.g4dn.xlarge"],
    ["training.augmentation", "flip", '"none"|"crop"|"crop_color"|"crop_color_transform"'],
    ["training.maxRuntimeSeconds", 86_401, "<=86400"],
    ["training.volumeSizeInGb", 0, ">=1"],
    ["endpoint.instanceType", "m5.xlarge", '"ml."'],
    ["endpoint.instanceCount", 0, ">=1"],
    ["endpoint.capture", 101, "<=100"],
    ["endpoint.deployment", "rolling", '"all-at-once"|"canary"|"linear"'],
    ["endpoint.deployment", "canary", "`endpoint.instanceCount` of at least 2"],
    ["endpoint.bakeSeconds", 3601, "<=3600"],
    ["endpoint.bakeSeconds", 1001, "1500 s to start a fleet, and 2 x 1001 s"],
    ["training.spot", 1, "boolean"],
    ["training.accuracyFloor", 1.1, "<=1"],
    ["workflow.confidenceThreshold", 1.01, "<=1"],
    ["workflow.maxPixels", 1023, ">=1024"],
    ["workflow.maxPixels", 1_000_000_001, "<=1000000000"],
    ["workflow.notificationEmail", "nobody", "email"],
    ["storage.captureDays", 0, ">=1"],
    ["storage.resultDays", 3651, "<=3650"],
    ["observability.logRetentionDays", 31, "30|60"],
    ["observability.executionLogLevel", "WARN", '"ALL"|"ERROR"|"FATAL"|"OFF"'],
    ["observability.alarmEmail", "me", "email"],
    ["observability.latencyMilliseconds", 60_001, "<=60000"],
    ["protect", "yes", "boolean"],
  ];
  for (const [key, value, allowed] of OUT_OF_RANGE) {
    it(`refuses ${JSON.stringify(value)} as ${key}, naming key, value and what is allowed`, () => {
      // Prepare
      const [section = "", setting = ""] = key.split(".");
      const values: Record<string, unknown> = { endpoint: ENDPOINT };
      values[section] =
        setting === "" ? value : { ...(section === "endpoint" && ENDPOINT), [setting]: value };

      // Act
      const complaint = complaintAbout(values);

      // Assess
      const lines = complaint.split("\n").filter((line) => line.trim().startsWith(`${key}: `));
      expect(lines).to.have.length(1);
      expect(lines[0]).to.contain(allowed);
      const shown: unknown = Array.isArray(value) && key.endsWith(".1") ? value[1] : value;
      expect(lines[0]).to.contain(`it is ${JSON.stringify(shown)}`);
    });
  }

  it("takes every retention of logs that CloudWatch has, and no other", () => {
    // Prepare: the provider's own list, without 0, which is for ever.
    const declaration = require.resolve("@pulumi/aws/cloudwatch/logGroup").replace(".js", ".d.ts");
    const list = /Possible values are: ([\d, ]+), and 0\./.exec(readFileSync(declaration, "utf8"));
    const values = (list?.[1] ?? "").split(", ").map(Number);

    // Act
    const parse = (logRetentionDays: number) =>
      parseConfig({ endpoint: ENDPOINT, observability: { logRetentionDays } });

    // Assess
    expect(values).to.include(3653);
    for (const days of values) {
      expect(parse(days).observability.logRetentionDays).to.equal(days);
    }
    expect(
      complaintAbout({ endpoint: ENDPOINT, observability: { logRetentionDays: 31 } }),
    ).to.include(values.join("|"));
  });
});
