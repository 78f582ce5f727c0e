/** What a person does with a deployed workflow: `npm run classify`, `replay`, `capture` and `report`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { findText } from "../../../common/objectText";
import { claimKey, failureRecordKey } from "../../../common/recordKey";
import { ERRORS } from "../../../contract/inference";
import { Records } from "../../../operations/objects";
import { MISSING } from "../../../operations/replay/failures";
import { findMissing } from "../../../operations/replay/missing";
import { runNodeProgram } from "../../support/nodeProgram";
import { PROJECT_ROOT } from "../../support/project";
import { Uploads, type DeployedWorkflow } from "./uploads";

const NO_IMAGE = Buffer.from("this is no image");
const PRICE = { perThousandImages: 0.23, basis: "As a test has it." };

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeOperations(deployed: () => DeployedWorkflow): void {
  let workflow: Uploads;
  let folder: string;
  let outputs: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    workflow = new Uploads(deployed());
    const { cloud, outputs: all } = deployed();
    folder = await mkdtemp(path.join(tmpdir(), "operations-"));
    outputs = path.join(folder, "outputs.json");
    await writeFile(
      outputs,
      JSON.stringify({ ...all, priceEstimate: { ...all.priceEstimate, ...PRICE } }),
    );
    environment = {
      PATH: process.env["PATH"],
      NODE_NO_WARNINGS: "1",
      ...cloud.deployerEnvironment(),
    };
  });
  after(async () => {
    workflow.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (command: "classify" | "replay" | "capture" | "report", ...args: readonly string[]) =>
    runNodeProgram(`operations/${command}/cli.ts`, ["--outputs", outputs, ...args], environment);

  /** A folder of so many pictures. */
  async function pictures(name: string, count: number): Promise<string> {
    const images = path.join(folder, name);
    await mkdir(path.join(images, "inner"), { recursive: true });
    for (let index = 0; index < count; index += 1) {
      const file = path.join(images, index % 2 === 0 ? "" : "inner", `${index}.png`);
      await writeFile(file, workflow.picture(index));
    }
    return images;
  }

  async function rowsOf(file: string): Promise<Record<string, unknown>[]> {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>[];
  }

  describe("classify", () => {
    it("tells what became of each image of a folder, and of nothing else in it", async () => {
      // Prepare
      const images = await pictures("few", 4);
      await writeFile(path.join(images, "notes.txt"), "no image");
      await writeFile(path.join(images, ".hidden.png"), NO_IMAGE);
      await writeFile(path.join(images, "=broken.png"), NO_IMAGE);
      const out = path.join(folder, "few.csv");

      // Act
      const { stdout, stderr, code } = await run("classify", images, "--out", out);

      // Assess
      expect(code, stderr).to.equal(4);
      expect(stdout).to.match(/failed +1 +20\.0 % +UnreadableImageError 1/);
      expect(stdout).to.contain(PRICE.basis);
      expect(stderr).to.contain("1 files are no images by their names");
      const [header, ...rows] = (await readFile(out, "utf8")).trimEnd().split("\n");
      expect(header).to.equal("source,verdict,label,confidence,error,scores,key,versionId,record");
      expect(rows).to.have.length(5);
      expect(rows.filter((row) => row.includes(ERRORS.unreadableImage))).to.have.length(1);
    });

    it("asks nothing of the endpoint when all of it is known, and says the same", async () => {
      // Prepare
      const images = await pictures("again", 3);
      const out = path.join(folder, "again.json");
      const first = await run("classify", images, "--out", out);
      const rows = await rowsOf(out);
      const asked = workflow.invocations();

      // Act
      const second = await run("classify", images, "--out", out);

      // Assess
      expect([first.code, second.code], second.stderr).to.deep.equal([0, 0]);
      expect(workflow.invocations()).to.equal(asked);
      expect(await rowsOf(out)).to.deep.equal(rows);
    });

    it("goes on where it was killed: every image has its verdict, and none two", async () => {
      // Prepare
      const images = await pictures("killed", 60);
      const out = path.join(folder, "killed.jsonl");
      const before = workflow.invocations();
      const args = ["--import", "tsx", "operations/classify/cli.ts", "--outputs", outputs, images];
      const child = spawn(process.execPath, args, { cwd: PROJECT_ROOT, env: environment });
      for await (const line of createInterface({ input: child.stderr })) {
        if (line.includes("execution: ")) {
          break;
        }
      }
      child.kill("SIGKILL");
      await once(child, "close");

      // Act
      const { code, stderr } = await run("classify", images, "--out", out);

      // Assess
      expect(code, stderr).to.equal(0);
      const rows = (await readFile(out, "utf8"))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { key: string; versionId: string });
      expect(rows).to.have.length(60);
      expect(workflow.invocations() - before).to.equal(60);
      for (const { key, versionId } of rows) {
        expect(await workflow.endsOf(key, versionId), key).to.have.length(1);
      }
    });

    it("takes a list of files and of objects where they are, in its order", async () => {
      // Prepare
      const { bucket } = deployed();
      const images = await pictures("listed", 1);
      const key = "batches/theirs/a b.png";
      const versionId = await workflow.upload(key, workflow.picture(1));
      const list = path.join(folder, "list.txt");
      await writeFile(list, `s3://${bucket}/batches/theirs/\nlisted/0.png\n`);
      const out = path.join(folder, "list.json");

      // Act
      const { code, stderr } = await run("classify", "--list", list, "--out", out);

      // Assess
      expect(code, stderr).to.equal(0);
      const [first, second] = await rowsOf(out);
      expect(first).to.include({ source: `s3://${bucket}/${key}`, key, versionId });
      expect(second).to.include({ source: path.join(images, "0.png") });
    });

    for (const [title, args, code, text] of [
      ["without images", [], 2, "name images, or a --list of them"],
      ["with what is not there", ["nowhere.png"], 1, "nowhere.png cannot be read"],
      ["with an unknown table", ["a.png", "--out", "a.xls"], 2, ".csv, .json, .jsonl"],
      ["with a name that is none", ["README.md", "--name", "a/b"], 2, '"a/b"'],
      ["with files of one name", ["README.md", "./README.md"], 1, "would both be README.md"],
      ["with a stack besides outputs", ["a.png", "--stack", "dev"], 2, "takes no --stack"],
    ] as const) {
      it(`is refused ${title}, before anything is done`, async () => {
        // Act
        const ended = await run("classify", ...args);

        // Assess
        expect(ended.code, ended.stderr).to.equal(code);
        expect(ended.stderr).to.contain(text);
      });
    }

    it("is refused for prefixes of the bucket under which there are no images", async () => {
      const { code, stderr } = await run("classify", `s3://${deployed().bucket}/accepted/`);

      expect(code).to.equal(2);
      expect(stderr).to.contain("incoming/ and batches/");
    });
  });

  describe("replay", () => {
    /** Leaves a picture of which the record says that it failed. */
    async function failed(key: string, error: string, body: Buffer) {
      const { bucket } = deployed();
      const versionId = await workflow.upload(key, body);
      const record = { image: { bucket, key, versionId }, execution: "arn:test", error, cause: "" };
      const text = Buffer.from(JSON.stringify(record));
      await workflow.upload(failureRecordKey({ key, versionId }), text);
      return { key, versionId };
    }

    it("classifies again what may work now, once, and explains the rest", async () => {
      // Prepare
      const prefix = "batches/replayed/";
      const passing = await failed(
        `${prefix}a "b".png`,
        ERRORS.endpointUnavailable,
        workflow.picture(0),
      );
      await failed(`${prefix}dead.png`, ERRORS.unreadableImage, NO_IMAGE);
      const before = workflow.invocations();

      // Act
      const listed = await run("replay", "--prefix", prefix, "--list");
      const between = workflow.invocations();
      const [one, other] = await Promise.all([
        run("replay", "--prefix", prefix),
        run("replay", "--prefix", prefix),
      ]);
      const after = await run("replay", "--prefix", prefix);

      // Assess
      expect(between).to.equal(before);
      expect(listed.stdout).to.match(/1 +again +EndpointUnavailableError: .*throttling/);
      expect(listed.stdout).to.match(/1 +stays +UnreadableImageError: .*upload another/);
      expect([one.code, other.code, after.code], one.stderr).to.deep.equal([0, 0, 0]);
      expect(workflow.invocations() - before).to.equal(1);
      expect(after.stdout).to.contain("1 images without a verdict, 1 have got one since");
      const ends = await workflow.endsOf(passing.key, passing.versionId);
      expect(ends.filter((end) => "verdict" in end)).to.have.length(1);
    });

    it("says when what was asked for fails again", async () => {
      // Prepare
      const prefix = "batches/hopeless/";
      await failed(`${prefix}dead.png`, ERRORS.unreadableImage, NO_IMAGE);

      // Act
      const { code, stdout } = await run(
        "replay",
        ...["--prefix", prefix, "--error", ERRORS.unreadableImage],
      );

      // Assess
      expect(code).to.equal(4);
      expect(stdout).to.contain(`0 classified, 1 failed again: ${ERRORS.unreadableImage}`);
    });

    it("looks for claims and failures where the state machine writes them, however long the key", async () => {
      // Prepare
      const { cloud, bucket, stateMachineArn } = deployed();
      const s3 = new S3Client(cloud.deployerSession());
      const key = `batches/${"f".repeat(1016)}`;
      const image = { key, versionId: await workflow.upload(key, NO_IMAGE) };

      // Act
      const request = { images: [{ bucket, ...image }] };
      const execution = cloud.stepFunctions.startExecution(stateMachineArn, request);
      await cloud.stepFunctions.settled(execution);
      const claim = await findText(s3, bucket, claimKey(image));
      const failure = await findText(s3, bucket, failureRecordKey(image));
      const records = await Records.under(s3, bucket, "batches/");

      // Assess
      expect(JSON.parse(claim ?? "")).to.deep.equal({ execution: execution.arn });
      expect(JSON.parse(failure ?? "")).to.deep.include({ error: ERRORS.unreadableImage });
      expect(await records.keyOf(image)).to.equal(failureRecordKey(image));
      s3.destroy();
    });

    it("finds what an execution has claimed and left, and none that it is working on", async () => {
      // Prepare
      const { cloud, bucket, stateMachineArn, endpointName } = deployed();
      const [ended] = workflow.executions();
      const prefix = "batches/stranded/";
      const image = { key: `${prefix}a.png`, versionId: "" };
      image.versionId = await workflow.upload(image.key, workflow.picture(0));
      await workflow.upload(`${prefix}never asked for.png`, workflow.picture(0));
      const claim = Buffer.from(JSON.stringify({ execution: ended?.arn }));
      await workflow.upload(claimKey(image), claim);
      const s3 = new S3Client(cloud.deployerSession());
      const states = new SFNClient(cloud.deployerSession());
      const target = {
        ...{ s3, states, stateMachineArn, endpointName },
        ...{ inferenceBucket: bucket, priceEstimate: PRICE, outputs: {} },
      };

      // Act
      const found = await findMissing(target, prefix, -1);
      const tooSoon = await findMissing(target, prefix);

      // Assess
      expect(found).to.deep.equal([{ ...image, error: MISSING.stranded, attempt: ended?.arn }]);
      expect(tooSoon).to.deep.equal([]);
      s3.destroy();
      states.destroy();
    });
  });

  describe("capture", () => {
    it("reads what the endpoint was sent and answered for each image", async () => {
      // Prepare
      const { cloud, bucket } = deployed();
      const s3 = new S3Client(cloud.deployerSession());
      const images = await pictures("captured", 4);
      const table = path.join(folder, "captured.json");
      await run("classify", images, "--out", table);
      await cloud.sagemaker.flushCapture();

      // Act
      const { code, stdout, stderr } = await run("capture", "--from", "1h", "--format", "jsonl");

      // Assess
      expect(code, stderr).to.equal(0);
      const captured = stdout.trimEnd().split("\n");
      const records = captured.map((line) => JSON.parse(line) as Record<string, unknown>);
      const ids = records.map(({ inferenceId }) => inferenceId);
      for (const { scores, record } of await rowsOf(table)) {
        const verdict = (await findText(s3, bucket, String(record))) ?? "";
        const { inferenceId } = JSON.parse(verdict) as { inferenceId: string };
        const found = records[ids.indexOf(inferenceId)];
        expect(found?.["scores"]).to.deep.equal(Object.values(scores as object));
        expect(found).to.include({ inputType: "image/png", outputType: "application/json" });
      }
      expect(stderr).to.match(/^records +\d+ +of \d+ files/m);
      s3.destroy();
    });
  });

  describe("report", () => {
    it("writes a page of what the bucket, the captures and the executions tell", async () => {
      // Prepare
      const { cloud } = deployed();
      const images = await pictures("reported", 3);
      await writeFile(path.join(images, "broken.png"), NO_IMAGE);
      await run("classify", images);
      await workflow.upload("incoming/reported.png", workflow.picture(0));
      await cloud.sagemaker.flushCapture();
      const out = path.join(folder, "report.html");

      // Act
      const { code, stdout, stderr } = await run("report", "--from", "1h", "--out", out);

      // Assess
      expect(code, stderr).to.equal(0);
      expect(stdout).to.equal(`Written: ${out}\n`);
      const page = await readFile(out, "utf8");
      const parts = [...page.matchAll(/<section id="([a-z-]+)"/g)].map(([, id]) => id);
      expect(parts).to.deep.equal([
        ...["reliability", "confidence", "over-time", "latency", "drift", "machine"],
        ...["misclassified", "doubtful", "failed", "accepted", "dataset"],
        ...["price", "places", "absent"],
      ]);
      expect(page).to.contain("UnreadableImageError").and.contain(PRICE.basis);
      expect(page).to.match(/ReceiveRequest → TakeUpload → .*KeepVerdict/);
      expect(page).to.match(/<section id="(doubtful|accepted)".*?<img alt="[^"]*" src="data:/s);
      expect(page).not.to.match(/NaN|undefined|<script/);
    });

    it("needs the stack's outputs, of a time that ends after it begins", async () => {
      const few = path.join(folder, "few.json");
      const { stateMachineArn, endpointName, bucket } = deployed();
      await writeFile(
        few,
        JSON.stringify({
          ...{ stateMachineArn, endpointName, inferenceBucket: bucket, priceEstimate: PRICE },
        }),
      );
      const out = path.join(folder, "none.html");
      const missing = await run("report", "--outputs", few, "--out", out);
      expect(missing.code).to.equal(1);
      expect(missing.stderr).to.match(/^StackOutputsError: .*\n.*datasetBucket/s);
      const backwards = await run("report", "--from", "1h", "--to", "2h", "--out", out);
      expect(backwards.code).to.equal(2);
      expect(existsSync(out)).to.equal(false);
    });
  });
}
