/** What becomes of many images that one execution of a deployed workflow is to classify. */
import { mock } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "chai";
import { forEachConcurrently } from "../../../common/concurrency";
import {
  BATCH_FAILED,
  ERRORS,
  MANIFEST_END,
  PREFIX_REFUSED,
  type ListedImage,
  type Verdict,
  type ClassificationRequest,
  type NoVerdict,
} from "../../../contract/inference";
import type { Execution } from "../../../local/cloud/services/stepFunctions/service";
import { Uploads, type DeployedWorkflow } from "./uploads";

const NO_IMAGE = Buffer.from("this is no image");

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeBatches(deployed: () => DeployedWorkflow): void {
  let workflow: Uploads;
  before(() => {
    workflow = new Uploads(deployed());
  });
  after(() => workflow.stop());

  const classify = async (request: ClassificationRequest): Promise<Execution> => {
    const { cloud, stateMachineArn } = deployed();
    const execution = cloud.stepFunctions.startExecution(stateMachineArn, request);
    await cloud.stepFunctions.settled(execution);
    return execution;
  };

  it("classifies every image under a prefix, in batches, and each version once", async () => {
    // Prepare: one batch and a half, a folder of the console's among them
    const images = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const key = `batches/prefix/images/${index} ä".png`;
        const body = index === 7 ? NO_IMAGE : workflow.picture(index);
        return { key, versionId: await workflow.upload(key, body) };
      }),
    );
    await workflow.upload("batches/prefix/images/folder/", Buffer.alloc(0));
    const before = workflow.invocations();

    // Act
    const first = await classify({ prefix: "batches/prefix/images/" });
    const between = workflow.invocations();
    const second = await classify({ prefix: "batches/prefix/images/" });

    // Assess
    for (const execution of [first, second]) {
      expect(execution, execution.cause).to.include({ status: "SUCCEEDED" });
      const [run] = execution.mapRuns;
      expect(run?.itemCounts).to.include({ total: 31, succeeded: 31, failed: 0 });
    }
    expect(between - before).to.equal(29);
    expect(workflow.invocations()).to.equal(between);
    for (const { key, versionId } of images) {
      expect(await workflow.endsOf(key, versionId), key).to.have.length(1);
    }
    const results = await workflow.resultsOf(first);
    expect(results.map(({ verdict }) => verdict)).to.include.members(["failed", "claimed"]);
    expect((await workflow.resultsOf(second)).map(({ verdict }) => verdict)).to.deep.equal(
      Array.from({ length: 31 }, () => "claimed"),
    );
  });

  it("misses none and classifies none twice when it is started again half-way", async () => {
    // Prepare
    const { cloud, stateMachineArn } = deployed();
    const prefix = "batches/again/images/";
    const count = 300;
    const versions = new Map<string, string>();
    await forEachConcurrently(Array(count).keys(), 8, async (index) => {
      const key = `${prefix}${index}.png`;
      versions.set(key, await workflow.upload(key, workflow.picture(index)));
    });
    const before = workflow.invocations();

    // Act: whoever started it is gone, and what it started is not
    const first = cloud.stepFunctions.startExecution(stateMachineArn, { prefix });
    while ((first.mapRuns[0]?.itemCounts.succeeded ?? 0) < count / 4) {
      await nextTurn();
    }
    const second = await classify({ prefix });
    await cloud.stepFunctions.settled(first);

    // Assess
    const results = [...(await workflow.resultsOf(first)), ...(await workflow.resultsOf(second))];
    const classified = results.filter(({ verdict }) => verdict !== "claimed");
    const keys = classified.map(({ image }) => (image as ListedImage).key);
    expect(keys.sort()).to.deep.equal([...versions.keys()].sort());
    expect(results).to.have.length(2 * count);
    expect(workflow.invocations() - before).to.equal(count);
    expect(await workflow.recordsUnder(prefix)).to.have.members(
      [...versions].map(([key, versionId]) => `${key}/${versionId}.json`),
    );
  });

  it("classifies a short list inside of its execution, by version or as it is now", async () => {
    // Prepare
    const { bucket } = deployed();
    const key = "batches/list/a.png";
    const old = await workflow.upload(key, workflow.picture(0));
    const current = await workflow.upload(key, workflow.picture(1));
    const gone = "batches/list/gone.png";

    // Act
    const { status, output } = await classify({
      images: [
        { bucket, key, versionId: old },
        { bucket, key },
        { bucket, key: gone },
        { key },
        { bucket, key, versionId: null },
        "nothing",
      ] as ListedImage[],
    });

    // Assess
    expect(status).to.equal("SUCCEEDED");
    const [first, second, ...others] = output as (Verdict | NoVerdict)[];
    const [ofGone, ...malformed] = others;
    expect([first, second].map((each) => (each as Verdict).image.versionId)).to.deep.equal([
      old,
      current,
    ]);
    expect(ofGone).to.deep.include({
      verdict: "failed",
      image: { bucket, key: gone, versionId: null },
    });
    // What names no image takes no other with it.
    expect(malformed).to.deep.equal([
      { verdict: "failed", image: { key }, error: ERRORS.invalidEvent },
      {
        verdict: "failed",
        image: { bucket, key, versionId: null },
        error: ERRORS.invalidEvent,
      },
      { verdict: "failed", image: "nothing", error: ERRORS.invalidEvent },
    ]);
    for (const versionId of [old, current]) {
      expect(await workflow.endsOf(key, versionId)).to.have.length(1);
    }
  });

  it("classifies an image once that a list names twice, and a manifest too", async () => {
    // Prepare
    const { bucket } = deployed();
    const twice = async (key: string) => {
      const versionId = await workflow.upload(key, workflow.picture(0));
      return [
        { bucket, key, versionId },
        { bucket, key },
        { bucket, key, versionId },
      ];
    };
    const images = await twice("batches/twice/listed.png");
    const lines = await twice("batches/twice/in the manifest.png");
    const manifest = "batches/twice.jsonl";
    const text = lines.map((each) => `${JSON.stringify(each)}\r\n\r\n`).join("");
    await workflow.upload(manifest, Buffer.from(text));
    const before = workflow.invocations();

    // Act
    const { output } = await classify({ images });
    const between = workflow.invocations();
    const execution = await classify({ manifest });

    // Assess
    expect([between - before, workflow.invocations() - between]).to.deep.equal([1, 1]);
    for (const results of [output as NoVerdict[], await workflow.resultsOf(execution)]) {
      const claimed = results.filter(({ verdict }) => verdict === "claimed");
      expect([results.length, claimed.length]).to.deep.equal([3, 2]);
    }
  });

  it("tells of an image that somebody has named before the verdict that is kept on it", async () => {
    // Prepare: a version that is named is classified without a claim
    const { bucket } = deployed();
    const key = "batches/named before.png";
    const versionId = await workflow.upload(key, workflow.picture(0));
    const image = { bucket, key, versionId };
    await classify(image);

    // Act: S3's refusal to write a second record is tried again, which here takes next to no time
    const random = mock.method(Math, "random", () => 0.0001);
    const { output } = await classify({ images: [image] });
    random.mock.restore();

    // Assess
    const kept = await workflow.endsOf(key, versionId);
    expect(kept).to.have.length(1);
    expect(output).to.deep.equal(kept);
  });

  it("takes no list of images for an image, where `npm run classify` has left one", async () => {
    // Prepare
    const prefix = "batches/beside a list/";
    await workflow.upload(`${prefix}a.png`, workflow.picture(0));
    await workflow.upload(`${prefix}a${MANIFEST_END}`, Buffer.from("{}"));

    // Act
    const results = await workflow.resultsOf(await classify({ prefix }));

    // Assess
    expect(results.filter(({ verdict }) => verdict === "failed")).to.deep.equal([]);
  });

  it("classifies what a manifest lists, but not what an upload has classified already", async () => {
    // Prepare
    const { bucket } = deployed();
    const uploaded = "incoming/before the batch.png";
    const versionId = await workflow.upload(uploaded, workflow.picture(2));
    await workflow.settle();
    const key = "batches/manifest/images/new.png";
    await workflow.upload(key, workflow.picture(3));
    const manifest = "batches/manifest/list.jsonl";
    const lines = [
      { bucket, key: uploaded, versionId },
      { bucket, key },
    ];
    await workflow.upload(
      manifest,
      Buffer.from(lines.map((each) => JSON.stringify(each)).join("\n")),
    );
    const before = workflow.invocations();

    // Act
    const execution = await classify({ manifest });

    // Assess
    expect(execution, execution.cause).to.include({ status: "SUCCEEDED" });
    expect(workflow.invocations() - before).to.equal(1);
    const results = await workflow.resultsOf(execution);
    expect(results.map(({ image }) => (image as ListedImage).key)).to.deep.equal([uploaded, key]);
    expect(results[0]?.verdict).to.equal("claimed");
    expect(await workflow.endsOf(uploaded, versionId)).to.have.length(1);
  });

  it("fails as a whole when more images fail than it tolerates, each with its record", async () => {
    // Prepare
    const keys = Array.from({ length: 20 }, (_, index) => `batches/bad/images/${index}.png`);
    const versions = await Promise.all(keys.map((key) => workflow.upload(key, NO_IMAGE)));

    // Act
    const { status, error, mapRuns } = await classify({ prefix: "batches/bad/images/" });

    // Assess
    expect({ status, error }).to.deep.equal({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
    });
    expect(mapRuns[0]?.failures[0]?.error).to.equal(BATCH_FAILED);
    for (const [index, key] of keys.entries()) {
      expect(await workflow.endsOf(key, versions[index] ?? "")).to.have.length(1);
    }
  });

  it("refuses a prefix under which there are no images, such as that of its own results", async () => {
    for (const prefix of ["results/", "failed/", ""]) {
      const { error } = await classify({ prefix });
      expect(error).to.equal(PREFIX_REFUSED);
    }
  });

  it("fails when its manifest is not there", async () => {
    const { error } = await classify({ manifest: "batches/no such list.jsonl" });
    expect(error).to.equal("States.ItemReaderFailed");
  });
}
