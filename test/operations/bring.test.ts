import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { Cloud } from "../../local/cloud";
import { bringImages } from "../../operations/classify/bring";
import { loseFirstAnswer } from "../support/lostAnswer";
import { PRICE } from "../support/price";
import { PROJECT_ROOT } from "../support/project";

const BUCKET = "inference";

describe("an image that is brought", () => {
  let cloud: Cloud;
  let s3: S3Client;
  let states: SFNClient;
  let folder: string;

  beforeEach(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    cloud.s3.setVersioning(BUCKET, "Enabled");
    s3 = new S3Client(cloud.deployerSession());
    states = new SFNClient(cloud.deployerSession());
    folder = await mkdtemp(path.join(tmpdir(), "bring-"));
  });
  afterEach(async () => {
    s3.destroy();
    states.destroy();
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("is one version though the answer was lost, and the SDK has tried again", async () => {
    // Prepare
    const file = path.join(folder, "a.png");
    await writeFile(file, "a picture");
    const writes = loseFirstAnswer(s3);
    const workflow = {
      ...{ s3, states, inferenceBucket: BUCKET, stateMachineArn: "", endpointName: "" },
      ...{ priceEstimate: PRICE, outputs: {} },
    };
    const sources = [
      {
        ...{ source: file, name: "a.png", size: 9, stamp: "1" },
        at: { kind: "file", path: file } as const,
      },
    ];
    const task = { advance: () => undefined, done: () => undefined };

    // Act
    const placed = await bringImages(workflow, sources, "batches/run/", {
      signal: new AbortController().signal,
      task,
    });

    // Assess
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
    expect(writes()).to.equal(2);
    expect(placed).to.deep.equal([
      { source: file, key: "batches/run/a.png", versionId: Versions[0]?.VersionId },
    ]);
    expect(Versions).to.have.length(1);
  });
});
