import { expect } from "chai";
import type { RecordedResource } from "../../local/pulumi/graph";
import { DRIFT_DEFAULTS } from "../../common/drift";
import { parseMonitorRequest, readMonitorSettings } from "../../functions/monitor-drift/request";
import { ofType, resource } from "../support/graph";
import { deployProgram } from "../support/mocks";

const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };
const FUNCTION = "aws:lambda/function:Function";
const SCHEDULE = "aws:scheduler/schedule:Schedule";

async function deploy(drift: object = {}, endpoint: object = {}) {
  const { resources } = await deployProgram({
    endpoint: { ...ENDPOINT, ...endpoint },
    workflow: { confidenceThreshold: 0.75 },
    monitoring: { drift },
  });
  return resources;
}

const environmentOf = (resources: readonly RecordedResource[]) => {
  const { inputs } = resource(resources, FUNCTION, "monitoring-drift");
  return (inputs["environment"] as { variables: Record<string, string> }).variables;
};

describe("the drift monitor of the stack", () => {
  it("reads its settings as the config has them, and gets no others", async () => {
    // Act
    const resources = await deploy({ period: "day", minImages: 50, limits: { psi: 0.3 } });
    const environment = environmentOf(resources);

    // Assess
    expect(Object.keys(environment)).to.have.members([
      ...["BUCKET_NAME", "CONFIDENCE_THRESHOLD", "DRIFT_SETTINGS", "ENDPOINT_NAME", "TOPIC_ARN"],
    ]);
    expect(readMonitorSettings(environment)).to.deep.equal({
      ...{ period: "day", minImages: 50, confidenceThreshold: 0.75 },
      limits: { ...DRIFT_DEFAULTS.limits, psi: 0.3 },
    });
  });

  for (const [period, expression, due] of [
    ["hour", "cron(30 * * * ? *)", "2026-11-26T11:30:00Z"],
    ["day", "cron(30 0 * * ? *)", "2026-11-26T00:30:00Z"],
  ] as const) {
    it(`is started when a window of one ${period} is complete, by an event that it takes`, async () => {
      // Act
      const { inputs } = resource(await deploy({ period }), SCHEDULE);
      const target = inputs["target"] as { readonly input: string };

      // Assess
      expect(inputs["scheduleExpression"]).to.equal(expression);
      const event = target.input.replace("<aws.scheduler.scheduled-time>", due);
      const { latest } = parseMonitorRequest(JSON.parse(event), period);
      expect(Date.parse(due) - Number(latest?.to)).to.equal(30 * 60_000);
    });
  }

  for (const [what, drift, endpoint] of [
    ["it is switched off", { enabled: false }, {}],
    ["there is no endpoint", {}, { enabled: false }],
  ] as const) {
    it(`is not there when ${what}`, async () => {
      const resources = await deploy(drift, endpoint);
      expect(ofType(resources, SCHEDULE)).to.deep.equal([]);
      expect(resources.filter(({ name }) => name.includes("drift"))).to.deep.equal([]);
    });
  }
});
