import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { capturePrefixOf, INFERENCE_PREFIXES, type Answer } from "../../../contract/inference";
import { capture } from "../../common/captures/support";
import { BUCKET, RunningS3 } from "../../local/cloud/services/s3/support";
import { runNodeProgram } from "../../support/nodeProgram";
import { PRICE } from "../../support/price";
import { PROJECT_ROOT } from "../../support/project";

const HOUR = "2026/11/26/10";
const LINES = [
  capture({ eventId: "a", inferenceId: "=1+1", answer: "[0.25,0.75]" }),
  capture({ eventId: "b", answer: "[0.9,0.1]" }),
  capture({ eventId: "c", answer: '{"error":1}' }),
  capture({ eventId: "a", inferenceId: "=1+1" }),
  capture({ eventId: "d", time: new Date("2026-11-26T11:00:00Z") }),
].join("\n");

describe("npm run capture", () => {
  let folder: string;
  let captures: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "capture-"));
    captures = path.join(folder, "captures");
    await mkdir(path.join(captures, HOUR), { recursive: true });
    await writeFile(path.join(captures, HOUR, "20-30-000-x.jsonl"), `${LINES}\n`);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]) =>
    runNodeProgram("operations/capture/cli.ts", args, { PATH: process.env["PATH"] });
  const TO = ["--to", "2026-11-26T11:00"];

  it("says what is in the files of a folder", async () => {
    const { code, stdout, stderr } = await run("--folder", captures, ...TO);

    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("to 2026-11-26T11:00:00.000Z");
    expect(stdout.replace(/ +/g, " ")).to.contain(
      [
        "records 3 of 1 files, 0.0 MB",
        " class 0 1 33.3 %, mean confidence 0.900",
        " class 1 1 33.3 %, mean confidence 0.750",
        " without scores 1 the answer is no list of numbers of 0 to 1",
        "outside 1 of these files, but not of this time",
        "repeated 1 left out: an inference that was there before",
      ].join("\n"),
    );
  });

  it("writes a row of each record, with nothing that is a formula to a spreadsheet", async () => {
    const out = path.join(folder, "new", "records.csv");

    const { code, stderr } = await run("--folder", captures, ...TO, "--out", out, "--bodies");

    expect(code, stderr).to.equal(0);
    const [header, first, ...others] = (await readFile(out, "utf8")).trimEnd().split("\n");
    expect(header).to.equal(
      "time,eventId,inferenceId,inputType,inputBytes,outputType,outputBytes,label,confidence," +
        "scores,input,output",
    );
    expect(first).to.equal(
      '2026-11-26T10:20:30Z,a,\'=1+1,image/png,7,application/json,11,1,0.75,"[0.25,0.75]",' +
        "cGljdHVyZQ==,WzAuMjUsMC43NV0=",
    );
    expect(others).to.have.length(2);
    expect(await readdir(path.dirname(out))).to.deep.equal(["records.csv"]);
  });

  it("gives standard output to the rows alone when there is no file for them", async () => {
    const { stdout, stderr } = await run("--folder", captures, "--format", "jsonl");

    const rows = stdout.trimEnd().split("\n");
    expect(rows.map((row) => (JSON.parse(row) as { eventId: string }).eventId)).to.deep.equal([
      ..."abcd",
    ]);
    expect(JSON.parse(rows[1] ?? "")).to.deep.equal({
      ...{ time: "2026-11-26T10:20:30Z", eventId: "b", inputType: "image/png", inputBytes: 7 },
      ...{ outputType: "application/json", outputBytes: 9 },
      ...{ label: 0, confidence: 0.9, scores: [0.9, 0.1] },
    });
    expect(stderr).to.match(/^records +4/m);
  });

  it("ends with a code of its own when there is a line that cannot be read, and names its place", async () => {
    const file = path.join(captures, HOUR, "30-00-000-y.jsonl");
    await writeFile(file, `${capture()}\n{"captureData":`);

    const { code, stdout } = await run("--folder", captures);

    expect(code).to.equal(5);
    expect(stdout).to.match(/^partialLine +1 {2}could not be read, the first at (.*)$/m);
    expect(stdout).to.contain(`${file}:2`);
  });

  it("reads what the endpoint of a stack has captured, with what reviewers have said that can be read", async () => {
    // Prepare
    const running = await RunningS3.start();
    const s3 = running.client();
    for (const [endpointName, eventId] of [
      ["mine", "a"],
      ["mine", "c"],
      ["other", "b"],
    ] as const) {
      const Key = `${capturePrefixOf(endpointName)}${HOUR}/20-30-000-${eventId}.jsonl`;
      const Body = capture({ eventId, inferenceId: `of-${eventId}` });
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    }
    const answer: Answer = {
      image: { bucket: BUCKET, key: "incoming/a.png", versionId: "v" },
      ...{ decision: "label", label: "truck" },
      verdict: { inferenceId: "of-a", label: "bus", confidence: 0.5 },
    };
    const Key = `${INFERENCE_PREFIXES.labels}incoming/a.png/v.json`;
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(answer) }));
    const damaged = `${INFERENCE_PREFIXES.labels}incoming/b.png/v.json`;
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: damaged, Body: "{" }));
    const outputs = path.join(folder, "outputs.json");
    await writeFile(
      outputs,
      JSON.stringify({
        ...{ endpointName: "mine", inferenceBucket: BUCKET, stateMachineArn: "arn" },
        priceEstimate: PRICE,
      }),
    );
    const { accessKeyId, secretAccessKey, sessionToken = "" } = running.authority.deployer;

    // Act
    const { code, stdout, stderr } = await runNodeProgram(
      "operations/capture/cli.ts",
      ["--outputs", outputs, "--from", "2026-11-26", ...TO, "--format", "jsonl", "--labels"],
      {
        PATH: process.env["PATH"],
        AWS_ENDPOINT_URL: running.endpoint,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    );
    await running.stop();

    // Assess
    expect(code, stderr).to.equal(5);
    const rows = stdout.trimEnd().split("\n");
    const [first, second] = rows.map((row) => JSON.parse(row) as Record<string, unknown>);
    expect(rows).to.have.length(2);
    expect(first).to.include({
      ...{ eventId: "a", key: "incoming/a.png", predicted: "bus", truth: "truck" },
    });
    expect(second).to.include({ eventId: "c" }).and.to.not.have.property("truth");
    expect(stderr).to.match(/reviewed +1 {2}of which the model took 0\.0 % \(0\.0 to 79\.3\)/);
    expect(stderr)
      .to.match(/^1 record cannot be read/m)
      .and.contain(`  ${damaged}: it is no JSON`);
  });

  for (const [title, args, fault] of [
    ["without a stack", [], "give --stack NAME, or --outputs FILE"],
    ["with a folder and a stack", ["--folder", ".", "--stack", "dev"], "--folder takes no --stack"],
    ["with labels of a folder", ["--folder", ".", "--labels"], "--labels are those of a stack"],
    ["with a folder that is none", ["--folder", "no/such"], "--folder no/such is no folder"],
    ["with a time that is none", ["--from", "soon"], "soon is no time"],
    ["backwards", ["--folder", ".", "--from", "1h", "--to", "2h"], "is not before --to"],
    ["for no time at all", ["--folder", ".", "--from", "1h", "--to", "1h"], "is not before --to"],
    ["with words", ["--folder", ".", "dev"], "too many arguments"],
    ["for another format", ["--folder", ".", "--out", "a.xml"], "It must end in .jsonl or .csv"],
  ] as const) {
    it(`is refused ${title}`, async () => {
      const { code, stderr } = await run(...args);

      expect(code).to.equal(2);
      expect(stderr).to.contain(fault);
    });
  }

  it("leaves no file when it fails", async () => {
    const out = path.join(folder, "records.csv");
    await mkdir(out);

    const { code } = await run("--folder", captures, "--out", out);

    expect(code).to.equal(1);
    expect(await readdir(folder)).to.have.members(["captures", "records.csv"]);
    expect(await readdir(out)).to.deep.equal([]);
  });

  it("stops at once when it is interrupted, and leaves no file", async () => {
    // Prepare
    const line = `${capture({ body: Buffer.alloc(3000) })}\n`;
    for (let index = 0; index < 100; index += 1) {
      const file = path.join(captures, HOUR, `30-00-000-${index}.jsonl`);
      await writeFile(file, line.repeat(200));
    }
    const out = path.join(folder, "records.jsonl");
    const args = ["--import", "tsx", "operations/capture/cli.ts", "--folder", captures];
    const child = spawn(process.execPath, [...args, "--out", out, "--bodies"], {
      cwd: PROJECT_ROOT,
      stdio: ["ignore", "ignore", "pipe"],
    });

    // Act
    const isWriting = async () => (await readdir(folder)).some((file) => file.endsWith(".part"));
    while (!(await isWriting()) && child.exitCode === null) {
      await sleep(5);
    }
    child.kill("SIGINT");
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);

    // Assess
    expect(said).to.contain("InterruptedError: Interrupted; nothing was changed");
    expect(code).to.equal(130);
    expect(await readdir(folder)).to.deep.equal(["captures"]);
  });
});
