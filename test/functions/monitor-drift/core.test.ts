import { HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { DRIFT_DEFAULTS } from "../../../common/drift";
import { imageFeatures } from "../../../common/imageFeatures";
import { encodePng } from "../../../common/pictures/png";
import { PictureTally } from "../../../common/pictureTally";
import { CAPTURE_PREFIX, INFERENCE_PREFIXES, VARIANT_NAME } from "../../../contract/inference";
import {
  DRIFT_BASELINE_KEY,
  DRIFT_FILES,
  driftWindowPrefix,
  type DriftWindow,
} from "../../../contract/monitoring";
import { monitorWindow, readBaseline } from "../../../functions/monitor-drift/core";
import { readWindow } from "../../../functions/monitor-drift/reading";
import { Cloud } from "../../../local/cloud";
import { capture } from "../../common/captures/support";
import { PROJECT_ROOT } from "../../support/project";
import { rejectionOf } from "../../local/pulumi/resources/support";

const BUCKET = "bucket";
const ENDPOINT = "endpoint";
const RANGE = { from: new Date("2026-11-26T10:00:00Z"), to: new Date("2026-11-26T11:00:00Z") };
const sourceOf = (s3: S3Client) => ({ s3, bucket: BUCKET, endpointName: ENDPOINT });
const SETTINGS = { ...DRIFT_DEFAULTS, period: "hour" } as const;
const IMAGES = 100;

/** A picture of one colour with some noise in it. */
function picture(number: number, [red, green, blue] = [180, 120, 60]): Buffer {
  const side = 8;
  const pixels = Array.from({ length: side * side }, (_, at) => {
    const noise = (at * 7 + number * 13) % 40;
    return [red ?? 0, green ?? 0, blue ?? 0].map((level) => level + noise);
  });
  return encodePng({ width: side, height: side }, Uint8ClampedArray.from(pixels.flat()));
}

const answerOf = (number: number) => (number % 2 === 0 ? [0.9, 0.1] : [0.1, 0.9]);

function baseline() {
  const tally = new PictureTally(["bicycle", "rocket"]);
  for (let number = 0; number < IMAGES; number++) {
    const features = imageFeatures(picture(number));
    tally.add({ scores: answerOf(number), features }, number % 2);
  }
  return tally.baseline();
}

describe("a window of the drift monitor", () => {
  let cloud: Cloud;
  let s3: S3Client;
  let told: string[];

  beforeEach(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    s3 = new S3Client(cloud.deployerSession());
    told = [];
  });
  afterEach(async () => {
    s3.destroy();
    await cloud.stop();
  });

  const put = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  /** Captures as SageMaker keeps them, in the file of an hour. */
  const captured = (hour: string, file: string, lines: readonly string[]) =>
    put(
      `${CAPTURE_PREFIX}/${ENDPOINT}/${VARIANT_NAME}/2026/11/26/${hour}/${file}.jsonl`,
      lines.map((line) => `${line}\n`).join(""),
    );
  const line = (number: number, fields: Parameters<typeof capture>[0] = {}) =>
    capture({
      body: picture(number),
      answer: JSON.stringify(answerOf(number)),
      inferenceId: `image-${number}`,
      time: new Date(RANGE.from.getTime() + number * 1000),
      ...fields,
    });
  const lines = (count: number, first = 0) =>
    Array.from({ length: count }, (_, index) => line(first + index));
  const judge = (): Promise<DriftWindow> =>
    monitorWindow(
      {
        ...sourceOf(s3),
        publish: (subject, message) => {
          told.push(`${subject}\n${message}`);
          return Promise.resolve();
        },
      },
      RANGE,
      baseline(),
      SETTINGS,
    );
  const drifted = ({ measures }: DriftWindow) =>
    measures.filter((measure) => measure.drifted).map(({ name }) => name);

  it("is quiet about traffic like the baseline", async () => {
    // Prepare
    await captured("10", "a", lines(IMAGES));

    // Act
    const window = await judge();

    // Assess
    expect(window).to.deep.include({
      ...{ images: IMAGES, undecodable: 0, leftOut: 0 },
      classes: { bicycle: IMAGES / 2, rocket: IMAGES / 2 },
    });
    expect(drifted(window)).to.deep.equal([]);
    expect(told).to.deep.equal([]);
  });

  it("counts a capture by its own time, once, also where its file comes an hour late", async () => {
    // Prepare
    await captured("10", "a", lines(60));
    const before = await judge();
    await captured("11", "late", [...lines(40, 60), ...lines(10)]);
    await captured("10", "edges", [
      line(1, { inferenceId: "too early", time: new Date(RANGE.from.getTime() - 1000) }),
      line(1, { inferenceId: "too late", time: RANGE.to }),
    ]);

    // Act
    const after = await judge();

    // Assess
    expect(before.images).to.equal(60);
    expect(after.images).to.equal(100);
  });

  it("leaves out what deployment itself has sent, and counts what cannot be compared", async () => {
    // Prepare
    await captured("10", "a", [
      ...lines(IMAGES),
      line(1, { inferenceId: "parity-1" }),
      line(1, { inferenceId: "other classes", answer: "[0.2,0.3,0.5]" }),
      line(1, { inferenceId: "no picture", body: Buffer.from("no picture") }),
      "{",
    ]);

    // Act
    const window = await judge();

    // Assess
    expect(window).to.deep.include({ images: IMAGES, leftOut: 3 });
  });

  it("tells of a drift once, and then only of what is new in it", async () => {
    // Prepare
    const grey = (number: number) =>
      line(number, { body: picture(number, [120, 120, 120]), inferenceId: `grey-${number}` });
    await captured(
      "10",
      "a",
      Array.from({ length: IMAGES }, (_, number) => grey(number)),
    );

    // Act
    const first = await judge();
    await judge();
    const known = told.length;
    const oneClass = Array.from({ length: 3 * IMAGES }, (_, number) =>
      line(2 * number, { inferenceId: `more-${number}`, time: new Date(RANGE.from.getTime() + 1) }),
    );
    await captured("11", "late", oneClass);
    const second = await judge();

    // Assess
    expect(drifted(first)).to.include("chroma").and.not.include("classMix");
    expect(known).to.equal(1);
    expect(told[0]).to.match(/^Drift: .*chroma/);
    expect(drifted(second)).to.include("classMix");
    expect(told).to.have.length(2);
    expect(told[1]).to.match(/^Drift: .*classMix/);
    expect(told[1]?.split("\n")[0]).not.to.include("chroma");
  });

  it("counts uploads that are no pictures, no failures of another kind, and damaged records", async () => {
    // Prepare
    const now = new Date();
    const range = { from: new Date(now.getTime() - 60_000), to: new Date(now.getTime() + 60_000) };
    for (let number = 0; number < 40; number++) {
      const error = number < 30 ? "UnreadableImageError" : "EndpointUnavailableError";
      const image = { bucket: BUCKET, key: `incoming/${number}.png`, versionId: "1" };
      await put(`${INFERENCE_PREFIXES.failed}${number}.json`, JSON.stringify({ image, error }));
    }
    for (const [index, text] of ["{", "{}", "null"].entries()) {
      await put(`${INFERENCE_PREFIXES.failed}damaged-${index}.json`, text);
      await put(`${INFERENCE_PREFIXES.labels}damaged-${index}.json`, text);
    }
    await put(`${INFERENCE_PREFIXES.failed}folder/`, "");

    // Act
    const window = await monitorWindow(
      {
        ...sourceOf(s3),
        publish: (subject) => {
          told.push(subject);
          return Promise.resolve();
        },
      },
      range,
      baseline(),
      SETTINGS,
    );

    // Assess
    expect(window).to.deep.include({ undecodable: 30, leftOut: 6 });
    expect(drifted(window)).to.deep.equal(["undecodable"]);
    expect(told).to.deep.equal(["Drift: undecodable"]);
  });

  it("counts a failure from the begin of its window on, and no more from its end on", async () => {
    // Prepare
    const failed = `${INFERENCE_PREFIXES.failed}1.json`;
    const image = { bucket: BUCKET, key: "incoming/1.png", versionId: "1" };
    await put(failed, JSON.stringify({ image, error: "UnreadableImageError" }));
    const head = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: failed }));
    const written = (head.LastModified as Date).getTime();
    const undecodableBetween = async (from: number, to: number) => {
      const range = { from: new Date(from), to: new Date(to) };
      return (await readWindow(sourceOf(s3), range, baseline())).undecodable;
    };

    // Act
    const counts = [
      await undecodableBetween(written, written + 60_000),
      await undecodableBetween(written - 60_000, written),
    ];

    // Assess
    expect(counts).to.deep.equal([1, 0]);
  });

  it("takes for usual what came at the same time on each of the seven days before", async () => {
    // Prepare
    const days = Array.from({ length: 9 }, (_, day) => day);
    for (const day of days) {
      const [from, to] = [RANGE.from, RANGE.to].map(
        (time) => new Date(time.getTime() - day * 24 * 60 * 60 * 1000),
      ) as [Date, Date];
      const statistics: DriftWindow = {
        ...{ version: 1, from: from.toISOString(), to: to.toISOString(), classes: {} },
        ...{ images: 100 * day, undecodable: 1, leftOut: 0, measures: [] },
      };
      const key = driftWindowPrefix(from, to) + DRIFT_FILES.statistics;
      await put(key, JSON.stringify(statistics));
    }

    // Act
    const { earlierVolumes } = await readWindow(sourceOf(s3), RANGE, baseline());

    // Assess
    expect([...earlierVolumes].sort()).to.deep.equal([101, 201, 301, 401, 501, 601, 701]);
  });

  for (const text of ["{", "{}", "null", '{"version":1,"measures":"none"}']) {
    it(`is judged anew where what was found in it before is ${text}`, async () => {
      // Prepare
      await captured("10", "a", lines(IMAGES));
      const day = 24 * 60 * 60 * 1000;
      for (const by of [0, day, 2 * day]) {
        const [from, to] = [RANGE.from, RANGE.to].map((time) => new Date(time.getTime() - by)) as [
          Date,
          Date,
        ];
        await put(driftWindowPrefix(from, to) + DRIFT_FILES.statistics, text);
      }

      // Act
      const window = await judge();
      const { earlierVolumes } = await readWindow(sourceOf(s3), RANGE, baseline());

      // Assess
      expect(window.images).to.equal(IMAGES);
      expect(earlierVolumes).to.deep.equal([]);
    });
  }

  it("has a subject that SNS takes, however much has drifted", async () => {
    // Prepare
    const red = (number: number) =>
      line(2 * number, {
        body: picture(number, [255, 0, 0]),
        answer: "[0.6,0.4]",
        inferenceId: `red-${number}`,
        time: RANGE.from,
      });
    await captured(
      "10",
      "a",
      Array.from({ length: IMAGES }, (_, number) => red(number)),
    );

    // Act
    const window = await judge();

    // Assess
    expect(`Drift: ${drifted(window).join(", ")}`).to.have.length.above(100);
    expect(told[0]?.split("\n")[0]).to.have.length(100);
  });

  for (const [what, text, reason] of [
    ["there is none", undefined, /There is no s3:\/\/bucket\/monitoring\/baseline.json: deploy/],
    ["it is of another version", '{"version":1}', /version/],
  ] as const) {
    it(`has nothing to compare with where ${what}, and says what to do`, async () => {
      // Prepare
      if (text !== undefined) {
        await put(DRIFT_BASELINE_KEY, text);
      }

      // Act
      const error = await rejectionOf(readBaseline(sourceOf(s3)));

      // Assess
      expect(error).to.have.property("name", "DriftBaselineError");
      expect(error).to.have.property("message").that.matches(reason);
    });
  }
});
