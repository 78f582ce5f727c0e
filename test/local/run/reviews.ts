/** What becomes of doubtful verdicts in a deployed workflow, answered as a reviewer's browser does. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { INFERENCE_PREFIXES } from "../../../contract/inference";
import { runNodeProgram } from "../../support/nodeProgram";
import { PRICE } from "../../support/price";
import { Doubts, type DeployedReviews } from "./doubts";

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeReviews(deployed: () => DeployedReviews): void {
  let doubts: Doubts;
  before(() => {
    doubts = new Doubts(deployed());
  });
  after(() => doubts.close());

  const answer = (link: URL, choice: string) =>
    fetch(new URL("/", link), {
      method: "POST",
      body: new URLSearchParams({ link: link.searchParams.get("link") ?? "", answer: choice }),
      redirect: "manual",
    });

  it("are shown and answered by the link that reviewers get, once, and kept as labels", async () => {
    // Prepare
    const { verdict, link } = await doubts.raise(`${INFERENCE_PREFIXES.batches}doubtful 1.png`);
    await doubts.raise(`${INFERENCE_PREFIXES.batches}doubtful 2.png`);

    // Act
    const shown = await fetch(link);
    const taken = await answer(link, "motorcycle");
    const next = await fetch(new URL(taken.headers.get("location") ?? "", link));
    const again = await Promise.all([fetch(link), answer(link, "bicycle")]);

    // Assess
    expect(shown.status).to.equal(200);
    expect(await shown.text()).to.contain('src="data:image/png;base64,');
    expect(taken.status).to.equal(303);
    expect(next.status).to.equal(200);
    expect(again.map(({ status }) => status)).to.deep.equal([403, 403]);
    expect(await doubts.labelOf(verdict)).to.deep.equal({
      image: verdict.image,
      decision: "label",
      label: "motorcycle",
      verdict: { inferenceId: verdict.inferenceId, label: "bicycle", confidence: 0.5 },
    });
  });

  it("are decided by one of two reviewers at once, and the other is told", async () => {
    // Prepare
    const { verdict, link } = await doubts.raise(`${INFERENCE_PREFIXES.batches}doubtful 3.png`);

    // Act
    const both = await Promise.all([answer(link, "bicycle"), answer(link, "motorcycle")]);

    // Assess
    const statuses = both.map(({ status }) => status);
    expect(statuses.filter((status) => status === 303 || status === 200)).to.have.length(1);
    // Whoever comes a moment later finds the link used.
    expect(statuses.filter((status) => status === 409 || status === 403)).to.have.length(1);
    const winner = ["bicycle", "motorcycle"][statuses.findIndex((status) => status < 400)];
    expect((await doubts.labelOf(verdict)).label).to.equal(winner);
  });

  describe("in a terminal", () => {
    let folder: string;
    let outputs: string;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "reviews-"));
      outputs = path.join(folder, "outputs.json");
      const told = {
        inferenceBucket: deployed().bucket,
        stateMachineArn: "arn:unused",
        endpointName: "unused",
        priceEstimate: PRICE,
      };
      await writeFile(outputs, JSON.stringify(told));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    const review = (...args: readonly string[]) =>
      runNodeProgram("operations/review/cli.ts", ["--outputs", outputs, ...args], {
        PATH: process.env["PATH"],
        NODE_NO_WARNINGS: "1",
        ...deployed().cloud.deployerEnvironment(),
      });

    it("are listed, and answered as on the page", async () => {
      // Prepare
      const key = `${INFERENCE_PREFIXES.batches}doubtful 4.png`;
      const { verdict, link } = await doubts.raise(key);

      // Act
      const listed = await review("--list");
      const answered = await review("--answer", `${key}=motorcycle`);
      const after = await fetch(link);

      // Assess
      expect([listed.code, answered.code], listed.stderr + answered.stderr).to.deep.equal([0, 0]);
      expect(listed.stdout).to.contain(`${key}  ${verdict.image.versionId}  until `);
      expect(answered.stdout).to.equal(`${key}: motorcycle\n`);
      expect(await doubts.labelOf(verdict)).to.include({ decision: "label", label: "motorcycle" });
      expect(after.status).to.equal(403);
    });

    it("are all others where one is damaged, which is named by a code of its own", async () => {
      // Prepare
      const { cloud, bucket: Bucket } = deployed();
      const s3 = new S3Client(cloud.deployerSession());
      const Key = `${INFERENCE_PREFIXES.waiting}${"0".repeat(64)}.json`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: '{"taskToken":' }));
      const key = `${INFERENCE_PREFIXES.batches}doubtful 7.png`;
      const { verdict, link } = await doubts.raise(key);

      // Act
      const listed = await review("--list");
      const answered = await review("--answer", `${key}=motorcycle`);
      const after = await fetch(link);
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      s3.destroy();

      // Assess
      expect([listed.code, answered.code]).to.deep.equal([5, 5]);
      expect(listed.stdout).to.contain(`${key}  ${verdict.image.versionId}  until `);
      for (const { stdout } of [listed, answered]) {
        expect(stdout).to.match(/^1 record cannot be read/m);
        expect(stdout).to.contain(`  ${Key}: it is no JSON`);
      }
      expect(await doubts.labelOf(verdict)).to.include({ label: "motorcycle" });
      expect(after.status).to.equal(403);
    });

    it("are decided by whoever is first, there or on the page, and the other is told", async () => {
      // Prepare
      const key = `${INFERENCE_PREFIXES.batches}doubtful 5.png`;
      const { verdict, link } = await doubts.raise(key);

      // Act
      const onPage = await answer(link, "bicycle");
      const { code, stdout } = await review("--answer", `${key}=motorcycle`);

      // Assess
      expect(onPage.status).to.be.lessThan(400);
      expect(code).to.equal(4);
      expect(stdout).to.contain(`${key}: not kept`);
      expect((await doubts.labelOf(verdict)).label).to.equal("bicycle");
    });

    it("are refused a class that the model does not have, and a terminal that is none", async () => {
      // Prepare
      const key = `${INFERENCE_PREFIXES.batches}doubtful 6.png`;
      const { link } = await doubts.raise(key);

      // Act
      const wrong = await review("--answer", `${key}=horse`);
      const asked = await review();

      // Assess
      expect([wrong.code, asked.code]).to.deep.equal([2, 2]);
      expect(wrong.stderr).to.contain("the classes are bicycle, motorcycle, and none");
      expect(asked.stderr).to.contain("UsageError: there is no terminal to ask on");
      expect((await answer(link, "none")).status).to.be.lessThan(400);
    });
  });
}
