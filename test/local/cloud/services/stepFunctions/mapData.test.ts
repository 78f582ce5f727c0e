import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Gateway } from "../../../../../local/cloud/gateway";
import { Authority, LOCAL_ACCOUNT_ID } from "../../../../../local/cloud/iam";
import { S3Service } from "../../../../../local/cloud/services/s3";
import { StateError } from "../../../../../local/cloud/services/stepFunctions/errors";
import {
  ITEM_READERS,
  RESULT_WRITERS,
} from "../../../../../local/cloud/services/stepFunctions/mapData";

/** What a promise is rejected with, which must be an error that a state machine knows. */
async function refusal(work: Promise<unknown> | undefined): Promise<StateError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof StateError) {
      return error;
    }
    throw error;
  }
  throw new Error("It should have been refused");
}

const RUN = "arn:aws:states:eu-west-1:000000000000:mapRun:machine/Map:4f1c";

describe("the datasets and results of a distributed map", () => {
  let gateway: Gateway;
  let s3: S3Client;

  const put = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: "images", Key, Body }));
  const text = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "images", Key }));
    return (await Body?.transformToString()) ?? "";
  };
  const read = async (resource: string, parameters: object) => {
    const items: unknown[] = [];
    for await (const item of ITEM_READERS.get(resource)?.(s3, parameters) ?? []) {
      items.push(item);
    }
    return items;
  };

  beforeEach(async () => {
    const authority = new Authority(LOCAL_ACCOUNT_ID);
    gateway = new Gateway(authority, () => undefined);
    const service = new S3Service();
    service.createBucket("images");
    gateway.register("s3", service);
    s3 = new S3Client({
      endpoint: await gateway.start(),
      region: "us-east-1",
      credentials: authority.deployer,
    });
  });
  afterEach(async () => {
    s3.destroy();
    await gateway.stop();
  });

  it("are the objects under a prefix, page after page", async () => {
    // Prepare
    const keys = ["in/1", "in/2", "in/3", "in/4", "in/5"];
    for (const key of [...keys, "other/a"]) {
      await put(key, "12345");
    }
    s3.middlewareStack.add(
      (next) =>
        ({ input }) =>
          next({ input: { ...input, MaxKeys: 2 } }),
    );

    // Act
    const items = await read("states:::s3:listObjectsV2", { Bucket: "images", Prefix: "in/" });

    // Assess
    expect(items.map((item) => (item as { Key: string }).Key)).to.deep.equal(keys);
    expect(items[0]).to.include({ Size: 5, StorageClass: "STANDARD" });
  });

  it("are the lines of a JSONL file, empty ones left out", async () => {
    // Prepare
    await put("list.jsonl", '{"key":"a \\" b"}\n\n{"key":"c"}\r\n');

    // Act
    const items = await read("states:::s3:getObject", { Bucket: "images", Key: "list.jsonl" });

    // Assess
    expect(items).to.deep.equal([{ key: 'a " b' }, { key: "c" }]);
  });

  it("fail by the reader's error when they are not there, or are no JSON", async () => {
    // Prepare
    await put("bad.jsonl", '{"key":"a"}\n{"key":');

    // Act
    const errors = [
      await refusal(read("states:::s3:getObject", { Bucket: "images", Key: "gone" })),
      await refusal(read("states:::s3:getObject", { Bucket: "images", Key: "bad.jsonl" })),
      await refusal(read("states:::s3:listObjectsV2", { Bucket: "nowhere" })),
    ];

    // Assess
    expect(errors.map(({ name }) => name)).to.deep.equal(
      Array.from({ length: 3 }, () => "States.ItemReaderFailed"),
    );
    expect(errors[0]?.message).to.include("s3://images/gone").and.include("NoSuchKey");
    expect(errors[1]?.message).to.include("bad.jsonl, line 2");
  });

  it("are written by status, with a manifest that names the files", async () => {
    // Prepare
    const sink = RESULT_WRITERS.get("states:::s3:putObject")?.(
      s3,
      { Bucket: "images", Prefix: "results/" },
      RUN,
    );
    const child = { arn: "arn:child:1", input: { Items: [1] }, startedAt: 0 };

    // Act
    await sink?.add({ ...child, status: "SUCCEEDED", output: { verdict: "accepted" } });
    await sink?.add({ ...child, status: "FAILED", error: new StateError("OddError", "why") });
    await sink?.add({ ...child, status: "ABORTED" });
    await sink?.add({ arn: "arn:child:2", input: { Items: [2] }, status: "PENDING" });
    const result = await sink?.finish();

    // Assess
    const Key = "results/4f1c/manifest.json";
    expect(result).to.deep.equal({
      MapRunArn: RUN,
      ResultWriterDetails: { Bucket: "images", Key },
    });
    const manifest = JSON.parse(await text(Key)) as {
      ResultFiles: Record<string, { Key: string; Size: number }[]>;
    };
    expect(manifest.ResultFiles).to.have.keys("FAILED", "PENDING", "SUCCEEDED");
    const [done] = manifest.ResultFiles["SUCCEEDED"] ?? [];
    const written = await text(done?.Key ?? "");
    expect(done?.Size).to.equal(written.length);
    expect((JSON.parse(written) as object[])[0]).to.include({
      Status: "SUCCEEDED",
      Input: '{"Items":[1]}',
      Output: '{"verdict":"accepted"}',
    });
    const failed = JSON.parse(await text("results/4f1c/FAILED_0.json")) as object[];
    expect(failed).to.have.length(2);
    expect(failed[0]).to.include({ Status: "FAILED", Error: "OddError", Cause: "why" });
    expect(failed[1]).to.include({ Status: "ABORTED" }).and.not.have.property("Error");
    const pending = JSON.parse(await text("results/4f1c/PENDING_0.json")) as object[];
    expect(pending).to.deep.equal([
      { ExecutionArn: "arn:child:2", Input: '{"Items":[2]}', Name: "2", Status: "PENDING" },
    ]);
  });

  it("fill as many files as they need, each result in one of them", async () => {
    // Prepare
    const sink = RESULT_WRITERS.get("states:::s3:putObject")?.(
      s3,
      { Bucket: "images", Prefix: "many" },
      RUN,
    );
    const half = "x".repeat(600_000);

    // Act
    for (let item = 0; item < 5; item += 1) {
      const child = { arn: `arn:child:${item}`, input: item, startedAt: 0 };
      await sink?.add({ ...child, status: "SUCCEEDED", output: half });
      await sink?.add({ ...child, status: "FAILED", error: new StateError("OddError", half) });
    }
    await sink?.finish();

    // Assess
    const { ResultFiles } = JSON.parse(await text("many/4f1c/manifest.json")) as {
      ResultFiles: Record<string, { Key: string }[]>;
    };
    for (const status of ["SUCCEEDED", "FAILED"]) {
      const keys = ResultFiles[status]?.map(({ Key }) => Key) ?? [];
      expect(keys).to.deep.equal([0, 1, 2].map((index) => `many/4f1c/${status}_${index}.json`));
      const files = await Promise.all(keys.map(text));
      const results = files.flatMap((file) => JSON.parse(file) as { Input: string }[]);
      expect(results.map(({ Input }) => Input)).to.deep.equal(["0", "1", "2", "3", "4"]);
    }
  });

  it("name where results could not be written", async () => {
    // Prepare
    const sink = RESULT_WRITERS.get("states:::s3:putObject")?.(
      s3,
      { Bucket: "nowhere", Prefix: "results" },
      RUN,
    );

    // Act
    const error = await refusal(sink?.finish());

    // Assess
    expect(error.name).to.equal("States.ResultWriterFailed");
    expect(error.message).to.include("s3://nowhere/results/4f1c/manifest.json");
  });
});
