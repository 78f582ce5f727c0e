import { mock } from "node:test";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { findText } from "../../common/objectText";
import {
  ERRORS,
  type ClassificationRequest,
  type ImageReference,
  type Inference,
  type SerializedImage,
  type Verdict,
} from "../../contract/inference";
import { stateMachineDefinition } from "../../infra/stateMachine";
import type { Cloud } from "../../local/cloud";
import { AwsError } from "../../local/cloud/protocol";
import type { Execution } from "../../local/cloud/services/stepFunctions/service";
import { allow, startCloud, trust } from "../local/pulumi/resources/support";

const BUCKET = "inference";
const KEYS = ["incoming/a.png", "incoming/b.png", "incoming/c.png"];
const MANIFEST = "batches/all.manifest.jsonl";

/** All ways in which images are asked for, three of them. */
const REQUESTS: Readonly<Record<string, readonly ClassificationRequest[]>> = {
  "one by one": KEYS.map((key) => ({ bucket: BUCKET, key })),
  "of a list": [{ images: KEYS.map((key) => ({ bucket: BUCKET, key })) }],
  "under a prefix": [{ prefix: "incoming/" }],
  "of a manifest": [{ manifest: MANIFEST }],
};

/** What throttles, and what a failure is called in the end that was tried in vain. */
const THROTTLES = {
  "Lambda, of the first step": "Lambda.TooManyRequestsException",
  "Lambda, of the second step": "Lambda.TooManyRequestsException",
  "Lambda, of the third step": "Lambda.TooManyRequestsException",
  "S3, in the first step": "SlowDown",
  "the endpoint": ERRORS.endpointUnavailable,
  "S3, of the state machine": "S3.S3Exception",
} as const;
type Throttle = keyof typeof THROTTLES;

/** Without it nothing can be recorded: such images are found by `npm run replay -- --missing`. */
const FOR_RECORDS = new Set<Throttle>(["S3, of the state machine"]);

