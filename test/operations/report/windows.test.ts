import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { DRIFT_FILES, driftWindowPrefix } from "../../../contract/monitoring";
import { Cloud } from "../../../local/cloud";
import { findWindows } from "../../../operations/report/windows";
import { rejectionOf } from "../../local/pulumi/resources/support";
import { PROJECT_ROOT } from "../../support/project";

const BUCKET = "bucket";
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
    const window = { version: 1, from: from.toISOString(), to: to.toISOString(), measures: [] };
    const put = (name: string, Body: string) =>
      s3.send(
        new PutObjectCommand({ Bucket: BUCKET, Key: driftWindowPrefix(from, to) + name, Body }),
      );
    await put(DRIFT_FILES.violations, "{}");
    await put(DRIFT_FILES.statistics, JSON.stringify({ ...window, ...more }));
  };
  const found = async (from: Date, to: Date) =>
    (await findWindows({ s3, inferenceBucket: BUCKET }, { from, to })).map((window) =>
      new Date(window.from).getUTCHours(),
    );

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
    const windows = await findWindows(
      { s3, inferenceBucket: BUCKET },
      { from: hour(0), to: hour(169) },
    );

    // Assess
    expect(windows).to.have.length(168);
    expect(windows.at(0)?.from).to.equal(hour(1).toISOString());
    expect(windows.at(-1)?.from).to.equal(hour(168).toISOString());
  });

  for (const [what, more] of [
    ["another version", { version: 2 }],
    ["a measure that nobody knows", { measures: [{ name: "taste", drifted: true }] }],
  ] as const) {
    it(`are refused with the key where one is of ${what}`, async () => {
      // Prepare
      await keep(1, more);

      // Act
      const error = await rejectionOf(found(hour(0), hour(5)));

      // Assess
      expect(error).to.have.property("name", "RecordError");
      expect(error)
        .to.have.property("message")
        .that.matches(/monitoring\/windows\/.*no window/);
    });
  }
});
