import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { RecordError } from "../../common/recordError";
import { Reviews } from "../../common/reviews";
import type { WaitingReview } from "../../contract/inference";
import { Cloud } from "../../local/cloud";
import { PROJECT_ROOT } from "../support/project";

const BUCKET = "inference";
const IDS = Array.from({ length: 24 }, (_, index) => index.toString(16).padStart(4, "0"));
const ANSWERED = IDS.filter((_, index) => index % 5 === 3);
const OPEN = IDS.filter((id) => !ANSWERED.includes(id));

function unexpected(error: RecordError): never {
  expect.fail(error.message);
}

function waitingReview(id: string): WaitingReview {
  return {
    taskToken: "token",
    review: {
      id,
      deadline: 1_900_000_000,
      verdict: {
        image: { bucket: BUCKET, key: "incoming/a.png", versionId: "v" },
        ...{ inferenceId: "i", verdict: "review", record: "r", threshold: 0.8 },
        ...{ label: "cat", confidence: 0.4, scores: { cat: 0.4, dog: 0.35 } },
      },
      keys: {
        ...{ waiting: `waiting/${id}.json`, answer: `answers/${id}.json` },
        ...{ label: "", undecided: "" },
      },
      message: "",
    },
  };
}

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
    for (const id of IDS) {
      await put(`waiting/${id}.json`, JSON.stringify(waitingReview(id)));
    }
    for (const id of ANSWERED) {
      await put(`answers/${id}.json`, "{}");
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

  const put = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

  async function idsOf(
    after?: string,
    atOnce?: number,
    damaged: (error: RecordError) => void = unexpected,
  ): Promise<string[]> {
    const ids: string[] = [];
    const reviews = new Reviews(s3, states, BUCKET, { unwoken: expect.fail, damaged });
    for await (const waiting of reviews.waiting(after, atOnce)) {
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

  for (const [what, text, problem] of [
    ["cut", '{"taskToken":', "it is no JSON"],
    ["nothing", "null", "taskToken is no string"],
    [
      "of another form",
      JSON.stringify({
        taskToken: "token",
        review: { ...waitingReview("x").review, verdict: waitingReview("x").review.verdict.image },
      }),
      "review.verdict.image.bucket is no string",
    ],
  ] as const) {
    it(`are all others where one is ${what}, which is told, and is none by itself`, async () => {
      // Prepare
      const key = "waiting/0005x.json";
      await put(key, text);
      const told: RecordError[] = [];
      const reviews = new Reviews(s3, states, BUCKET, {
        unwoken: expect.fail,
        damaged: unexpected,
      });

      // Act
      const ids = await idsOf("", 8, (error) => told.push(error));
      const error: unknown = await reviews.find("0005x").catch((thrown: unknown) => thrown);
      await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));

      // Assess
      expect(ids).to.deep.equal(OPEN);
      expect(told.map(({ record }) => record)).to.deep.equal([key]);
      expect(told[0]?.problem).to.contain(problem);
      expect(error).to.be.instanceOf(RecordError);
    });
  }
});

describe("an answer to a review", () => {
  const WAITING = waitingReview("a");

  /** Reviews over services that answer with these errors, one after the other, and then well. */
  function reviewsWith(writes: readonly string[], wakes: readonly string[] = []) {
    const calls = { writes: 0, reads: 0, wakes: 0, told: [] as string[] };
    const answerWith = (count: () => number, errors: readonly string[]) => async () => {
      const name = errors[count() - 1];
      if (name !== undefined) {
        throw Object.assign(new Error("as a test has it"), { name });
      }
      return Promise.resolve({ response: undefined, output: { $metadata: {} } });
    };
    const session = {
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "s" },
    };
    const s3 = new S3Client(session);
    s3.middlewareStack.add((_, { commandName }) =>
      commandName === "PutObjectCommand"
        ? answerWith(() => (calls.writes += 1), writes)
        : answerWith(() => (calls.reads += 1), []),
    );
    const states = new SFNClient(session);
    states.middlewareStack.add(() => answerWith(() => (calls.wakes += 1), wakes));
    const reviews = new Reviews(s3, states, BUCKET, {
      unwoken: (sentence) => calls.told.push(sentence),
      damaged: unexpected,
    });
    return { calls, act: () => reviews.answer(WAITING, { decision: "label", label: "dog" }) };
  }

  it("is tried again while another write of it is under way, which may yet fail", async () => {
    const { act, calls } = reviewsWith([
      "ConditionalRequestConflict",
      "ConditionalRequestConflict",
    ]);
    expect(await act()).to.equal(true);
    expect(calls).to.deep.equal({ ...{ writes: 3, reads: 0 }, wakes: 1, told: [] });
  });

  it("fails if it can be neither written nor refused", async () => {
    const { act, calls } = reviewsWith(Array<string>(9).fill("ConditionalRequestConflict"));
    const error: unknown = await act().catch((thrown: unknown) => thrown);
    expect(error).to.have.property("name", "ConditionalRequestConflict");
    expect(calls.wakes).to.equal(0);
  });

  it("wakes the machine though somebody else was first, who may have died before", async () => {
    const { act, calls } = reviewsWith(["PreconditionFailed"]);
    expect(await act()).to.equal(false);
    expect(calls).to.deep.equal({ ...{ writes: 1, reads: 1 }, wakes: 1, told: [] });
  });

  it("is kept though the machine cannot be told, and says so", async () => {
    const { act, calls } = reviewsWith([], ["AccessDeniedException"]);
    expect(await act()).to.equal(true);
    expect(calls.told).to.have.length(1);
    expect(calls.told[0]).to.contain("The answer is kept").and.contain("AccessDeniedException");
  });

  it("is kept without a word when nobody waits for it any more", async () => {
    const { act, calls } = reviewsWith([], ["TaskTimedOut"]);
    expect(await act()).to.equal(true);
    expect(calls.told).to.deep.equal([]);
  });
});
