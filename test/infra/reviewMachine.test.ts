import { setTimeout } from "node:timers/promises";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import type { Answer, ReviewRequest, Verdict, WaitingReview } from "../../contract/inference";
import { prepareReview } from "../../functions/prepare-review/core";
import { reviewDefinition, TRY_AGAIN_SECONDS } from "../../infra/reviewMachine";
import type { Cloud } from "../../local/cloud";
import type { Execution } from "../../local/cloud/services/stepFunctions/service";
import { allow, startCloud, trust } from "../local/pulumi/resources/support";
import { validateDefinition } from "../support/asl";

const BUCKET = "inference";
const VERDICT: Verdict = {
  image: { bucket: BUCKET, key: "incoming/a.png", versionId: "v1" },
  inferenceId: "i",
  verdict: "review",
  record: "review/incoming/a.png/v1.json",
  label: "cat",
  confidence: 0.4,
  threshold: 0.8,
  scores: { cat: 0.4, dog: 0.35, cow: 0.25 },
};
const LABEL = "labels/incoming/a.png/v1.json";
const UNDECIDED = "undecided/incoming/a.png/v1.json";

describe("the machine of reviews", () => {
  let cloud: Cloud;
  let s3: S3Client;
  let states: SFNClient;
  let machine: string;
  let topic: string;
  let isSigning: boolean;

  const define = (
    timeoutHours: number,
    change: (definition: ReturnType<typeof reviewDefinition>) => void = () => undefined,
  ) => {
    const definition = reviewDefinition({
      partition: "aws",
      bucketName: BUCKET,
      prepareFunctionArn: cloud.arn("lambda", "function:prepare"),
      topicArn: topic,
      timeoutHours,
    });
    change(definition);
    cloud.stepFunctions.putStateMachine({
      arn: machine,
      name: "review",
      roleArn: cloud.roleArn("review"),
      definition: JSON.stringify(definition),
    });
    return definition;
  };
  const start = () =>
    cloud.stepFunctions.startExecution(machine, { detail: { object: { key: VERDICT.record } } });
  const keys = async (Prefix: string) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
    return Contents.map(({ Key }) => String(Key));
  };
  const read = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "") as unknown;
  };
  const waiting = async (): Promise<WaitingReview> => {
    for (;;) {
      const [key] = await keys("waiting/");
      if (key !== undefined) {
        return (await read(key)) as WaitingReview;
      }
    }
  };
  const put = (Key: string, body: unknown) =>
    s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(body), IfNoneMatch: "*" }),
    );
  const answer: Answer = {
    image: VERDICT.image,
    decision: "label",
    label: "dog",
    verdict: { inferenceId: "i", label: "cat", confidence: 0.4 },
  };
  /** Answers as the page does, as soon as there is something to answer. */
  const answerReview = async () => {
    const { taskToken, review } = await waiting();
    await put(review.keys.answer, answer);
    await states.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
  };
  /** State of an alarm that goes off when a review's trouble is counted. */
  const troubles = () => cloud.cloudWatch.stateOf("troubles");
  const settled = (executions: readonly Execution[]) =>
    Promise.all(executions.map((each) => cloud.stepFunctions.settled(each)));

  beforeEach(async () => {
    isSigning = true;
    cloud = await startCloud();
    cloud.s3.createBucket(BUCKET);
    const role = cloud.roleArn("review");
    machine = cloud.arn("states", "stateMachine:review");
    topic = cloud.arn("sns", "review");
    cloud.topics.createTopic(topic);
    cloud.cloudWatch.putAlarm({
      ...{ name: "troubles", arn: cloud.arn("cloudwatch", "alarm:troubles"), description: "" },
      metric: {
        ...{ namespace: "MlWorkflow", name: "ReviewTroubles" },
        dimensions: { StateMachineArn: machine },
      },
      ...{ statistic: "Sum", threshold: 1, comparison: "GreaterThanOrEqualToThreshold" },
      ...{ periodSeconds: 60, evaluationPeriods: 5, datapointsToAlarm: 1 },
      missingData: "notBreaching",
      actions: { ALARM: [], OK: [], INSUFFICIENT_DATA: [] },
    });
    cloud.authority.putRole(role, trust("states.amazonaws.com"));
    const inBucket = (prefix: string) => `arn:aws:s3:::${BUCKET}/${prefix}*`;
    for (const [name, action, resource] of [
      ["invoke", "lambda:InvokeFunction", cloud.arn("lambda", "function:prepare")],
      ["tell", "sns:Publish", topic],
      ["wait", ["s3:PutObject", "s3:DeleteObject"], inBucket("waiting/")],
      ["answer", ["s3:PutObject", "s3:GetObject"], inBucket("answers/")],
      ["label", "s3:PutObject", inBucket("labels/")],
      ["undecided", "s3:PutObject", inBucket("undecided/")],
      ["count", "cloudwatch:PutMetricData", "*"],
    ] as const) {
      cloud.authority.putRolePolicy(role, name, allow(action, resource));
    }
    s3 = new S3Client(cloud.deployerSession());
    states = new SFNClient(cloud.deployerSession());
    await put(VERDICT.record, VERDICT);
    // The function's core in this process: its handler and bundle have tests of their own.
    cloud.lambda.invoke = async (_arn, payload) => {
      try {
        const request = payload as ReviewRequest;
        const store = {
          read: async (key: string) => JSON.stringify(await read(key)),
          create: (key: string, text: string) =>
            put(key, JSON.parse(text)).then(
              () => true,
              () => false,
            ),
        };
        const makeLink = () =>
          isSigning
            ? Promise.resolve("https://page/?link=l")
            : Promise.reject(new Error("the key cannot be reached"));
        return { payload: await prepareReview(request, store, makeLink) };
      } catch (error) {
        const { name, message } = error as Error;
        return { error: { name, message, trace: [] } };
      }
    };
  });
  afterEach(async () => {
    s3.destroy();
    states.destroy();
    await cloud.stop();
    expect(cloud.bugs).to.deep.equal([]);
  });

  it("is valid Amazon States Language", () => {
    expect(validateDefinition(define(168))).to.deep.equal([]);
  });

  it("asks and tells once when the event is delivered five times, and keeps the answer", async () => {
    // Prepare
    define(168);
    const executions = [start(), start(), start(), start(), start()];
    const { taskToken, review } = await waiting();

    // Act
    await put(review.keys.answer, answer);
    await states.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    await settled(executions);
    const late = start();
    await settled([late]);

    // Assess
    for (const { status, error } of [...executions, late]) {
      expect(status, error).to.equal("SUCCEEDED");
    }
    const [told, ...again] = cloud.topics.messages(topic);
    expect(again).to.deep.equal([]);
    expect(told?.message.split("\n")).to.deep.equal([
      'The model is not sure of "incoming/a.png"',
      "(version v1): cat 40.0%, dog 35.0%, cow 25.0%.",
      `Decide until ${new Date(review.deadline * 1000).toISOString()}, by this link, which is good once:`,
      "https://page/?link=l",
    ]);
    expect(review.deadline).to.be.within(
      Date.now() / 1000 + 167 * 3600,
      Date.now() / 1000 + 168 * 3600,
    );
    expect(await read(LABEL)).to.deep.equal(answer);
    expect(await keys("undecided/")).to.deep.equal([]);
    expect(await keys("waiting/")).to.deep.equal([]);
    expect(troubles()).to.equal("OK");
  });

  it("waits for a reviewer though nobody can be told, and counts that", async () => {
    // Prepare
    define(168, ({ States }) => {
      States.NotifyReviewers.Retry = [];
    });
    cloud.authority.deleteRolePolicy(cloud.roleArn("review"), "tell");

    // Act
    const execution = start();
    await answerReview();
    await settled([execution]);

    // Assess
    expect(cloud.topics.messages(topic)).to.deep.equal([]);
    expect(troubles()).to.equal("ALARM");
    expect(await read(LABEL)).to.deep.equal(answer);
  });

  it("goes on though its trouble cannot be counted", async () => {
    // Prepare
    define(168, ({ States }) => {
      States.NotifyReviewers.Retry = [];
      States.CountUntold.Retry = [];
    });
    cloud.authority.deleteRolePolicy(cloud.roleArn("review"), "tell");
    cloud.authority.deleteRolePolicy(cloud.roleArn("review"), "count");

    // Act
    const execution = start();
    await answerReview();
    await settled([execution]);

    // Assess
    expect(execution, execution.error).to.include({ status: "SUCCEEDED" });
    expect(troubles()).to.equal("OK");
  });

  it("keeps a label as soon as it may be written again, however long that takes", async () => {
    // Prepare
    const role = cloud.roleArn("review");
    const labels = `arn:aws:s3:::${BUCKET}/labels/*`;
    cloud.authority.putRolePolicy(role, "label", allow("s3:GetObject", labels));
    define(168, ({ States }) => {
      expect(States.TryAgainLater.Seconds).to.equal(TRY_AGAIN_SECONDS);
      States.TryAgainLater.Seconds = 0.1;
      States.KeepLabel.Retry = [];
      States.CloseReview.Retry = [];
    });
    const execution = start();

    // Act
    await answerReview();
    while (!execution.states.some(({ name }) => name === "TryAgainLater")) {
      await setTimeout(20);
    }
    const before = await keys("labels/");
    cloud.authority.putRolePolicy(role, "label", allow("s3:PutObject", labels));
    await settled([execution]);

    // Assess
    expect(troubles()).to.equal("ALARM");
    expect(before).to.deep.equal([]);
    expect(execution, execution.error).to.include({ status: "SUCCEEDED" });
    expect(await read(LABEL)).to.deep.equal(answer);
    expect(await keys("waiting/")).to.deep.equal([]);
  });

  it("asks once though no link can be signed at first, and the function dies after its claim", async () => {
    // Prepare
    define(168);
    const { invoke } = cloud.lambda;
    const claims: number[] = [];
    cloud.lambda.invoke = async (arn, payload) => {
      claims.push((await keys("claims/")).length);
      isSigning = claims.length > 1;
      const outcome = await invoke.call(cloud.lambda, arn, payload);
      return claims.length === 2
        ? { error: { name: "Runtime.ExitError", message: "it has died", trace: [] } }
        : outcome;
    };

    // Act
    const execution = start();
    await answerReview();
    await settled([execution]);

    // Assess
    expect(execution, execution.error).to.include({ status: "SUCCEEDED" });
    expect(claims).to.deep.equal([0, 0, 1]);
    expect(cloud.topics.messages(topic)).to.have.length(1);
    expect(await read(LABEL)).to.deep.equal(answer);
  });

  it("ends undecided when time is up, and is kept", async () => {
    // Prepare
    define(1 / 3600);

    // Act
    const execution = start();
    await settled([execution]);

    // Assess
    expect(execution).to.include({ status: "SUCCEEDED" });
    expect(await read(UNDECIDED)).to.deep.equal({
      image: VERDICT.image,
      decision: "undecided",
      verdict: { inferenceId: "i", label: "cat", confidence: 0.4 },
    });
    expect(await keys("labels/")).to.deep.equal([]);
    expect(await keys("waiting/")).to.deep.equal([]);
  });

  it("keeps an answer whose reviewer died before the token was handed back", async function () {
    // A refused write is tried again before it is believed.
    this.timeout(120_000);
    // Prepare
    define(1 / 3600);
    const execution = start();
    const { review } = await waiting();

    // Act
    await put(review.keys.answer, answer);
    await settled([execution]);

    // Assess
    expect(await read(LABEL)).to.deep.equal(answer);
    expect(await keys("undecided/")).to.deep.equal([]);
  });
});
