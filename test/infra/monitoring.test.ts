import { expect } from "chai";
import type { RecordedResource } from "../../local/pulumi/graph";
import { DRIFT_MEASURES } from "../../contract/monitoring";
import { dashboardBody } from "../../infra/dashboard";
import { ofType, resource } from "../support/graph";
import { deployProgram } from "../support/mocks";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const ENDPOINT = { EndpointName: "ml-workflow-aws-test", VariantName: "AllTraffic" };

describe("the alarms of the stack", () => {
  let resources: readonly RecordedResource[] = [];
  let alarms: readonly RecordedResource[] = [];

  before(async () => {
    ({ resources } = await deployProgram({
      endpoint: { instanceType: "ml.m5.xlarge", capture: 100 },
      observability: { alarmEmail: "ops@example.com", latencyMilliseconds: 250 },
    }));
    alarms = ofType(resources, ALARM);
  });

  it("watch everything that can fail: metric, statistic, threshold, minutes in a row", () => {
    // Act
    const watched = alarms.map(({ name, inputs }) => [
      name,
      [
        inputs["namespace"],
        inputs["metricName"],
        inputs["statistic"] ?? inputs["extendedStatistic"],
        inputs["threshold"],
        inputs["evaluationPeriods"],
      ],
    ]);

    // Assess
    expect(Object.fromEntries(watched)).to.deep.equal({
      "hosting-server-errors": ["AWS/SageMaker", "Invocation5XXErrors", "Sum", 1, 1],
      "hosting-model-errors": ["AWS/SageMaker", "InvocationModelErrors", "Sum", 1, 1],
      "hosting-client-errors": ["AWS/SageMaker", "Invocation4XXErrors", "Sum", 1, 1],
      // Microseconds.
      "hosting-latency": ["AWS/SageMaker", "ModelLatency", "p95", 250_000, 3],
      "hosting-update-server-errors": ["AWS/SageMaker", "Invocation5XXErrors", "Sum", 1, 1],
      "hosting-update-model-errors": ["AWS/SageMaker", "InvocationModelErrors", "Sum", 1, 1],
      "hosting-update-latency": ["AWS/SageMaker", "ModelLatency", "p95", 250_000, 3],
      "hosting-disk": ["/aws/sagemaker/Endpoints", "DiskUtilization", "Maximum", 75, 5],
      "monitoring-failed-executions": ["AWS/States", "ExecutionsFailed", "Sum", 1, 1],
      "monitoring-timed-out-executions": ["AWS/States", "ExecutionsTimedOut", "Sum", 1, 1],
      "monitoring-throttled-executions": ["AWS/States", "ExecutionThrottled", "Sum", 1, 1],
      "monitoring-undelivered-uploads": ["AWS/Events", "FailedInvocations", "Sum", 1, 1],
      "monitoring-review-failed": ["AWS/States", "ExecutionsFailed", "Sum", 1, 1],
      "monitoring-review-undelivered": ["AWS/Events", "FailedInvocations", "Sum", 1, 1],
      // An hour and a half, of which one is enough: see below.
      "monitoring-review-troubles": ["MlWorkflow", "ReviewTroubles", "Sum", 1, 91],
      "monitoring-review-page-errors": ["AWS/Lambda", "Errors", "Sum", 1, 2],
      "monitoring-serialize-errors": ["AWS/Lambda", "Errors", "Sum", 1, 2],
      "monitoring-serialize-throttles": ["AWS/Lambda", "Throttles", "Sum", 1, 1],
      "monitoring-classify-errors": ["AWS/Lambda", "Errors", "Sum", 1, 2],
      "monitoring-classify-throttles": ["AWS/Lambda", "Throttles", "Sum", 1, 1],
      "monitoring-filter-errors": ["AWS/Lambda", "Errors", "Sum", 1, 2],
      "monitoring-filter-throttles": ["AWS/Lambda", "Throttles", "Sum", 1, 1],
      "monitoring-drift-monitor-errors": ["AWS/Lambda", "Errors", "Sum", 1, 1],
      "monitoring-drift-monitor-dropped": ["AWS/Scheduler", "InvocationDroppedCount", "Sum", 1, 1],
      ...Object.fromEntries(
        DRIFT_MEASURES.map((measure) => [
          `monitoring-drift-${measure}`,
          ["MlWorkflow", "Drift", "Maximum", 1, 1],
        ]),
      ),
    });
  });

  it("are about this stack's own resources", () => {
    // Act
    const dimensions = Object.fromEntries(
      alarms.map(({ name, inputs }) => [name, inputs["dimensions"]]),
    );

    // Assess
    const machine = resource(resources, "aws:sfn/stateMachine:StateMachine", "workflow").outputs[
      "arn"
    ];
    expect(dimensions["hosting-server-errors"]).to.deep.equal(ENDPOINT);
    expect(dimensions["hosting-disk"]).to.deep.equal(ENDPOINT);
    expect(dimensions["hosting-update-latency"]).to.deep.equal({
      ...ENDPOINT,
      EndpointConfigName: "hosting-1a2b3c4",
    });
    expect(dimensions["monitoring-failed-executions"]).to.deep.equal({ StateMachineArn: machine });
    expect(dimensions["monitoring-review-failed"]).to.deep.equal({
      StateMachineArn: resource(resources, "aws:sfn/stateMachine:StateMachine", "review").outputs[
        "arn"
      ],
    });
    expect(dimensions["monitoring-review-troubles"]).to.deep.equal(
      dimensions["monitoring-review-failed"],
    );
    expect(dimensions["monitoring-review-undelivered"]).to.deep.equal({
      RuleName: "review-1a2b3c4",
    });
    expect(dimensions["monitoring-review-page-errors"]).to.deep.equal({
      FunctionName: "review-page-1a2b3c4",
    });
    expect(dimensions["monitoring-drift-sharpness"]).to.deep.equal({
      service: "image-classification",
      function_name: "monitoring-drift-1a2b3c4",
      measure: "sharpness",
    });
    expect(dimensions["monitoring-undelivered-uploads"]).to.deep.equal({
      RuleName: "workflow-uploads-1a2b3c4",
    });
    expect(dimensions["monitoring-classify-errors"]).to.deep.equal({
      FunctionName: "workflow-classify-1a2b3c4",
    });
  });

  it("tell one topic when they go off and when it is over, but for those of an update", () => {
    // Prepare
    const topic = resource(resources, "aws:sns/topic:Topic", "alarms").outputs["arn"];

    // Act and assess
    for (const { name, inputs } of alarms) {
      // An update tells by itself how it ended.
      const told = name.startsWith("hosting-update-") ? undefined : [topic];
      expect([inputs["alarmActions"], inputs["okActions"]], name).to.deep.equal([told, told]);
    }
  });

  it("stay quiet without data, those of drift as they are, and say what to do", () => {
    for (const { name, inputs } of alarms) {
      expect(inputs, name).to.deep.include({
        period: 60,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        treatMissingData: inputs["metricName"] === "Drift" ? "ignore" : "notBreaching",
      });
      expect(inputs["alarmDescription"], name).to.match(/^.{30,}\.$/);
    }
  });

  it("last from one hourly trouble of a review to the next, and else as long as what they watch", () => {
    const enough = alarms.flatMap(({ name, inputs }) =>
      inputs["datapointsToAlarm"] === undefined ? [] : [[name, inputs["datapointsToAlarm"]]],
    );
    expect(enough).to.deep.equal([["monitoring-review-troubles", 1]]);
  });

  it("reach a person if the config names one", async () => {
    for (const topic of ["alarms", "monitoring-drift"]) {
      const { inputs } = resource(resources, SUBSCRIPTION, `${topic}-email`);
      expect(inputs).to.deep.include({ protocol: "email", endpoint: "ops@example.com" });
    }

    const { resources: silent } = await deployProgram({
      endpoint: { instanceType: "ml.m5.xlarge", capture: 100 },
    });
    expect(ofType(silent, SUBSCRIPTION)).to.be.empty;
  });
});

