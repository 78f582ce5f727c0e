import { setTimeout } from "node:timers/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { findText } from "../../../common/objectText";
import { recordKey } from "../../../common/recordKey";
import { FINE_NAMES } from "../../../contract/cifar100";
import type { DatasetSummary } from "../../../contract/dataset";
import { INFERENCE_PREFIXES, type Verdict } from "../../../contract/inference";
import { encodePng } from "../../../etl/formats/png";
import { answerReview } from "../../../local/run/reviewer";
import { drawPicture } from "../../../local/run/sample/picture";
import { DeployedStack } from "../../support/deployedStack";

/** Enough epochs to see that it learns; and it is to doubt much. */
const CONFIG = ["training.epochs=4", "workflow.confidenceThreshold=0.95"];

/** A kind of bicycle of which the archive has none: the figure is another class's. */
function unseenBicycle(seed: number): Buffer {
  // The encoder has one buffer for all.
  return Buffer.from(encodePng(drawPicture(FINE_NAMES.indexOf("bowl"), seed)));
}

const range = (first: number, count: number) =>
  Array.from({ length: count }, (_, at) => first + at);
const UPLOADED = range(0, 40);
/** More of the kind, about which nobody is ever asked. */
const NEVER_LABELLED = range(1000, 20);

describe("a stack that learns from its reviewers", function () {
  this.timeout(300_000);
  let stack: DeployedStack;
  let s3: S3Client;

  before(async () => {
    stack = await DeployedStack.start();
    s3 = new S3Client(stack.cloud.deployerSession());
    await stack.up(...CONFIG);
  });
  after(async () => {
    s3.destroy();
    await stack.stop();
  });

  const output = <Value>(name: string) => stack.outputs[name] as Value;

  /** Uploads pictures and waits for the verdicts. */
  async function verdictsOn(folder: string, seeds: readonly number[]): Promise<readonly Verdict[]> {
    return Promise.all(seeds.map((seed) => verdictOn(`${folder}/${seed}.png`, seed)));
  }

  async function verdictOn(name: string, seed: number): Promise<Verdict> {
    const Bucket = output<string>("inferenceBucket");
    const key = INFERENCE_PREFIXES.incoming + name;
    const put = new PutObjectCommand({ Bucket, Key: key, Body: unseenBicycle(seed) });
    const { VersionId: versionId = "" } = await s3.send(put);
    const { accepted, review } = INFERENCE_PREFIXES;
    for (;;) {
      for (const prefix of [accepted, review]) {
        const text = await findText(s3, Bucket, recordKey(prefix, { key, versionId }));
        if (text !== undefined) {
          return JSON.parse(text) as Verdict;
        }
      }
      await setTimeout(100);
    }
  }

  const right = (verdicts: readonly Verdict[]) =>
    verdicts.filter(({ label }) => label === "bicycle").length;

  it("knows what it was not sure of, and more of the kind, after reviews and another update", async () => {
    // Prepare
    const first = await verdictsOn("first", UPLOADED);
    const othersBefore = right(await verdictsOn("others", NEVER_LABELLED));
    const doubtful = first.filter(({ verdict }) => verdict === "review");

    // Act
    const reviewed = { cloud: stack.cloud, reviewTopicArn: output<string>("reviewTopicArn") };
    const answers = await Promise.all(
      doubtful.map((verdict) => answerReview(reviewed, verdict, "bicycle")),
    );
    // S3 tells times to the second.
    await setTimeout(1000);
    const until = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    await stack.up(...CONFIG, `dataset.labelsUntil=${until}`);

    // Assess
    const seeds = doubtful.map(({ image }) => Number(/(\d+)\.png$/.exec(image.key)?.[1]));
    const now = right(await verdictsOn("again", seeds));
    const othersNow = right(await verdictsOn("more", NEVER_LABELLED));
    expect(answers.every(({ label }) => label === "bicycle")).to.equal(true);
    const { labels, counts } = output<DatasetSummary>("datasetSummary");
    expect(labels).to.include({ answers: doubtful.length, merged: doubtful.length });
    expect(counts.train).to.equal(180 + doubtful.length);
    const change = `${right(doubtful)} to ${now} of ${doubtful.length} reviewed, ${othersBefore} to ${othersNow} of ${NEVER_LABELLED.length} others`;
    expect(now, change)
      .to.be.greaterThan(0.7 * doubtful.length)
      .and.greaterThan(right(doubtful));
    expect(othersNow, change).to.be.at.least(othersBefore + 4);
  });
});
