import { expect } from "chai";
import { METRICS } from "../../../contract/monitoring";
import { FunctionError } from "../../../common/functionError";
import { observed } from "../../../functions/shared/observability";
import { useEnvironment } from "../support/environment";
import { errorOf } from "../support/errors";
import { logsOf, metricsOf, record } from "../support/output";

const DIMENSIONS = { service: "image-classification", function_name: "vehicles-step" };

describe("observability of the functions", () => {
  it("writes one line per invocation, with its fields", async () => {
    // Prepare
    const { call, lines } = record(
      observed("Done", (event, invocation) => {
        invocation.log({ image: { bucket: "uploads", key: "1.png" } });
        invocation.log({ verdict: "review" });
        return Promise.resolve(event);
      }),
    );

    // Act
    const answer = await call({ value: 1 });

    // Assess
    expect(answer).to.deep.equal({ value: 1 });
    expect(lines()).to.have.length(1);
    const [{ timestamp, durationMilliseconds, ...line } = {}] = lines();
    expect(line).to.deep.equal({
      level: "INFO",
      message: "Done",
      service: "image-classification",
      sampling_rate: 0,
      cold_start: true,
      function_name: "vehicles-step",
      function_request_id: "request",
      image: { bucket: "uploads", key: "1.png" },
      verdict: "review",
    });
    expect(timestamp).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(durationMilliseconds).to.be.a("number");
  });

  it("takes nothing from one invocation into the next", async () => {
    // Prepare
    const { call, lines } = record(
      observed("Done", (event, invocation) => {
        invocation.log(event as Record<string, unknown>);
        invocation.measure(METRICS.bytesRead, 7);
        return Promise.resolve();
      }),
    );

    // Act
    await call({ first: 1 });
    await call({ second: 2 });

    // Assess
    const [, second] = logsOf(lines());
    expect(second).to.include({ second: 2, cold_start: false }).and.not.have.property("first");
    expect(metricsOf(lines()).map(({ value }) => value)).to.deep.equal([7, 7]);
  });

  it("publishes metrics with namespace, unit and dimensions", async () => {
    // Prepare
    const { call, lines } = record(
      observed("Done", async (_event, invocation) => {
        invocation.measure(METRICS.bytesRead, 7);
        invocation.measureBy("label", "bicycle", METRICS.confidence, 0.5);
        return invocation.time(METRICS.decodeDuration, () => Promise.resolve());
      }),
    );

    // Act
    await call({});

    // Assess
    const namespace = "MlWorkflow";
    const metrics = metricsOf(lines());
    expect(metrics.slice(0, 2)).to.deep.equal([
      {
        namespace,
        name: "Confidence",
        unit: "None",
        value: 0.5,
        dimensions: { ...DIMENSIONS, label: "bicycle" },
      },
      { namespace, name: "BytesRead", unit: "Bytes", value: 7, dimensions: DIMENSIONS },
    ]);
    expect(metrics[2]).to.deep.include({ name: "DecodeDuration", unit: "Milliseconds" });
    expect(metrics[2]?.value).to.be.at.least(0);
    expect(metrics).to.have.length(3);
  });

  it("reports what was thrown and throws it on, after what was measured until then", async () => {
    // Prepare
    const thrown = new FunctionError("UnreadableImageError", "1.png is no image");
    const { call, lines } = record(
      observed("Done", async (_event, invocation) => {
        invocation.log({ image: "1.png" });
        invocation.measure(METRICS.bytesRead, 7);
        await invocation.time(METRICS.decodeDuration, () => Promise.reject(thrown));
      }),
    );

    // Act
    const error = await errorOf(() => call({}));

    // Assess
    expect(error).to.equal(thrown);
    const logs = logsOf(lines());
    expect(logs).to.have.length(1);
    expect(logs[0]).to.include({
      level: "ERROR",
      message: "UnreadableImageError: 1.png is no image",
      image: "1.png",
    });
    expect(logs[0]?.["error"]).to.include({ name: "UnreadableImageError" });
    expect(
      metricsOf(lines()).map(({ name, value, dimensions }) => ({ name, value, dimensions })),
    ).to.deep.equal([
      {
        name: "Failures",
        value: 1,
        dimensions: { ...DIMENSIONS, error: "UnreadableImageError" },
      },
      { name: "BytesRead", value: 7, dimensions: DIMENSIONS },
    ]);
  });

  describe("in Lambda", () => {
    useEnvironment({ AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" });

    it("counts a cold start once per execution environment", async () => {
      // Prepare
      const { call, lines } = record(observed("Done", () => Promise.resolve()));

      // Act
      await call({});
      await call({});

      // Assess
      expect(metricsOf(lines())).to.deep.equal([
        {
          namespace: "MlWorkflow",
          name: "ColdStart",
          unit: "Count",
          value: 1,
          dimensions: DIMENSIONS,
        },
      ]);
    });
  });
});
