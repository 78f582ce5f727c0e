import { expect } from "chai";
import { DRIFT_DEFAULTS } from "../../../common/drift";
import { parseMonitorRequest, readMonitorSettings } from "../../../functions/monitor-drift/request";

const range = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });

describe("what the drift monitor is asked", () => {
  for (const [period, scheduledTime, latest, before] of [
    // Half an hour is waited for captures, and a late attempt judges what it was planned for.
    ["hour", "2026-11-26T10:30:00Z", ["09:00", "10:00"], ["08:00", "09:00"]],
    ["hour", "2026-11-26T11:29:59Z", ["09:00", "10:00"], ["08:00", "09:00"]],
    ["hour", "2026-11-26T11:30:00Z", ["10:00", "11:00"], ["09:00", "10:00"]],
  ] as const) {
    it(`is the last whole ${period} at ${scheduledTime}, and once more the one before`, () => {
      const at = ([from, to]: readonly [string, string]) =>
        range(`2026-11-26T${from}:00Z`, `2026-11-26T${to}:00Z`);
      expect(parseMonitorRequest({ scheduledTime }, period)).to.deep.equal({
        latest: at(latest),
        others: [at(before)],
      });
    });
  }

  it("is the last whole day in UTC where windows are that long", () => {
    expect(parseMonitorRequest({ scheduledTime: "2026-11-26T00:30:00Z" }, "day")).to.deep.equal({
      latest: range("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z"),
      others: [range("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")],
    });
  });

  it("is a time of a person's own, of which no metric tells", () => {
    const from = "2026-11-26T10:10:00Z";
    const to = "2026-11-26T10:20:00Z";
    expect(parseMonitorRequest({ from, to }, "hour")).to.deep.equal({ others: [range(from, to)] });
  });

  for (const event of [
    undefined,
    {},
    { scheduledTime: "yesterday" },
    { scheduledTime: "<aws.scheduler.scheduled-time>" },
    { scheduledTime: "2026-11-26T10:30:00+01:00" },
    { from: "2026-11-26T10:00:00Z" },
    { from: "2026-11-26T10:00:00Z", to: "2026-11-26T10:00:00Z" },
    { from: "2026-11-26T10:00:00Z", to: "2026-11-26T11:00:00Z", scheduledTime: "now" },
  ]) {
    it(`is refused when it is ${JSON.stringify(event)}`, () => {
      expect(() => parseMonitorRequest(event, "hour"))
        .to.throw(/scheduledTime, or from and to/)
        .with.property("name", "InvalidEventError");
    });
  }
});

describe("the settings of the drift monitor", () => {
  const limits = DRIFT_DEFAULTS.limits;
  const environment = (settings: unknown) => ({
    DRIFT_SETTINGS: typeof settings === "string" ? settings : JSON.stringify(settings),
    CONFIDENCE_THRESHOLD: "0.8",
  });

  it("are those of the stack", () => {
    const settings = { period: "day", minImages: 50, limits };
    expect(readMonitorSettings(environment(settings))).to.deep.equal({
      ...settings,
      confidenceThreshold: 0.8,
    });
  });

  for (const settings of [
    "{",
    { period: "week", minImages: 50, limits },
    { period: "day", minImages: 0, limits },
    { period: "day", minImages: 50, limits: { ...limits, psi: -1 } },
    { period: "day", minImages: 50, limits: {} },
  ]) {
    it(`are refused when they are ${JSON.stringify(settings)}`, () => {
      expect(() => readMonitorSettings(environment(settings)))
        .to.throw(/DRIFT_SETTINGS/)
        .with.property("name", "InvalidEnvironmentError");
    });
  }
});
