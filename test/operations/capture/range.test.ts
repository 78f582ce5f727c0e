import { expect } from "chai";
import { parseTime } from "../../../operations/capture/range";

const NOW = new Date("2026-11-26T12:34:56.789Z");

describe("a time on the command line", () => {
  for (const [text, time] of [
    ["now", "2026-11-26T12:34:56.789Z"],
    ["30m", "2026-11-26T12:04:56.789Z"],
    ["24h", "2026-11-25T12:34:56.789Z"],
    ["7d", "2026-11-19T12:34:56.789Z"],
    ["2026-11-26", "2026-11-26T00:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["2026-11-26T09:30", "2026-11-26T09:30:00.000Z"],
    ["2026-11-26T09:30:15Z", "2026-11-26T09:30:15.000Z"],
    ["2026-11-26T00:30:00+01:00", "2026-11-25T23:30:00.000Z"],
    ["2026-11-26T09:30:00.5-05:00", "2026-11-26T14:30:00.500Z"],
  ] as const) {
    it(`is ${time} in ${text}`, () => {
      expect(parseTime(text, NOW).toISOString()).to.equal(time);
    });
  }

  for (const text of [
    ...["", "yesterday", "24", "24H", "-1h", "1.5h", "9999999d", "2026", "2026-11", "2026-13-01"],
    ...[
      "2026-02-30",
      "2026-11-26T25:00",
      "2026-11-26 09:30",
      "2026-11-26T09:30:00+1",
      "1764150000",
    ],
  ]) {
    it(`is none in ${JSON.stringify(text)}`, () => {
      expect(() => parseTime(text, NOW)).to.throw(`${text} is no time`);
    });
  }
});
