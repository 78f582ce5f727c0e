import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { z } from "zod";
import { RecordReader } from "../../common/records";
import { BUCKET, RunningS3 } from "../local/cloud/services/s3/support";

const schema = z.object({ label: z.string() });

describe("a reader of records", () => {
  let running: RunningS3;
  let s3: S3Client;
  let reader: RecordReader;

  beforeEach(async () => {
    running = await RunningS3.start();
    s3 = running.client();
    reader = new RecordReader(s3, BUCKET);
  });
  afterEach(() => running.stop());

  const put = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

  it("gives what is sound, nothing where there is none, and complains of neither", async () => {
    // Prepare
    await put("labels/a.json", '{"label":"bus","more":1}');

    // Act
    const [sound, none] = [
      await reader.read(schema, "labels/a.json"),
      await reader.read(schema, "labels/b.json"),
    ];

    // Assess
    expect([sound, none]).to.deep.equal([{ label: "bus" }, undefined]);
    expect(reader.damaged).to.deep.equal([]);
  });

  for (const [what, text, problem] of [
    ["cut", '{"label":', /^it is no JSON: .*JSON/],
    ["empty", "", /^it is no JSON: .*JSON/],
    ["of another form", '{\n"label": 1 }', /^✖ .*expected string, received number → at label$/],
    ["nothing", "null", /^✖ .*expected object, received null$/],
  ] as const) {
    it(`goes on where one is ${what}, and remembers it with what is wrong, in one line`, async () => {
      // Prepare
      await put("labels/a.json", text);

      // Act
      const read = await reader.read(schema, "labels/a.json");

      // Assess
      expect(read).to.equal(undefined);
      expect(reader.damaged).to.have.length(1);
      expect(reader.damaged[0]).to.include({ name: "RecordError", record: "labels/a.json" });
      expect(reader.damaged[0]?.problem).to.match(problem);
      expect(reader.damaged[0]?.message).to.match(/^labels\/a\.json is damaged: /);
    });
  }

  it("fails where S3 does not say what a record is: that is no damage", async () => {
    const elsewhere = new RecordReader(s3, "no-such-bucket");
    const error: unknown = await elsewhere
      .read(schema, "a.json")
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property("name", "NoSuchBucket");
    expect(elsewhere.damaged).to.deep.equal([]);
  });
});
