import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { DRIFT_FILES, driftWindowPrefix } from "../../../contract/monitoring";
import { Cloud } from "../../../local/cloud";
import { RecordReader } from "../../../common/records";
import { findWindows } from "../../../operations/report/windows";
import { PROJECT_ROOT } from "../../support/project";

const BUCKET = "bucket";
const MEASURE = {
  ...{ name: "volume", statistic: "ratio", images: 40, drifted: false, examples: [] },
  ...{ value: null, threshold: null, figure: 40, baseline: null },
};
const hour = (count: number) => new Date(Date.UTC(2026, 0, 1, count));

describe("the windows of drift in a report", () => {
  let cloud: Cloud;
  let s3: S3Client;

  beforeEach(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    s3 = new S3Client(cloud.deployerSession());
  });
  afterEach(async () => {
    s3.destroy();
    await cloud.stop();
  });

  const keep = async (count: number, more: object = {}) => {
    const [from, to] = [hour(count), hour(count + 1)];
    const window = {
      ...{ version: 1, from: from.toISOString(), to: to.toISOString(), measures: [MEASURE] },
      ...{ images: 40, undecodable: 0, leftOut: 0, classes: { bicycle: 40 } },
    };
    const put = (name: string, Body: string) =>
      s3.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: driftWindowPrefix(from, to) + name, Body }),
      );
    await put(DRIFT_FILES.violations, "{}");
    await put(DRIFT_FILES.statistics, JSON.stringify({ ...window, ...more }));
  };
  const find = (from: Date, to: Date, reader = new RecordReader(s3, BUCKET)) =>
    findWindows({ s3, inferenceBucket: BUCKET }, { from, to }, reader);
  const found = async (...range: Parameters<typeof find>) =>
    (await find(...range)).map((window) => new Date(window.from).getUTCHours());

  it("are those of which some is in the time, oldest first", async () => {
    // Prepare
    for (const count of [5, 3, 4, 2, 6]) {
      await keep(count);
    }

    // Act
    const some = await found(new Date(hour(3).getTime() + 1), hour(5));
    const none = await found(hour(10), hour(12));

    // Assess
    expect(some).to.deep.equal([3, 4]);
    expect(none).to.deep.equal([]);
  });

  it("are the latest week of hours where the time is longer", async () => {
    // Prepare
    for (let count = 0; count < 170; count += 1) {
      await keep(count);
    }

    // Act
    const windows = await find(hour(0), hour(169));

    // Assess
    expect(windows).to.have.length(168);
    expect(windows.at(0)?.from).to.equal(hour(1).toISOString());
    expect(windows.at(-1)?.from).to.equal(hour(168).toISOString());
  });

  for (const [what, more] of [
    ["another version", { version: 2 }],
    ["a measure that nobody knows", { measures: [{ ...MEASURE, name: "taste" }] }],
    ["a measure without its value", { measures: [{ ...MEASURE, value: undefined }] }],
  ] as const) {
    it(`are those that can be read where one has ${what}, which is told`, async () => {
      // Prepare
      const reader = new RecordReader(s3, BUCKET);
      await keep(1, more);
      await keep(2);

      // Act
      const windows = await found(hour(0), hour(5), reader);

      // Assess
      expect(windows).to.deep.equal([2]);
      expect(reader.damaged.map(({ record }) => record)).to.deep.equal([
        `${driftWindowPrefix(hour(1), hour(2))}${DRIFT_FILES.statistics}`,
      ]);
    });
  }
});
