/** Doubtful verdicts in a deployed workflow, and what becomes of them. */
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { INFERENCE_PREFIXES, type Answer, type Verdict } from "../../../contract/inference";
import { Cloud } from "../../../local/cloud";
import { deployProgram } from "../../../local/pulumi/deployment";
import { readStackConfig, type ConfigOverride } from "../../../local/pulumi/stackConfig";
import { encode, patterned } from "../../functions/support/images";
import { PROJECT_ROOT } from "../../support/project";
import type { DeployedWorkflow } from "./uploads";

export type DeployedReviews = Pick<
  DeployedWorkflow,
  "cloud" | "bucket" | "reviewTopicArn" | "pictures"
>;

/**
 * Deploys what reviews, and the bucket that it is about, into a cloud of its own.
 * @param changes of the dev stack's config
 */
export async function deployReviews(
  ...changes: readonly ConfigOverride[]
): Promise<DeployedReviews> {
  const cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
  const program = path.join(__dirname, "fixtures", "reviews");
  const config = readStackConfig(PROJECT_ROOT, "dev", changes);
  const { outputs } = await deployProgram({ program, config, cloud }, () => undefined);
  const { inferenceBucket, reviewTopicArn } = outputs as Record<string, string>;
  return {
    cloud,
    bucket: inferenceBucket ?? "",
    reviewTopicArn: reviewTopicArn ?? "",
    pictures: [await encode(patterned(300, 200), "image/jpeg")],
  };
}

export class Doubts {
  private readonly s3: S3Client;

  constructor(private readonly deployed: DeployedReviews) {
    this.s3 = new S3Client(deployed.cloud.deployerSession());
  }

  /** Leaves a doubtful verdict, as the state machine does. @returns the link that is sent */
  async raise(key: string): Promise<{ readonly verdict: Verdict; readonly link: URL }> {
    const { cloud, bucket, reviewTopicArn, pictures } = this.deployed;
    const { VersionId: versionId = "" } = await this.put(key, pictures[0] as Buffer);
    const record = `${INFERENCE_PREFIXES.review}${key}/${versionId}.json`;
    const verdict: Verdict = {
      image: { bucket, key, versionId },
      ...{ inferenceId: key, verdict: "review", record, threshold: 0.8 },
      ...{ label: "bicycle", confidence: 0.5, scores: { bicycle: 0.5, motorcycle: 0.5 } },
    };
    await this.put(record, JSON.stringify(verdict));
    for (;;) {
      const sent = cloud.topics
        .messages(reviewTopicArn)
        .find(({ message }) => message.includes(versionId));
      const [link] = /http\S+$/.exec(sent?.message ?? "") ?? [];
      if (link !== undefined && (await this.isWaiting(verdict))) {
        return { verdict, link: new URL(link) };
      }
      await setTimeout(20);
    }
  }

  /** What is kept of an answer, as soon as it is. */
  async labelOf({ image }: Verdict): Promise<Answer> {
    const key = `${INFERENCE_PREFIXES.labels}${image.key}/${image.versionId}.json`;
    for (;;) {
      const text = await this.read(key).catch(() => undefined);
      if (text !== undefined) {
        return JSON.parse(text) as Answer;
      }
      await setTimeout(20);
    }
  }

  close(): void {
    this.s3.destroy();
  }

  private async isWaiting({ inferenceId }: Verdict): Promise<boolean> {
    const Prefix = INFERENCE_PREFIXES.waiting;
    const listing = { Bucket: this.deployed.bucket, Prefix };
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command(listing));
    const texts = await Promise.all(Contents.map(({ Key = "" }) => this.read(Key)));
    return texts.some((text) => text.includes(inferenceId));
  }

  private put(Key: string, Body: Buffer | string) {
    return this.s3.send(new PutObjectCommand({ Bucket: this.deployed.bucket, Key, Body }));
  }

  private async read(Key: string): Promise<string> {
    const { Body } = await this.s3.send(
      new GetObjectCommand({ Bucket: this.deployed.bucket, Key }),
    );
    return (await Body?.transformToString()) ?? "";
  }
}
