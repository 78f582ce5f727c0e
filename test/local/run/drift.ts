/** What the drift monitor says of a deployed workflow to which something has happened. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { encodePng } from "../../../common/pictures/png";
import { INFERENCE_PREFIXES } from "../../../contract/inference";
import {
  DRIFT_FILES,
  DRIFT_MEASURES,
  driftWindowPrefix,
  type DriftWindow,
} from "../../../contract/monitoring";
import { monitorDrift } from "../../../local/run/drift";
import type { DeployedWorkflow } from "./uploads";

/** Of each kind: enough to show beside what others have sent in the same hour. */
const UPLOADS = 250;

/** Grey pictures, each of another noise. */
function greyPicture(number: number): Buffer {
  const side = 28;
  const pixels = Array.from({ length: side * side }, (_, at) => {
    const level = (at * (number + 3) * 7 + number * 31) % 256;
    return [level, level, level];
  });
  return encodePng({ width: side, height: side }, Uint8ClampedArray.from(pixels.flat()));
}

export function describeDrift(workflow: () => DeployedWorkflow): void {
  let window: DriftWindow;
  let messages: () => readonly { readonly subject?: string; readonly message: string }[];
  let s3: S3Client;

  /** Has the window judged that this time is in, though it may be over. */
  const judge = async (time: Date) => {
    const { cloud } = workflow();
    await cloud.sagemaker.flushCapture();
    const [judged] = await monitorDrift(cloud, { from: time, to: time });
    return judged as DriftWindow;
  };

  /** Sends the pictures of both kinds, and waits until the last of them is classified. */
  const uploadAll = async () => {
    const { cloud, bucket, stateMachineArn } = workflow();
    for (let number = 0; number < UPLOADS; number++) {
      for (const [name, Body] of [
        ["grey", greyPicture(number)],
        ["broken", Buffer.from(`no picture ${number}`)],
      ] as const) {
        const Key = `${INFERENCE_PREFIXES.incoming}drift/${name}-${number}.png`;
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
      }
    }
    for (const execution of cloud.stepFunctions.executions(stateMachineArn)) {
      await cloud.stepFunctions.settled(execution);
    }
  };

  before(async function () {
    this.timeout(180_000);
    const { cloud } = workflow();
    s3 = new S3Client(cloud.deployerSession());
    const topic = cloud.topics.arns.find((arn) => arn.includes("drift")) ?? "";
    messages = () => cloud.topics.messages(topic);
    let from: Date;
    // Where one hour ends and the next begins meanwhile, once more: all of it is to be in one.
    do {
      from = new Date();
      await uploadAll();
    } while (from.getUTCHours() !== new Date().getUTCHours());
    window = await judge(from);
  });
  after(() => {
    s3.destroy();
  });

  const driftedIn = ({ measures }: DriftWindow) =>
    measures.filter(({ drifted }) => drifted).map(({ name }) => name);

  it("is seen within one window: grey pictures, and uploads of which half cannot be decoded", () => {
    expect(driftedIn(window)).to.include.members(["chroma", "undecodable"]);
    expect(window.undecodable).to.be.at.least(UPLOADS);
  });

  it("raises the alarm of what drifted, and no alarm of what has not", () => {
    // Act
    const states = Object.fromEntries(
      workflow()
        .cloud.cloudWatch.alarms()
        .filter(({ metric }) => metric.name === "Drift")
        .map(({ metric, state }) => [metric.dimensions["measure"], state]),
    );

    // Assess: of too few pictures nothing is told, so nothing is known.
    expect(Object.keys(states)).to.have.members([...DRIFT_MEASURES]);
    for (const { name, drifted, value } of window.measures) {
      const known = drifted ? "ALARM" : "OK";
      expect(states[name], name).to.equal(value === null ? "INSUFFICIENT_DATA" : known);
    }
  });

  it("is told with how much, and with three pictures that can be looked at", async () => {
    // Act
    const told = messages().filter(
      ({ message }) =>
        message.includes("colourfulness") && message.includes(`from ${window.from} `),
    );

    // Assess
    expect(told).to.have.length(1);
    const [{ subject, message } = { message: "" }] = told;
    expect(subject).to.match(/^Drift: .*chroma/);
    const chroma = window.measures.find(({ name }) => name === "chroma");
    expect(chroma?.examples).to.have.length(3);
    for (const Key of chroma?.examples ?? []) {
      expect(message).to.contain(Key);
      const { ContentType } = await s3.send(
        new GetObjectCommand({ Bucket: workflow().bucket, Key }),
      );
      expect(ContentType).to.equal("image/png");
    }
    const undecodable = window.measures.find(({ name }) => name === "undecodable");
    expect(undecodable?.examples).to.have.length(3);
  });

  it("is kept beside the figures of the window", async () => {
    const prefix = driftWindowPrefix(new Date(window.from), new Date(window.to));
    const read = async (name: string) => {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: workflow().bucket, Key: prefix + name }),
      );
      return JSON.parse((await Body?.transformToString()) ?? "") as Record<string, unknown>;
    };
    expect(await read(DRIFT_FILES.statistics)).to.deep.equal(window);
    const { violations } = (await read(DRIFT_FILES.violations)) as {
      violations: { feature_name: string }[];
    };
    expect(violations.map(({ feature_name }) => feature_name)).to.deep.equal(driftedIn(window));
  });

  it("is told once, and each capture counted once, however often the window is judged", async () => {
    // Prepare
    const before = messages().length;

    // Act
    const again = await judge(new Date(window.from));

    // Assess
    expect(again.images).to.equal(window.images);
    expect(messages()).to.have.length(before);
  });
}
