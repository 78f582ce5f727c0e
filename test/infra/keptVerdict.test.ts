import { mock } from "node:test";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { AwsError } from "../../local/cloud/protocol";
import { StateError } from "../../local/cloud/services/stepFunctions/errors";
import { BUCKET, KEYS, REQUESTS, WorkflowCloud } from "./workflowCloud";

describe("the verdict that is kept on an image", () => {
  let workflow: WorkflowCloud;

  beforeEach(async () => {
    // Retries wait for a share of their time that chance decides: here for next to none of it.
    mock.method(Math, "random", () => 0.0001);
    workflow = await WorkflowCloud.start();
  });
  afterEach(async () => {
    mock.restoreAll();
    await workflow.stop();
  });

  /** @param interfere told of a request of the workflow's; what it gives back takes the answer's place */
  function onRequest(
    interfere: (method: string, key: string, answer: () => Promise<unknown>) => Promise<void>,
  ): void {
    const { s3: service } = workflow.cloud;
    const handle = service.handle.bind(service);
    service.handle = async (request) => {
      if (request.callerArn.includes("workflow")) {
        const key = decodeURIComponent(request.url.pathname).slice(`/${BUCKET}/`.length);
        await interfere(request.method, key, () => handle(request));
      }
      return handle(request);
    };
  }

  /** Breaks the connection when S3 has dealt with the first write of each key, before its answer. */
  function loseFirstAnswers(prefix: string): () => number {
    const lost = new Set<string>();
    onRequest(async (method, key, answer) => {
      if (method === "PUT" && key.startsWith(prefix) && !lost.has(key)) {
        lost.add(key);
        await answer();
        throw new StateError("S3.SdkClientException", "Unable to execute HTTP request: reset");
      }
    });
    return () => lost.size;
  }

  /** The record of a verdict that somebody else has written, before the workflow's own is. */
  function beForestalled(): void {
    onRequest(async (method, key) => {
      if (method === "PUT" && key.startsWith("accepted/")) {
        const Body = JSON.stringify({ image: { key }, label: "other" });
        await workflow.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body }));
      }
    });
  }

  for (const [ways, requests] of Object.entries(REQUESTS)) {
    it(`is told of images ${ways} though the answer to its writing was lost`, async () => {
      // Prepare
      const lost = loseFirstAnswers("accepted/");

      // Act
      const executions = await workflow.run(requests);

      // Assess
      expect(lost()).to.equal(KEYS.length);
      const ends = await workflow.endsOf(executions);
      expect(ends).to.deep.equal(await workflow.records("accepted/"));
      expect(ends.map(({ verdict }) => verdict)).to.deep.equal(KEYS.map(() => "accepted"));
    });

    it(`is told of images ${ways} though the answer to their claims was lost`, async () => {
      // Prepare
      loseFirstAnswers("claims/");

      // Act
      const executions = await workflow.run(requests);

      // Assess
      expect(await workflow.endsOf(executions)).to.deep.equal(await workflow.records("accepted/"));
      expect(await workflow.recorded("accepted/")).to.deep.equal(KEYS);
    });

    it(`is told of images ${ways} where it is somebody else's`, async () => {
      // Prepare
      beForestalled();

      // Act
      const executions = await workflow.run(requests);

      // Assess
      const ends = await workflow.endsOf(executions);
      expect(ends).to.deep.equal(await workflow.records("accepted/"));
      expect(ends.map((end) => "label" in end && end.label)).to.deep.equal(KEYS.map(() => "other"));
    });
  }

  it("is not told where it cannot be read: the image counts as claimed", async () => {
    // Prepare
    const lost = loseFirstAnswers("accepted/");
    onRequest((method, key) =>
      method === "GET" && key.startsWith("accepted/")
        ? Promise.reject(new AwsError("SlowDown", 503, "Please reduce your request rate."))
        : Promise.resolve(),
    );

    // Act
    const executions = await workflow.run(REQUESTS["of a list"] ?? []);

    // Assess
    expect(lost()).to.equal(KEYS.length);
    const ends = await workflow.endsOf(executions);
    expect(ends.map(({ verdict }) => verdict)).to.deep.equal(KEYS.map(() => "claimed"));
    expect(await workflow.recorded("failed/")).to.deep.equal([]);
  });
});