describe("the dashboard", () => {
  const body = dashboardBody({
    region: "eu-west-1",
    endpointName: "endpoint",
    stateMachineArn: "arn:machine",
    functionNames: ["one", "two"],
  });

  it("covers the grid without gaps and overlaps", () => {
    const places = body.widgets.map(({ x, y, width }) => [x, y, width]);
    expect(places).to.deep.equal([
      [0, 0, 8],
      [8, 0, 8],
      [16, 0, 8],
      [0, 6, 8],
      [8, 6, 8],
      [16, 6, 8],
    ]);
  });

  it("shows traffic, errors and load, each as it adds up", () => {
    // Act
    const graphs = body.widgets.map(({ properties }) => [
      properties.title,
      properties.stat,
      [...new Set(properties.metrics.map(([, name]) => name))],
    ]);

    // Assess
    expect(graphs).to.deep.equal([
      ["Requests", "Sum", ["Invocations"]],
      [
        "Errors of the endpoint",
        "Sum",
        ["Invocation5XXErrors", "Invocation4XXErrors", "InvocationModelErrors"],
      ],
      ["Latency, 95th percentile (microseconds)", "p95", ["ModelLatency", "OverheadLatency"]],
      ["Executions", "Sum", ["ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut"]],
      ["Errors of the functions", "Sum", ["Errors", "Throttles"]],
      [
        "Load of the instances (percent)",
        "Maximum",
        ["CPUUtilization", "MemoryUtilization", "DiskUtilization"],
      ],
    ]);
    for (const { type, height, properties } of body.widgets) {
      expect({ type, height, period: properties.period, view: properties.view }).to.deep.equal({
        type: "metric",
        height: 6,
        period: 60,
        view: "timeSeries",
      });
    }
  });

  it("shows every function, and the endpoint's one variant", () => {
    // Act
    const metrics = body.widgets.flatMap(({ properties }) => properties.metrics);

    // Assess
    const variant = ["EndpointName", "endpoint", "VariantName", "AllTraffic"];
    expect(metrics).to.deep.include(["AWS/Lambda", "Errors", "FunctionName", "two"]);
    expect(metrics).to.deep.include(["AWS/SageMaker", "ModelLatency", ...variant]);
    expect(metrics).to.deep.include([
      ...["/aws/sagemaker/Endpoints", "DiskUtilization", ...variant],
    ]);
    expect(metrics).to.deep.include([
      ...["AWS/States", "ExecutionsFailed", "StateMachineArn", "arn:machine"],
    ]);
    expect(new Set(body.widgets.map(({ properties }) => properties.region))).to.deep.equal(
      new Set(["eu-west-1"]),
    );
  });
});
