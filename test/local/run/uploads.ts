/** What becomes of uploads in a deployed workflow, whatever S3 and EventBridge do to their events. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import * as fc from "fast-check";
import {
  ERRORS,
  INFERENCE_PREFIXES,
  type NoVerdict,
  type Verdict,
} from "../../../contract/inference";
import type { Cloud } from "../../../local/cloud";
import type { BusEvent } from "../../../local/cloud/services/eventBus";
import type { Run } from "../../../local/run/run";
import type { Execution } from "../../../local/cloud/services/stepFunctions/service";
import { mapResults } from "../../support/mapResults";

export interface DeployedWorkflow {
  readonly cloud: Cloud;
  readonly bucket: string;
  readonly stateMachineArn: string;
  readonly endpointName: string;
  /** All of the stack's. */
  readonly outputs: Pick<Run["outputs"], "priceEstimate">;
  readonly reviewTopicArn: string;
  readonly reviewMachineArn: string;
  /** Pictures that the model has an opinion on. */
  readonly pictures: readonly Buffer[];
}

/** What somebody does to one of the keys, or a service to an event: the latest or one long ago. */
const actions = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: uploadAction() },
    fc.record({ kind: fc.constant("delete" as const), key: fc.nat(1) }),
    fc.record({ kind: fc.constant("deliver again" as const), back: fc.nat(4) }),
  ),
  { minLength: 2, maxLength: 8 },
);

function uploadAction() {
  return fc.record({ kind: fc.constant("upload" as const), key: fc.nat(1), picture: fc.nat(4) });
}

/** Keys that a person, a program or an attacker may choose. */
const ODD_KEYS = [
  'quote".png',
  "back\\slash.png",
  "line\nbreak.png",
  "control\u0001.png",
  "{}.png",
  "a'b.png",
  '","key":"incoming/other.png',
  "räder 🚲.png",
  "k".repeat(1024 - INFERENCE_PREFIXES.incoming.length),
  "ä".repeat((1024 - INFERENCE_PREFIXES.incoming.length) >> 1),
];

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeUploads(deployed: () => DeployedWorkflow): void {
  let workflow: Uploads;
  before(() => {
    workflow = new Uploads(deployed());
  });
  after(() => workflow.stop());

  for (const name of ODD_KEYS) {
    it(`reach a verdict under the key ${JSON.stringify(name.slice(0, 30))} (${name.length})`, async () => {
      // Act
      const key = INFERENCE_PREFIXES.incoming + name;
      const versionId = await workflow.upload(key, workflow.picture(0));
      await workflow.settle();

      // Assess
      expect(await workflow.endsOf(key, versionId)).to.have.length(1);
    });
  }

  it("fail once and are kept, however long the key is", async () => {
    // Act
    const key = INFERENCE_PREFIXES.incoming + "f".repeat(1024 - INFERENCE_PREFIXES.incoming.length);
    const versionId = await workflow.upload(key, Buffer.from("no picture"));
    await workflow.settle();

    // Assess
    const [end, ...others] = await workflow.endsOf(key, versionId);
    expect(others).to.deep.equal([]);
    expect(end).to.deep.include({ error: ERRORS.unreadableImage });
  });

  it("start nothing when they are folders made in the console, and fail when they are empty files", async () => {
    // Act
    const before = workflow.executions().length;
    await workflow.upload(`${INFERENCE_PREFIXES.incoming}holidays/`, Buffer.alloc(0));
    const afterFolder = workflow.executions().length;
    await workflow.upload(`${INFERENCE_PREFIXES.incoming}empty.png`, Buffer.alloc(0));
    await workflow.settle();

    // Assess
    expect(afterFolder).to.equal(before);
    expect(workflow.executions().at(-1)).to.include({
      status: "FAILED",
      error: ERRORS.unreadableImage,
    });
  });

  it("that are empty and elsewhere in the bucket end well, with nothing to do", async () => {
    // Act
    await workflow.upload("elsewhere.txt", Buffer.alloc(0));
    await workflow.settle();

    // Assess
    const { status, states } = workflow.executions().at(-1) as Execution;
    expect(status).to.equal("SUCCEEDED");
    expect(states.map(({ name }) => name)).to.deep.equal(["ReceiveRequest", "NothingToDo"]);
  });

  it("have one record and one notification when their event is delivered five times", async () => {
    // Act
    const key = `${INFERENCE_PREFIXES.incoming}again.png`;
    const invocations = workflow.invocations();
    const versionId = await workflow.upload(key, workflow.picture(0));
    for (let time = 2; time <= 5; time += 1) {
      workflow.deliverAgain(0);
    }
    await workflow.settle();

    // Assess
    expect(await workflow.endsOf(key, versionId)).to.have.length(1);
    expect(workflow.notificationsOf(key, versionId)).to.be.at.most(1);
    expect(workflow.invocations() - invocations).to.equal(1);
  });

  it("end once for each version, whatever is overwritten, deleted, repeated and late", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(actions, async (all) => {
        // Prepare
        run += 1;
        const keyOf = (number: number) => `${INFERENCE_PREFIXES.incoming}run ${run}/${number}.png`;
        const uploaded: { readonly key: string; readonly versionId: string }[] = [];

        // Act
        for (const action of all) {
          if (action.kind === "upload") {
            const key = keyOf(action.key);
            const picture = action.picture === 4 ? Buffer.from("none") : undefined;
            const body = picture ?? workflow.picture(action.picture);
            uploaded.push({ key, versionId: await workflow.upload(key, body) });
          } else if (action.kind === "delete") {
            await workflow.delete(keyOf(action.key));
          } else {
            workflow.deliverAgain(action.back);
          }
        }
        await workflow.settle();

        // Assess
        for (const { key, versionId } of uploaded) {
          const ends = await workflow.endsOf(key, versionId);
          expect(ends, `${key} ${versionId}`).to.have.length(1);
          const doubtful = ends[0]?.["verdict"] === "review" ? 1 : 0;
          expect(workflow.notificationsOf(key, versionId)).to.equal(doubtful);
        }
      }),
      { numRuns: 15 },
    );
  });
}

