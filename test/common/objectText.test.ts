import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { createText } from "../../common/objectText";
import { Cloud } from "../../local/cloud";
import { loseFirstAnswer } from "../support/lostAnswer";
import { PROJECT_ROOT } from "../support/project";

const BUCKET = "inference";
const KEY = "answers/a.json";

describe("an object that is written unless there is one", () => {
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

  const create = (text: string) => createText(s3, BUCKET, KEY, text);
  const kept = async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
    return Body?.transformToString();
  };

  it("is written by the first, and by nobody else, though the text be the same", async () => {
    expect(await create("one")).to.equal(true);
    expect([await create("two"), await create("one")]).to.deep.equal([false, false]);
    expect(await kept()).to.equal("one");
  });

  it("is its writer's own though the answer was lost, and the SDK has tried again", async () => {
    // Prepare
    const writes = loseFirstAnswer(s3);

    // Act
    const isWritten = await create("one");

    // Assess
    expect(writes()).to.equal(2);
    expect(isWritten).to.equal(true);
    expect(await kept()).to.equal("one");
  });

  it("is somebody else's though the answer that told it was lost", async () => {
    // Prepare
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: "one" }));
    const writes = loseFirstAnswer(s3);

    // Act
    const isWritten = await create("one");

    // Assess
    expect(writes()).to.equal(2);
    expect(isWritten).to.equal(false);
  });
});