describe("what is throttled in the workflow", function () {
  this.timeout(60_000);
  let cloud: Cloud;
  let s3: S3Client;
  let machine: string;
  /** Refusals that are still to come, of each call of each image. */
  let refusals: { readonly by: Throttle; readonly times: number };
  let refused: Map<string, number>;

  const isRefused = (by: Throttle, call: string) => {
    const before = refused.get(call) ?? 0;
    if (refusals.by !== by || before >= refusals.times) {
      return false;
    }
    refused.set(call, before + 1);
    return true;
  };

  beforeEach(async () => {
    refused = new Map();
    // Retries wait for a share of their time that chance decides: here for next to none of it.
    mock.method(Math, "random", () => 0.0001);
    cloud = await startCloud();
    cloud.s3.createBucket(BUCKET);
    cloud.s3.setVersioning(BUCKET, "Enabled");
    s3 = new S3Client(cloud.deployerSession());
    const listed = KEYS.map((key) => `${JSON.stringify({ bucket: BUCKET, key })}\n`).join("");
    for (const [Key, Body] of [
      ...KEYS.map((key) => [key, "png"] as const),
      [MANIFEST, listed] as const,
    ]) {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    }
    machine = cloud.arn("states", "stateMachine:workflow");
    const role = cloud.roleArn("workflow");
    cloud.authority.putRole(role, trust("states.amazonaws.com"));
    cloud.authority.putRolePolicy(role, "all", allow("*", "*"));
    const functionArn = (name: string) => cloud.arn("lambda", `function:${name}`);
    const references = {
      ...{ partition: "aws", bucketName: BUCKET },
      serializeFunctionArn: functionArn("serialize"),
      classifyFunctionArn: functionArn("classify"),
      filterFunctionArn: functionArn("filter"),
    };
    const batch = { size: 2, concurrency: 2, toleratedFailurePercentage: 10 };
    cloud.stepFunctions.putStateMachine({
      ...{ arn: machine, name: "workflow", roleArn: role },
      definition: JSON.stringify(stateMachineDefinition(references, batch)),
    });
    cloud.lambda.invoke = (arn, payload) => {
      const name = arn.slice(arn.lastIndexOf(":") + 1) as keyof typeof STEPS;
      const [throttle, step] = STEPS[name];
      const image = "image" in (payload as object) ? (payload as Inference).image : payload;
      const call = `${name} ${(image as ImageReference).key}`;
      if (isRefused(throttle, call)) {
        throw new AwsError("TooManyRequestsException", 429, "Rate Exceeded.");
      }
      for (const [by, error] of FAILURES[name]) {
        if (isRefused(by, call)) {
          return Promise.resolve({ error: { name: error, message: "slow down", trace: [] } });
        }
      }
      return Promise.resolve({ payload: step(payload as never) });
    };
    const { s3: service } = cloud;
    const handle = service.handle.bind(service);
    service.handle = (request) => {
      const call = `${request.method} ${request.url.pathname}`;
      return request.callerArn.includes("workflow") && isRefused("S3, of the state machine", call)
        ? Promise.reject(new AwsError("SlowDown", 503, "Please reduce your request rate."))
        : handle(request);
    };
  });
  afterEach(async () => {
    mock.restoreAll();
    s3.destroy();
    await cloud.stop();
    expect(cloud.bugs).to.deep.equal([]);
  });

  async function run(requests: readonly ClassificationRequest[]): Promise<readonly Execution[]> {
    const executions = requests.map((each) => cloud.stepFunctions.startExecution(machine, each));
    await Promise.all(executions.map((each) => cloud.stepFunctions.settled(each)));
    return executions;
  }
  /** Keys of the images that have records of a kind. */
  async function recorded(Prefix: string): Promise<readonly string[]> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
    return Contents.map(({ Key = "" }) => Key.slice(Prefix.length).replace(/\/[^/]*$/, ""));
  }

  /** What failures were recorded with. */
  async function errors(): Promise<readonly string[]> {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: "failed/" }),
    );
    const texts = Contents.map(({ Key = "" }) => findText(s3, BUCKET, Key));
    return (await Promise.all(texts)).map(
      (text) => (JSON.parse(text ?? "") as { readonly error: string }).error,
    );
  }

  for (const [ways, requests] of Object.entries(REQUESTS)) {
    for (const by of Object.keys(THROTTLES) as Throttle[]) {
      it(`is tried again until all images ${ways} have their verdicts: ${by}`, async () => {
        // Prepare
        refusals = { by, times: 2 };

        // Act
        const executions = await run(requests);

        // Assess
        expect(refused.size, "refused").to.be.at.least(1);
        for (const { status, error, cause } of executions) {
          expect(status, `${error}: ${cause}`).to.equal("SUCCEEDED");
        }
        expect(await recorded("accepted/")).to.have.members(KEYS);
        expect(await recorded("failed/")).to.deep.equal([]);
      });
    }

    for (const by of (Object.keys(THROTTLES) as Throttle[]).filter(
      (each) => !FOR_RECORDS.has(each),
    )) {
      it(`is told in the end of each image ${ways}, by its error: ${by}`, async () => {
        // Prepare
        refusals = { by, times: Infinity };

        // Act
        const executions = await run(requests);

        // Assess: a list ends well, and says of each image what became of it.
        const isList = ways === "of a list";
        expect(executions.every(({ status }) => (status === "SUCCEEDED") === isList)).to.equal(
          true,
        );
        expect(await recorded("accepted/")).to.deep.equal([]);
        expect(await recorded("failed/")).to.have.members(KEYS);
        expect(new Set(await errors())).to.deep.equal(new Set([THROTTLES[by]]));
      });
    }
  }
});

/** What each function is throttled by, and what it does. */
const STEPS = {
  serialize: [
    "Lambda, of the first step",
    (image: ImageReference): SerializedImage => ({
      image: { ...image, versionId: image.versionId ?? "v" },
      imageData: "",
    }),
  ],
  classify: [
    "Lambda, of the second step",
    ({ image }: SerializedImage): Inference => ({ image, inferenceId: "i", scores: [1] }),
  ],
  filter: [
    "Lambda, of the third step",
    ({ image }: Inference): Verdict => ({
      ...{ image, inferenceId: "i", verdict: "accepted", label: "cat", confidence: 1 },
      ...{ threshold: 0.8, scores: { cat: 1 } },
      record: `accepted/${image.key}/${image.versionId}.json`,
    }),
  ],
} as const;

/** What a function throws when what it calls throttles it for longer than its client tries. */
const FAILURES = {
  serialize: [["S3, in the first step", "SlowDown"]],
  classify: [["the endpoint", ERRORS.endpointUnavailable]],
  filter: [],
} as const;
