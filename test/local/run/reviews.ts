/** What becomes of doubtful verdicts in a deployed workflow, answered as a reviewer's browser does. */
import { setTimeout } from "node:timers/promises";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { INFERENCE_PREFIXES, type Answer, type Verdict } from "../../../contract/inference";
import type { DeployedWorkflow } from "./uploads";

export type DeployedReviews = Pick<
  DeployedWorkflow,
  "cloud" | "bucket" | "reviewTopicArn" | "pictures"
>;

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeReviews(deployed: () => DeployedReviews): void {
  let s3: S3Client;
  let Bucket: string;
  before(() => {
    s3 = new S3Client(deployed().cloud.deployerSession());
    Bucket = deployed().bucket;
  });
  after(() => s3.destroy());

  /** Leaves a doubtful verdict, as the state machine does. @returns the link that is sent */
  const doubt = async (key: string): Promise<{ verdict: Verdict; link: URL }> => {
    const { cloud, reviewTopicArn, pictures } = deployed();
    const put = (Key: string, Body: Buffer | string) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    const { VersionId: versionId = "" } = await put(key, pictures[0] as Buffer);
    const record = `${INFERENCE_PREFIXES.review}${key}/${versionId}.json`;
    const verdict: Verdict = {
      image: { bucket: Bucket, key, versionId },
      ...{ inferenceId: key, verdict: "review", record, threshold: 0.8 },
      ...{ label: "bicycle", confidence: 0.5, scores: { bicycle: 0.5, motorcycle: 0.5 } },
    };
    await put(record, JSON.stringify(verdict));
    for (;;) {
      const sent = cloud.topics
        .messages(reviewTopicArn)
        .find(({ message }) => message.includes(versionId));
      const [link] = /http\S+$/.exec(sent?.message ?? "") ?? [];
      if (link !== undefined && (await isWaiting(verdict))) {
        return { verdict, link: new URL(link) };
      }
      await setTimeout(20);
    }
  };
  const isWaiting = async ({ inferenceId }: Verdict) => {
    const Prefix = INFERENCE_PREFIXES.waiting;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    const texts = await Promise.all(Contents.map(({ Key = "" }) => read(Key)));
    return texts.some((text) => text.includes(inferenceId));
  };
  const read = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  };
  const labelOf = async ({ image }: Verdict): Promise<Answer> => {
    const key = `${INFERENCE_PREFIXES.labels}${image.key}/${image.versionId}.json`;
    for (;;) {
      const text = await read(key).catch(() => undefined);
      if (text !== undefined) {
        return JSON.parse(text) as Answer;
      }
      await setTimeout(20);
    }
  };
  const answer = (link: URL, choice: string) =>
    fetch(new URL("/", link), {
      method: "POST",
      body: new URLSearchParams({ link: link.searchParams.get("link") ?? "", answer: choice }),
      redirect: "manual",
    });

  it("are shown and answered by the link that reviewers get, once, and kept as labels", async () => {
    // Prepare
    const { verdict, link } = await doubt(`${INFERENCE_PREFIXES.batches}doubtful 1.png`);
    await doubt(`${INFERENCE_PREFIXES.batches}doubtful 2.png`);

    // Act
    const shown = await fetch(link);
    const taken = await answer(link, "1");
    const next = await fetch(new URL(taken.headers.get("location") ?? "", link));
    const again = await Promise.all([fetch(link), answer(link, "0")]);

    // Assess
    expect(shown.status).to.equal(200);
    expect(await shown.text()).to.contain('src="data:image/png;base64,');
    expect(taken.status).to.equal(303);
    expect(next.status).to.equal(200);
    expect(again.map(({ status }) => status)).to.deep.equal([403, 403]);
    expect(await labelOf(verdict)).to.deep.equal({
      image: verdict.image,
      decision: "label",
      label: "motorcycle",
      verdict: { inferenceId: verdict.inferenceId, label: "bicycle", confidence: 0.5 },
    });
  });

  it("are decided by one of two reviewers at once, and the other is told", async () => {
    // Prepare
    const { verdict, link } = await doubt(`${INFERENCE_PREFIXES.batches}doubtful 3.png`);

    // Act
    const both = await Promise.all([answer(link, "0"), answer(link, "1")]);

    // Assess
    const statuses = both.map(({ status }) => status);
    expect(statuses.filter((status) => status === 303 || status === 200)).to.have.length(1);
    // Whoever comes a moment later finds the link used.
    expect(statuses.filter((status) => status === 409 || status === 403)).to.have.length(1);
    const winner = ["bicycle", "motorcycle"][statuses.findIndex((status) => status < 400)];
    expect((await labelOf(verdict)).label).to.equal(winner);
  });
}
