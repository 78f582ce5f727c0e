import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { Reviews } from "../../common/reviews";
import { Cloud } from "../../local/cloud";
import { PROJECT_ROOT } from "../support/project";

const BUCKET = "inference";
const IDS = Array.from({ length: 24 }, (_, index) => index.toString(16).padStart(4, "0"));
const ANSWERED = IDS.filter((_, index) => index % 5 === 3);
const OPEN = IDS.filter((id) => !ANSWERED.includes(id));

describe("the reviews that wait", () => {
  let cloud: Cloud;
  let s3: S3Client;
  let states: SFNClient;
  let reading: { underWay: number; most: number };

  before(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    s3 = new S3Client(cloud.deployerSession());
    states = new SFNClient(cloud.deployerSession());
    const put = (Key: string, id: string) =>
      s3.send(
        new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify({ review: { id } }) }),
      );
    for (const id of IDS) {
      await put(`waiting/${id}.json`, id);
    }
    for (const id of ANSWERED) {
      await put(`answers/${id}.json`, id);
    }
    s3.middlewareStack.add((next) => async (request) => {
      reading.underWay += 1;
      reading.most = Math.max(reading.most, reading.underWay);
      try {
        return await next(request);
      } finally {
        reading.underWay -= 1;
      }
    });
  });
  beforeEach(() => {
    reading = { underWay: 0, most: 0 };
  });
  after(async () => {
    s3.destroy();
    states.destroy();
    await cloud.stop();
  });

  async function idsOf(after?: string, atOnce?: number): Promise<string[]> {
    const ids: string[] = [];
    for await (const waiting of new Reviews(s3, states, BUCKET).waiting(after, atOnce)) {
      ids.push(waiting.review.id);
    }
    return ids;
  }

  it("are those that nobody has answered, in order, however many are read at once", async () => {
    expect(await idsOf("", 1)).to.deep.equal(OPEN);
    expect(await idsOf("", 8)).to.deep.equal(OPEN);
  });

  it("begin behind a review and go all round", async () => {
    const [before, behind] = [OPEN.filter((id) => id < "000a"), OPEN.filter((id) => id > "000a")];
    expect(await idsOf("000a", 8)).to.deep.equal([...behind, ...before]);
  });

  it("are read one after the other unless more are wanted, each with its answer", async () => {
    await idsOf();
    expect(reading.most).to.equal(2);

    await idsOf("", 8);
    expect(reading.most).to.be.above(8).and.at.most(17);
  });
});