function hasTold(states: Execution["states"]): boolean {
  return states.some(({ name }) => name === "NotifyReviewers");
}

/** What a test can do to the bucket and its events, and see of what follows. */
export class Uploads {
  private readonly s3: S3Client;
  private readonly events: BusEvent[] = [];

  constructor(private readonly deployed: DeployedWorkflow) {
    this.s3 = new S3Client(deployed.cloud.deployerSession());
    deployed.cloud.s3.onObjectCreated((detail) => {
      if (detail.object.key.startsWith(INFERENCE_PREFIXES.incoming)) {
        this.events.push({ source: "aws.s3", "detail-type": "Object Created", detail });
      }
    });
  }

  stop(): void {
    this.s3.destroy();
  }

  picture(index: number): Buffer {
    const { pictures } = this.deployed;
    return pictures[index % pictures.length] as Buffer;
  }

  /** @returns the version that it makes */
  async upload(Key: string, Body: Buffer): Promise<string> {
    const command = new PutObjectCommand({ Bucket: this.deployed.bucket, Key, Body });
    return (await this.s3.send(command)).VersionId ?? "";
  }

  async delete(Key: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.deployed.bucket, Key }));
  }

  /** @param back how many events ago; the first ever if there were not so many */
  deliverAgain(back: number): void {
    const event = this.events.at(-1 - back) ?? this.events[0];
    if (event !== undefined) {
      this.deployed.cloud.bus.put(event);
    }
  }

  executions(): readonly Execution[] {
    return this.deployed.cloud.stepFunctions.executions(this.deployed.stateMachineArn);
  }

  /** Everything is classified, and reviewers have been told of all that waits for them. */
  async settle(): Promise<void> {
    const { stepFunctions } = this.deployed.cloud;
    await Promise.all(this.executions().map((each) => stepFunctions.settled(each)));
    const reviews = stepFunctions.executions(this.deployed.reviewMachineArn);
    while (reviews.some(({ status, states }) => status === "RUNNING" && !hasTold(states))) {
      await setTimeout(5);
    }
  }

  invocations(): number {
    return this.deployed.cloud.sagemaker.names.endpoints.reduce(
      (sum, name) => sum + (this.deployed.cloud.sagemaker.describeEndpoint(name)?.invocations ?? 0),
      0,
    );
  }

  /** Every record, under whatever prefix, of one version. */
  async endsOf(key: string, versionId: string): Promise<readonly Record<string, unknown>[]> {
    const { accepted, review, failed } = INFERENCE_PREFIXES;
    // A long key is cut in its record's, and of a failure hashed.
    const start = [...key].slice(0, 50).join("");
    const records = [
      ...(await this.records(accepted + start)),
      ...(await this.records(review + start)),
      ...(await this.records(failed)),
    ];
    return records.filter((record) => {
      const image = record["image"] as { key: string; versionId: string };
      return image.key === key && image.versionId === versionId;
    });
  }

  /** Keys of all records of images under a prefix, without that of their kind. */
  async recordsUnder(prefix: string): Promise<readonly string[]> {
    const { accepted, review, failed } = INFERENCE_PREFIXES;
    const found: string[] = [];
    for (const kind of [accepted, review, failed]) {
      const listed = { Bucket: this.deployed.bucket, Prefix: kind + prefix };
      for await (const page of paginateListObjectsV2({ client: this.s3 }, listed)) {
        found.push(...(page.Contents ?? []).map(({ Key = "" }) => Key.slice(kind.length)));
      }
    }
    return found;
  }

  notificationsOf(key: string, versionId: string): number {
    return this.deployed.cloud.topics
      .messages(this.deployed.reviewTopicArn)
      .filter(({ message }) => {
        return message.includes(JSON.stringify(key)) && message.includes(`version ${versionId})`);
      }).length;
  }

  /** What a distributed map's result files say of each image, in the manifest's order. */
  async resultsOf({ output }: Execution): Promise<readonly (Verdict | NoVerdict)[]> {
    const results = await mapResults(this.s3, this.deployed.bucket, output);
    return results.flat() as (Verdict | NoVerdict)[];
  }

  private async read(Key: string): Promise<unknown> {
    const Bucket = this.deployed.bucket;
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "");
  }

  private async records(Prefix: string): Promise<readonly Record<string, unknown>[]> {
    const Bucket = this.deployed.bucket;
    const found: Record<string, unknown>[] = [];
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket, Prefix })) {
      for (const { Key } of page.Contents ?? []) {
        found.push((await this.read(String(Key))) as Record<string, unknown>);
      }
    }
    return found;
  }
}
