import { request } from "node:http";
import { text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { recordKey } from "../../../../common/recordKey";
import { CAPTURE_PREFIX, INFERENCE_PREFIXES } from "../../../../contract/inference";
import { DRIFT_FILES, driftWindowPrefix } from "../../../../contract/monitoring";
import { Cloud } from "../../../../local/cloud";
import { LivePage } from "../../../../local/run/live/server";
import type { LiveState } from "../../../../local/run/live/state";
import { encode, patterned } from "../../../functions/support/images";
import { PROJECT_ROOT } from "../../../support/project";

const BUCKET = "pictures";
const PLACE = "00000000-0000-4000-8000-000000000000";

describe("the live page's server", () => {
  let cloud: Cloud;
  let live: LivePage;
  let s3: S3Client;

  beforeEach(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    cloud.s3.setVersioning(BUCKET, "Enabled");
    cloud.s3.setEventBridge(BUCKET, true);
    live = await LivePage.start(cloud, {
      name: "dev",
      inferenceBucket: BUCKET,
      classes: ["bicycle", "rocket"],
    });
    s3 = new S3Client(cloud.deployerSession());
  });
  afterEach(async () => {
    s3.destroy();
    await live.stop();
    await cloud.stop();
  });

  const put = async (Key: string, Body: Buffer | string) => {
    const { VersionId = "" } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    return VersionId;
  };
  /** Uploads a picture, and has the state machine's verdict on it. */
  const decide = async (
    key: string,
    confidence: number,
    picture: Buffer | string = "a picture",
  ) => {
    const image = { bucket: BUCKET, key, versionId: await put(key, picture) };
    const verdict = confidence < 0.8 ? "review" : "accepted";
    const record = recordKey(INFERENCE_PREFIXES[verdict], image);
    const scores = { bicycle: confidence, rocket: 1 - confidence };
    await put(
      record,
      JSON.stringify({
        ...{ image, inferenceId: "1", verdict, record, label: "bicycle", confidence, scores },
        threshold: 0.8,
      }),
    );
    return image;
  };
  /** The first state that is as wanted. */
  const stateWith = async (isWanted: (state: LiveState) => boolean): Promise<LiveState> => {
    const { body } = await fetch(`${live.address}/events`);
    let pending = "";
    for await (const chunk of body ?? []) {
      const events = (pending + Buffer.from(chunk).toString()).split("\n\n");
      pending = events.pop() ?? "";
      for (const event of events) {
        const state = JSON.parse(event.replace(/^data: /, "")) as LiveState;
        if (isWanted(state)) {
          return state;
        }
      }
    }
    throw new Error("The server has ended the events");
  };
  const give = (
    body: Buffer | string,
    headers: Record<string, string> = { "content-type": "application/octet-stream" },
    name = "a.png",
  ) =>
    fetch(`${live.address}/pictures/${PLACE}?name=${encodeURIComponent(name)}`, {
      method: "PUT",
      headers,
      body,
    });

  it("tells whoever comes what has happened, and then what happens", async () => {
    // Prepare
    const sure = await decide("incoming/1.png", 0.9);

    // Act
    const before = await stateWith(({ counts }) => counts.accepted === 1);
    const watching = stateWith(({ counts }) => counts.review === 1);
    await decide("incoming/2.png", 0.6);
    const after = await watching;

    // Assess
    expect(before).to.deep.include({ stack: "dev", threshold: 0.8, confidences: [0.9] });
    expect(before.classes).to.deep.equal({ bicycle: 1, rocket: 0 });
    const [shown] = before.pictures;
    expect(shown).to.deep.include({
      ...{ key: sure.key, versionId: sure.versionId, verdict: "accepted", label: "bicycle" },
      ...{ confidence: 0.9, scores: { bicycle: 0.9, rocket: 1 - 0.9 } },
    });
    expect(shown?.milliseconds).to.be.greaterThan(0);
    expect(after.counts).to.deep.include({ uploaded: 2, accepted: 1, review: 1 });
    expect(after.pictures.map(({ key }) => key)).to.deep.equal([
      "incoming/2.png",
      "incoming/1.png",
    ]);
  });

  it("counts failures with their reason, captured records, and what people have decided", async () => {
    // Prepare
    const key = "incoming/broken.png";
    const versionId = await put(key, "no picture");
    const cause = JSON.stringify({
      errorType: "UnreadableImageError",
      errorMessage: "It is empty",
    });
    const error = "UnreadableImageError";
    const failure = { image: { bucket: BUCKET, key, versionId }, error, cause, execution: "1" };

    // Act
    await put(`${INFERENCE_PREFIXES.failed}${key}/${versionId}.json`, JSON.stringify(failure));
    await put(`${CAPTURE_PREFIX}/endpoint/AllTraffic/2026/01/01/00/a.jsonl`, '{"a":1}\n{"a":2}\n');
    await put(`${INFERENCE_PREFIXES.labels}incoming/1.png/1.json`, "{}");
    const state = await stateWith(({ counts }) => counts.reviewed === 1 && counts.captured === 2);

    // Assess
    expect(state.counts).to.deep.include({ uploaded: 1, failed: 1, captured: 2, reviewed: 1 });
    expect(state.pictures[0]).to.deep.include({
      verdict: "failed",
      label: error,
      cause: "It is empty",
    });
  });

  it("tells what the drift monitor found last", async () => {
    // Prepare
    const before = await stateWith(() => true);
    const window = { from: "2026-01-01T00:00:00.000Z", to: "2026-01-01T01:00:00.000Z", images: 40 };
    const folder = driftWindowPrefix(new Date(window.from), new Date(window.to));

    // Act
    await put(`${folder}${DRIFT_FILES.violations}`, "{}");
    await put(`${folder}${DRIFT_FILES.statistics}`, JSON.stringify({ ...window, measures: [] }));
    const { drift } = await stateWith((state) => state.drift !== null);

    // Assess
    expect(before.drift).to.equal(null);
    expect(drift).to.deep.equal({ ...window, measures: [] });
  });

  it("keeps the last pictures only, however many there were", async () => {
    // Act
    for (let index = 0; index < 30; index += 1) {
      await decide(`incoming/${index}.png`, 0.9);
    }
    const state = await stateWith(({ counts }) => counts.accepted === 30);

    // Assess
    expect(state.pictures).to.have.length(24);
    expect(state.pictures[0]?.key).to.equal("incoming/29.png");
  });

  it("shows the version that was judged, whatever is under its key now", async () => {
    // Prepare
    const picture = await encode(patterned(8, 8), "image/png");
    await decide("incoming/1.png", 0.9, picture);
    await put("incoming/1.png", "something else");
    const { pictures } = await stateWith(({ counts }) => counts.uploaded === 2);

    // Act
    const response = await fetch(`${live.address}/pictures/${pictures[0]?.id}`);

    // Assess
    expect(response.headers.get("content-type")).to.equal("image/png");
    expect(Buffer.from(await response.arrayBuffer()).equals(picture)).to.be.true;
  });

  it("hands no browser a file that is none of its pictures", async () => {
    // Prepare
    await decide("incoming/1.svg", 0.9, "<svg onload='alert(1)'/>");
    const { pictures } = await stateWith(({ counts }) => counts.accepted === 1);

    // Act
    const response = await fetch(`${live.address}/pictures/${pictures[0]?.id}`);

    // Assess
    expect(response.status).to.equal(415);
    expect(await response.text()).not.to.include("svg");
  });

  it("uploads what it is given under a key of the page's own, named as the file", async () => {
    // Act
    const given = await give("a picture", undefined, "C:\\photos\\a ü.png");
    const key = (await given.text()).trim();

    // Assess
    expect(given.status).to.equal(201);
    expect(key).to.equal(`incoming/live/${PLACE}/a ü.png`);
    const { counts } = await stateWith(() => true);
    expect(counts.uploaded).to.equal(1);
  });

  it("tells of what it was given apart, so that no crowd hides it", async () => {
    // Prepare
    await decide(`incoming/live/${PLACE}/mine.png`, 0.9);

    // Act
    for (let index = 0; index < 24; index += 1) {
      await decide(`incoming/${index}.png`, 0.9);
    }
    const { given, pictures } = await stateWith(({ counts }) => counts.accepted === 25);

    // Assess
    expect(given.map(({ key }) => key)).to.deep.equal([`incoming/live/${PLACE}/mine.png`]);
    expect(pictures.map(({ key }) => key)).not.to.include(given[0]?.key);
  });

  for (const [what, status, send] of [
    ["an empty file", 400, () => give("")],
    ["what another site's form could send", 415, () => give("x", { "content-type": "text/plain" })],
    ["another method", 405, () => fetch(live.address, { method: "DELETE" })],
    ["another path", 404, () => fetch(`${live.address}/../etc/passwd`)],
    ["a picture that is not shown", 404, () => fetch(`${live.address}/pictures/1`)],
  ] as const) {
    it(`refuses ${what}`, async () => {
      // Act
      const response = await send();

      // Assess
      expect(response.status).to.equal(status);
      expect(await response.text()).not.to.equal("");
      expect((await stateWith(() => true)).counts.uploaded).to.equal(0);
    });
  }

  it("answers under its own name only, so that no other site's name leads to it", async () => {
    // Act
    const answer = await new Promise<string>((resolve, reject) => {
      request(live.address, { headers: { host: "attacker.example" } }, (response) => {
        text(response).then((body) => {
          resolve(`${response.statusCode} ${body}`);
        }, reject);
      })
        .on("error", reject)
        .end();
    });

    // Assess
    expect(answer).to.match(/^403 /);
  });

  it("lets nothing run that is not its own", async () => {
    // Act
    const { headers } = await fetch(live.address);

    // Assess
    const policy = headers.get("content-security-policy");
    expect(policy).to.include("default-src 'none'").and.include("script-src 'self'");
    expect(policy).not.to.include("unsafe");
  });
});
