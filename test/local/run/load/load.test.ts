import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Cloud } from "../../../../local/cloud";
import { measureLoad, type LoadOptions } from "../../../../local/run/load/measure";
import { latencyPicture } from "../../../../local/run/load/picture";
import { dueAt } from "../../../../local/run/load/schedule";
import { hasKeptPromise, renderLoad, summarizeLoad } from "../../../../local/run/load/summary";
import { PROJECT_ROOT } from "../../../support/project";

const BUCKET = "inference";

describe("a load", () => {
  let cloud: Cloud;
  let s3: S3Client;
  /** What a workflow makes of an image, by its number: the prefixes under which there is a record. */
  let kindsOf: (number: number) => readonly string[];
  const writing: Promise<unknown>[] = [];

  beforeEach(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    cloud.s3.setVersioning(BUCKET, "Enabled");
    cloud.s3.setEventBridge(BUCKET, true);
    s3 = new S3Client(cloud.deployerSession());
    kindsOf = () => ["accepted/"];
    cloud.s3.onObjectCreated(({ object: { key, "version-id": version } }) => {
      const number = Number(/^incoming\/.*\/(\d+)\.png$/.exec(key)?.[1] ?? Number.NaN);
      const kinds = Number.isNaN(number) ? [] : kindsOf(number);
      for (const kind of kinds) {
        const record = { Bucket: BUCKET, Key: `${kind}${key}/${version}.json` };
        const Body = number === 7 ? "{" : JSON.stringify({ error: "UnreadableImageError" });
        writing.push(s3.send(new PutObjectCommand({ ...record, Body })));
      }
    });
  });
  afterEach(async () => {
    await Promise.allSettled(writing.splice(0));
    s3.destroy();
    await cloud.stop();
  });

  const run = (changes: Partial<LoadOptions> = {}) =>
    measureLoad(
      { s3, inferenceBucket: BUCKET },
      {
        ...{ images: 20, rate: 200, burst: 4, name: "load-test", patience: 0.3 },
        pictures: [Buffer.from("one"), Buffer.from("two")],
        signal: new AbortController().signal,
        onProgress: () => undefined,
        ...changes,
      },
    );

  it("finds a verdict for each image, and the errors of those that failed", async () => {
    // Prepare
    kindsOf = (number) => [number === 3 ? "failed/" : number % 2 === 0 ? "review/" : "accepted/"];

    // Act
    const result = await run();
    const summary = summarizeLoad({ images: 20, rate: 200, burst: 4 }, result);

    // Assess
    expect(result.sent).to.equal(20);
    expect(summary.verdicts).to.deep.equal({ accepted: 9, review: 10, failed: 1 });
    expect(summary.errors).to.deep.equal({ UnreadableImageError: 1 });
    expect(hasKeptPromise(summary)).to.equal(true);
    for (const { latency } of result.samples) {
      expect(latency).to.be.above(0);
    }
  });

  it("goes on where the record of a failure is damaged, and names it", async () => {
    // Prepare
    kindsOf = (number) => [number === 3 || number === 7 ? "failed/" : "accepted/"];

    // Act
    const result = await run();

    // Assess
    expect(result.errors).to.deep.equal({ UnreadableImageError: 1 });
    expect(result.damaged.map(({ record }) => record)).to.have.length(1);
    expect(result.damaged[0]?.record).to.match(/^failed\/incoming\/load-test\/7\.png\//);
  });

  it("names an image without a record as lost, and one with two as doubled", async () => {
    // Prepare
    kindsOf = (number) =>
      number === 5 ? [] : number === 6 ? ["accepted/", "failed/"] : ["review/"];

    // Act
    const result = await run();
    const summary = summarizeLoad({ images: 20, rate: 200, burst: 4 }, result);

    // Assess
    expect(result.lost).to.deep.equal(["incoming/load-test/5.png"]);
    expect(result.doubled).to.deep.equal(["incoming/load-test/6.png"]);
    expect(hasKeptPromise(summary)).to.equal(false);
    expect(renderLoad(summary))
      .to.match(/^lost +1$/m)
      .and.match(/^doubled +1$/m);
  });

  it("counts what S3 does not take as refused, and not as lost", async () => {
    const result = await measureLoad(
      { s3, inferenceBucket: BUCKET },
      {
        ...{ images: 3, rate: 100, burst: 1, name: "k".repeat(1100), patience: 0.1 },
        pictures: [Buffer.from("one")],
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
    ).catch((error: unknown) => error);

    expect(result).to.deep.include({ sent: 0, refused: { KeyTooLongError: 3 }, lost: [] });
  });

  it("ends at once when it is interrupted", async () => {
    // Prepare
    const interruption = new AbortController();
    const reason = new Error("interrupted");

    // Act
    const error = await run({
      images: 1_000_000,
      rate: 10,
      signal: interruption.signal,
      onProgress: () => interruption.abort(reason),
    }).catch((thrown: unknown) => thrown);

    // Assess
    expect([error, (error as Error).cause]).to.include(reason);
  });

  it("waits for what is due in years, longer than one timer can", async () => {
    // Prepare
    const aborting = new AbortController();
    let most = 0;

    // Act
    await run({
      ...{ images: 5, rate: 1e-9, signal: aborting.signal },
      onProgress: (sent) => {
        most = Math.max(most, sent);
        if (sent >= 4) {
          setTimeout(() => aborting.abort(), 100);
        }
      },
    }).catch((error: unknown) => error);

    // Assess
    expect(most).to.equal(4);
  });

  it("is sent at its rate in bursts, whatever comes back", () => {
    const plan = { images: 9, rate: 20, burst: 4 };

    expect(Array.from({ length: 9 }, (_, index) => dueAt(index, plan))).to.deep.equal([
      ...[0, 0, 0, 0],
      ...[200, 200, 200, 200],
      400,
    ]);
  });

  it("has no latency to tell when nothing came back, and says so", () => {
    const plan = { images: 1, rate: 1, burst: 1 };
    const none = { samples: [], lost: ["a"], doubled: [], errors: {}, damaged: [], refused: {} };
    const summary = summarizeLoad(plan, { ...none, sent: 1, seconds: 0, resolution: 50 });

    expect(summary.latency).to.deep.equal({ p50: null, p95: null, p99: null, most: null });
    expect(renderLoad(summary)).to.match(/^p50 +-$/m);
  });

  it("is drawn with a point for each image, in whole XML whatever the title", () => {
    // Prepare
    const samples = Array.from({ length: 50 }, (_, index) => ({
      due: index * 10,
      latency: 20 + (index % 7),
      verdict: index === 7 ? ("failed" as const) : ("accepted" as const),
    }));

    // Act
    const picture = latencyPicture('a <title> & "more"', samples);

    // Assess
    const shapes = picture.match(/<path[^>]*stroke="var\(--(good|second|bad)\)"/g) ?? [];
    expect(shapes).to.have.length(50);
    expect(picture).to.match(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(picture)
      .to.match(/a &lt;title&gt; &amp; ("|&quot;)more/)
      .and.not.include("NaN");
    expect(latencyPicture("nothing", [])).to.not.include("NaN");
  });
});
