/** The workflow's state machine over three images, in a cloud whose functions only pass things on. */
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type {
  ClassificationRequest,
  ImageReference,
  Inference,
  NoVerdict,
  SerializedImage,
  Verdict,
} from "../../contract/inference";
import { stateMachineDefinition } from "../../infra/stateMachine";
import type { Cloud } from "../../local/cloud";
import type { InvocationResult } from "../../local/cloud/services/lambda/sandbox";
import type { Execution } from "../../local/cloud/services/stepFunctions/service";
import { mapResults } from "../support/mapResults";
import { allow, startCloud, trust } from "../local/pulumi/resources/support";

export const BUCKET = "inference";
export const KEYS = ["incoming/a.png", "incoming/b.png", "incoming/c.png"];
const MANIFEST = "batches/all.manifest.jsonl";

/** All ways in which images are asked for, three of them. */
export const REQUESTS: Readonly<Record<string, readonly ClassificationRequest[]>> = {
  "one by one": KEYS.map((key) => ({ bucket: BUCKET, key })),
  "of a list": [{ images: KEYS.map((key) => ({ bucket: BUCKET, key })) }],
  "under a prefix": [{ prefix: "incoming/" }],
  "of a manifest": [{ manifest: MANIFEST }],
};

/** What each function does. */
const STEPS = {
  serialize: (image: ImageReference): SerializedImage => ({
    image: { ...image, versionId: image.versionId ?? "v" },
    imageData: "",
  }),
  classify: ({ image }: SerializedImage): Inference => ({
    ...{ image, inferenceId: "i", scores: [1] },
  }),
  filter: ({ image }: Inference): Verdict => ({
    ...{ image, inferenceId: "i", verdict: "accepted", label: "cat", confidence: 1 },
    ...{ threshold: 0.8, scores: { cat: 1 } },
    record: `accepted/${image.key}/${image.versionId}.json`,
  }),
} as const;
export type Step = keyof typeof STEPS;

export class WorkflowCloud {
  private constructor(
    readonly cloud: Cloud,
    readonly s3: S3Client,
    private readonly machine: string,
  ) {}

  /**
   * @param intercept told of each call of a function; what it returns is the function's answer, and
   *   what it throws Lambda's
   */
  static async start(
    intercept: (step: Step, key: string) => InvocationResult | undefined = () => undefined,
  ): Promise<WorkflowCloud> {
    const cloud = await startCloud();
    cloud.s3.createBucket(BUCKET);
    cloud.s3.setVersioning(BUCKET, "Enabled");
    const s3 = new S3Client(cloud.deployerSession());
    const listed = KEYS.map((key) => `${JSON.stringify({ bucket: BUCKET, key })}\n`).join("");
    for (const [Key, Body] of [
      ...KEYS.map((key) => [key, "png"] as const),
      [MANIFEST, listed] as const,
    ]) {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    }
    const machine = cloud.arn("states", "stateMachine:workflow");
    const role = cloud.roleArn("workflow");
    cloud.authority.putRole(role, trust("states.amazonaws.com"));
    cloud.authority.putRolePolicy(role, "all", allow("*", "*"));
    const functionArn = (step: Step) => cloud.arn("lambda", `function:${step}`);
    const references = {
      ...{ partition: "aws", bucketName: BUCKET },
      serializeFunctionArn: functionArn("serialize"),
      classifyFunctionArn: functionArn("classify"),
      filterFunctionArn: functionArn("filter"),
    };
    // No failure of one image keeps the others from being tried.
    const batch = { size: 2, concurrency: 2, toleratedFailurePercentage: 100 };
    cloud.stepFunctions.putStateMachine({
      ...{ arn: machine, name: "workflow", roleArn: role },
      definition: JSON.stringify(stateMachineDefinition(references, batch)),
    });
    cloud.lambda.invoke = (arn, payload) => {
      const step = arn.slice(arn.lastIndexOf(":") + 1) as Step;
      const image = "image" in (payload as object) ? (payload as Inference).image : payload;
      const answer = intercept(step, (image as ImageReference).key);
      return Promise.resolve(answer ?? { payload: STEPS[step](payload as never) });
    };
    return new WorkflowCloud(cloud, s3, machine);
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    await this.cloud.stop();
    expect(this.cloud.bugs).to.deep.equal([]);
  }

  async run(requests: readonly ClassificationRequest[]): Promise<readonly Execution[]> {
    const { stepFunctions } = this.cloud;
    const executions = requests.map((each) => stepFunctions.startExecution(this.machine, each));
    await Promise.all(executions.map((each) => stepFunctions.settled(each)));
    return executions;
  }

  /** What executions that ended well say of each image, in the order of their keys. */
  async endsOf(executions: readonly Execution[]): Promise<readonly (Verdict | NoVerdict)[]> {
    const ends: (Verdict | NoVerdict)[] = [];
    for (const { output, mapRuns, status, error, cause } of executions) {
      expect(status, `${error}: ${cause}`).to.equal("SUCCEEDED");
      const results = mapRuns.length > 0 ? await mapResults(this.s3, BUCKET, output) : [output];
      ends.push(...(results.flat() as (Verdict | NoVerdict)[]));
    }
    const keyOf = ({ image }: Verdict | NoVerdict) => (image as ImageReference).key;
    return ends.sort((one, other) => keyOf(one).localeCompare(keyOf(other)));
  }

  /** Keys of the images that have records of a kind. */
  async recorded(Prefix: string): Promise<readonly string[]> {
    const keys = await this.keysUnder(Prefix);
    return keys.map((key) => key.slice(Prefix.length).replace(/\/[^/]*$/, ""));
  }

  /** What is in all records of a kind. */
  async records(prefix: string): Promise<readonly unknown[]> {
    const keys = await this.keysUnder(prefix);
    return Promise.all(
      keys.map(async (Key) => {
        const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
        return JSON.parse((await Body?.transformToString()) ?? "") as unknown;
      }),
    );
  }

  private async keysUnder(Prefix: string): Promise<readonly string[]> {
    const listed = await this.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
    return (listed.Contents ?? []).map(({ Key = "" }) => Key);
  }
}
