import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { recordKey } from "../../../common/recordKey";
import { RecordReader } from "../../../common/records";
import { INFERENCE_PREFIXES } from "../../../contract/inference";
import { findVerdicts } from "../../../operations/report/verdicts";
import { BUCKET, RunningS3 } from "../../local/cloud/services/s3/support";
import { PRICE } from "../../support/price";

const { accepted, review, failed, labels } = INFERENCE_PREFIXES;
const RANGE = { from: new Date(0), to: new Date("2999-01-01T00:00:00Z") };

describe("the verdicts of a report", () => {
  let running: RunningS3;
  let s3: S3Client;

  beforeEach(async () => {
    running = await RunningS3.start();
    s3 = running.client();
  });
  afterEach(() => running.stop());

  const imageOf = (name: string) => ({ key: `incoming/${name}.png`, versionId: "1" });
  const keep = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const verdictOn = (name: string, verdict: "accepted" | "review") =>
    keep(
      recordKey(INFERENCE_PREFIXES[verdict], imageOf(name)),
      JSON.stringify({
        ...{ image: imageOf(name), inferenceId: name, verdict },
        ...{ label: "bus", confidence: 0.5, threshold: 0.8, scores: { bus: 0.5 } },
      }),
    );
  async function verdicts() {
    const reader = new RecordReader(s3, BUCKET);
    const states = new SFNClient({ region: "eu-west-1" });
    const workflow = {
      ...{ s3, states, endpointName: "endpoint", inferenceBucket: BUCKET, stateMachineArn: "arn" },
      ...{ priceEstimate: PRICE, outputs: {} },
    };
    const found = await findVerdicts(workflow, RANGE, 1000, reader);
    states.destroy();
    return { ...found, damaged: reader.damaged.map(({ record }) => record).sort() };
  }

  it("are those whose records can be read, and the others are told", async () => {
    // Prepare
    const damaged = [accepted, failed, review].map((kind) => recordKey(kind, imageOf("damaged")));
    await verdictOn("sound", "accepted");
    for (const [index, text] of ["{", "{}", '{"image":null}'].entries()) {
      await keep(damaged[index] ?? "", text);
    }

    // Act
    const found = await verdicts();

    // Assess
    expect(found.images.map(({ key }) => key)).to.deep.equal(["incoming/sound.png"]);
    expect(found.damaged).to.deep.equal(damaged);
  });

  it("have no truth where the answer of a reviewer is damaged, which is told", async () => {
    // Prepare
    await verdictOn("answered", "review");
    await verdictOn("damaged", "review");
    const [answered, damaged] = [imageOf("answered"), imageOf("damaged")];
    await keep(recordKey(labels, answered), '{"decision":"label","label":"truck"}');
    await keep(recordKey(labels, damaged), "null");

    // Act
    const found = await verdicts();

    // Assess
    const truths = new Map(found.images.map(({ key, truth }) => [key, truth]));
    expect(truths.get(answered.key)).to.equal("truck");
    expect(truths.get(damaged.key)).to.equal(undefined);
    expect(found.images).to.have.length(2);
    expect(found.damaged).to.deep.equal([recordKey(labels, damaged)]);
  });

  it("are none of folders that somebody has made in the console", async () => {
    await keep(`${accepted}holidays/`, "");
    const { records, damaged } = await verdicts();
    expect([records, damaged]).to.deep.equal([0, []]);
  });
});
