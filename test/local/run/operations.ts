/** What a person does with a deployed workflow: `npm run classify`, `replay`, `capture` and `report`. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { findText } from "../../../common/objectText";
import { DRIFT_BASELINE_KEY, DRIFT_FILES, driftWindowPrefix } from "../../../contract/monitoring";
import { describeClassify } from "./classify";
import { NO_IMAGE, rowsOf, useCommands } from "./commands";
import { describeReplay } from "./replay";
import { PRICE } from "../../support/price";
import type { DeployedWorkflow } from "./uploads";

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeOperations(deployed: () => DeployedWorkflow): void {
  const its = useCommands(deployed);
  const { run, pictures } = its;

  describe("classify", () => {
    describeClassify(deployed);
  });

  describe("replay", () => {
    describeReplay(deployed);
  });

  describe("capture", () => {
    it("reads what the endpoint was sent and answered for each image", async () => {
      // Prepare
      const { cloud, bucket } = deployed();
      const s3 = new S3Client(cloud.deployerSession());
      const images = await pictures("captured", 4);
      const table = path.join(its.folder, "captured.json");
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
      await its.workflow.upload("incoming/reported.png", its.workflow.picture(0));
      await cloud.sagemaker.flushCapture();
      const out = path.join(its.folder, "report.html");

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
      // The pictures are in base64, in which any word may turn up.
      const words = page.replaceAll(/"data:[^"]*"/g, "");
      const odd = /.{0,80}(?:NaN|undefined|<script).{0,80}/.exec(words)?.[0];
      expect(odd).to.equal(undefined);
    });

    it("is made of what can be read, and names each record that is damaged", async () => {
      // Prepare
      const { bucket, cloud } = deployed();
      const s3 = new S3Client(cloud.deployerSession());
      const baseline = (await findText(s3, bucket, DRIFT_BASELINE_KEY)) ?? "";
      s3.destroy();
      const [from, to] = [10, 9].map((hours) => wholeSecondsAgo(hours * 3600)) as [Date, Date];
      const damaged = {
        "accepted/damaged.png/1.json": "{",
        "failed/damaged.png/1.json": "{}",
        [`${driftWindowPrefix(from, to)}${DRIFT_FILES.statistics}`]: '{"version":1}',
        [DRIFT_BASELINE_KEY]: '{"version":2}',
      };
      const keys = Object.keys(damaged);
      for (const [key, text] of Object.entries(damaged)) {
        await its.workflow.upload(key, Buffer.from(text));
      }
      const out = path.join(its.folder, "damaged.html");

      // Act
      const { code, stdout, stderr } = await run("report", "--from", "1h", "--out", out);
      await Promise.all(keys.map((key) => its.workflow.delete(key)));
      await its.workflow.upload(DRIFT_BASELINE_KEY, Buffer.from(baseline));

      // Assess
      expect(code, stderr).to.equal(5);
      expect(stdout)
        .to.match(/^4 records cannot be read/)
        .and.contain(`\nWritten: ${out}\n`);
      const page = await readFile(out, "utf8");
      for (const key of keys) {
        expect(stdout).to.contain(`\n  ${key}: `);
        expect(page).to.contain(`<dt>The record ${key}</dt>`);
      }
      expect(page).to.contain("Without 4 records that cannot be read.");
      expect(page).to.contain('<section id="machine"').and.contain("no baseline that can be read");
      expect(page).not.to.contain('<section id="reliability"');
    });

    it("needs the stack's outputs, of a time that ends after it begins", async () => {
      const few = path.join(its.folder, "few.json");
      const { stateMachineArn, endpointName, bucket } = deployed();
      await writeFile(
        few,
        JSON.stringify({
          ...{ stateMachineArn, endpointName, inferenceBucket: bucket, priceEstimate: PRICE },
        }),
      );
      const out = path.join(its.folder, "none.html");
      const missing = await run("report", "--outputs", few, "--out", out);
      expect(missing.code).to.equal(1);
      expect(missing.stderr).to.match(/^StackOutputsError: .*\n.*datasetBucket/s);
      const backwards = await run("report", "--from", "1h", "--to", "2h", "--out", out);
      expect(backwards.code).to.equal(2);
      expect(existsSync(out)).to.equal(false);
    });
  });
}

/** As the names of windows have it. */
function wholeSecondsAgo(seconds: number): Date {
  return new Date((Math.floor(Date.now() / 1000) - seconds) * 1000);
}
