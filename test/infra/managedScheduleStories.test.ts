/** The program itself with the managed schedule, updated again and again in one local cloud. */
import { spawnSync } from "node:child_process";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DeleteEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { expect } from "chai";
import { findHeldOutImages } from "../../common/heldOutImages";
import { encodePng } from "../../common/pictures/png";
import { normalizeImage } from "../../common/pictures/image";
import { MANAGED_SCHEDULE_KEYS } from "../../contract/monitoring";
import type { BaselineStatistics } from "../../infra/commands/managedBaseline";
import type { MonitoringExecution } from "../../local/cloud/services/sagemaker/modelMonitor";
import { rejectionOf } from "../local/pulumi/resources/support";
import { DeployedStack } from "../support/deployedStack";

const ON = "monitoring.managedSchedule.enabled=true";
const DEFINITION = "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition";
const SCHEDULE = "aws:sagemaker/monitoringSchedule:MonitoringSchedule";
const EndpointName = "ml-workflow-aws-dev";
const SIZE = { width: 28, height: 28 };

/** A job has the preprocessor run by Python. */
function skipWithoutPython(test: Mocha.Context): void {
  if (spawnSync(process.env["PYTHON"] ?? "python3", ["--version"]).status !== 0) {
    console.warn("    there is no Python: no job of the managed schedule is run");
    test.skip();
  }
}

describe("the life of the managed schedule", function () {
  this.timeout(300_000);
  let stack: DeployedStack;
  let s3: S3Client;
  let sagemaker: SageMakerClient;
  let runtime: SageMakerRuntimeClient;

  before(async () => {
    stack = await DeployedStack.start();
    s3 = new S3Client(stack.cloud.deployerSession());
    sagemaker = new SageMakerClient(stack.cloud.deployerSession());
    runtime = new SageMakerRuntimeClient(stack.cloud.deployerSession());
  });
  after(async () => {
    [s3, sagemaker, runtime].forEach((client) => {
      client.destroy();
    });
    await stack.stop();
    expect(stack.cloud.bugs).to.deep.equal([]);
  });

  const read = async (output: "datasetBucket" | "inferenceBucket", Key: string) => {
    const Bucket = String(stack.outputs[output]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const managedSteps = (steps: readonly string[]) =>
    steps.filter((step) => step.includes("monitoring-managed"));
  /** What the schedule finds in these pictures, sent a moment ago. */
  const find = async (
    pictures: readonly Buffer[],
    ContentType = "image/png",
  ): Promise<MonitoringExecution> => {
    const from = new Date();
    for (const Body of pictures) {
      await runtime.send(new InvokeEndpointCommand({ EndpointName, Body, ContentType }));
    }
    await stack.cloud.sagemaker.flushCapture();
    return stack.cloud.sagemaker.monitor.run(EndpointName, { from, to: new Date() });
  };

  const heldOutPictures = async () => {
    const { images } = await findHeldOutImages((key) => read("datasetBucket", key));
    const normalize = async ({ key, read: image }: (typeof images)[number]) =>
      normalizeImage(await image(), key, { size: SIZE, maxPixels: 1_000_000 });
    return Promise.all(images.map(normalize));
  };

  it("begins with the schedule, and refuses to delete the endpoint from then on", async () => {
    // Act
    await stack.up();
    const before = stack.cloud.sagemaker.names;
    const steps = await stack.up(ON);
    const unchanged = await stack.up(ON);
    const refused = await rejectionOf(sagemaker.send(new DeleteEndpointCommand({ EndpointName })));

    // Assess
    expect([before.jobDefinitions, before.monitoringSchedules]).to.deep.equal([[], []]);
    expect(managedSteps(steps)).to.include.members([
      `created ${DEFINITION} monitoring-managed`,
      `created ${SCHEDULE} monitoring-managed`,
    ]);
    expect(unchanged).to.deep.equal([]);
    expect(stack.cloud.sagemaker.names.monitoringSchedules).to.deep.equal([EndpointName]);
    expect(String(refused)).to.contain(`monitoring schedule "${EndpointName}" exists`);
    expect(stack.endpoint?.status).to.equal("InService");
  });

  it("finds nothing in the pictures of the baseline, of which its rows have the very statistics", async function () {
    skipWithoutPython(this);
    // Prepare
    const heldOut = await heldOutPictures();

    // Act
    const { status, rows, violations } = await find(heldOut);

    // Assess
    expect(violations).to.deep.equal([]);
    expect(status).to.equal("Completed");
    expect(rows).to.have.length(heldOut.length);
    const text = await read("inferenceBucket", MANAGED_SCHEDULE_KEYS.statistics);
    const statistics = JSON.parse(text.toString()) as BaselineStatistics;
    expect(statistics.dataset.item_count).to.equal(heldOut.length);
    for (const feature of statistics.features) {
      const values = rows.map((row) => row[feature.name]);
      if (feature.inferred_type === "String") {
        for (const { value, count } of feature.string_statistics.distribution.categorical.buckets) {
          expect(
            values.filter((each) => each === value),
            feature.name,
          ).to.have.length(count);
        }
      } else {
        const { mean, min, max } = feature.numerical_statistics;
        const numbers = values.map(Number);
        const sum = numbers.reduce((total, each) => total + each, 0);
        expect(sum / numbers.length, feature.name).to.be.closeTo(mean, 1e-9);
        expect(Math.min(...numbers), feature.name).to.be.closeTo(min, 1e-9);
        expect(Math.max(...numbers), feature.name).to.be.closeTo(max, 1e-9);
      }
    }
  });

  it("finds drift in grey pictures, and writes what it found where its report is to be", async function () {
    skipWithoutPython(this);
    // Prepare
    const heldOut = await heldOutPictures();
    const grey = heldOut.map((_, number) =>
      encodePng(
        SIZE,
        Uint8ClampedArray.from(
          { length: 3 * 28 * 28 },
          (_each, at) => (Math.floor(at / 3) * (number + 3)) % 256,
        ),
      ),
    );

    // Act: those of before are of the same hour.
    const { status, violations, output } = await find([...grey, ...grey, ...grey]);

    // Assess
    const drifted = violations.filter(
      (each) => each.constraint_check_type === "baseline_drift_check",
    );
    expect(drifted.map((each) => each.feature_name)).to.include("chroma");
    expect(status).to.equal("CompletedWithViolations");
    expect(output).to.match(
      /\/monitoring\/managed\/reports\/ml-workflow-aws-dev\/ml-workflow-aws-dev\/\d{4}\/\d\d\/\d\d\/\d\d$/,
    );
    const key = output.replace(/^s3:\/\/[^/]+\//, "");
    const report = await read("inferenceBucket", `${key}/constraint_violations.json`);
    expect(JSON.parse(report.toString())).to.deep.equal({ violations });
  });

  it("finds pictures of another size, which the workflow would not have sent", async function () {
    skipWithoutPython(this);
    const large = encodePng({ width: 40, height: 30 }, new Uint8ClampedArray(3 * 40 * 30).fill(90));
    const { violations } = await find([large]);
    const unknown = violations.filter(
      (each) => each.constraint_check_type === "categorical_values_check",
    );
    expect(unknown.map((each) => each.feature_name)).to.deep.equal(["picture_size"]);
  });

  it("needs every statement of its role", function () {
    skipWithoutPython(this);
    const beyond = ["cloudwatch:", "ecr:", "logs:", "kms:CreateGrant"];
    const unneeded = stack.cloud.authority
      .unneededStatements()
      .filter(({ role }) => role.startsWith("monitoring-managed"))
      .filter(
        ({ actions }) => !actions.every((each) => beyond.some((one) => each.startsWith(one))),
      );
    expect(unneeded).to.deep.equal([]);
  });

  it("outlives another model: the same definition, and the schedule goes on", async () => {
    // Act
    const definitions = stack.cloud.sagemaker.names.jobDefinitions;
    const steps = await stack.up(ON, "training.run=2");

    // Assess
    expect(steps).to.include("updated aws:sagemaker/endpoint:Endpoint hosting");
    expect(managedSteps(steps)).to.deep.equal([]);
    expect(stack.cloud.sagemaker.names.jobDefinitions).to.deep.equal(definitions);
  });

  it("moves to another definition before the old one goes, when the stack moves into a network", async () => {
    // Act
    const [old] = stack.cloud.sagemaker.names.jobDefinitions;
    const steps = managedSteps(await stack.up(ON, "network=private"));
    const now = stack.cloud.sagemaker.names;

    // Assess
    const place = (step: string) => steps.indexOf(`${step} monitoring-managed`);
    expect(place(`replaced ${DEFINITION}`)).to.be.greaterThan(-1);
    expect(place(`updated ${SCHEDULE}`)).to.be.greaterThan(place(`replaced ${DEFINITION}`));
    expect(now.jobDefinitions).to.have.length(1).and.not.to.include(old);
    expect(now.monitoringSchedules).to.deep.equal([EndpointName]);
  });

  it("looks at what is captured from within the network, too", async function () {
    skipWithoutPython(this);
    const picture = encodePng(SIZE, new Uint8ClampedArray(3 * 28 * 28).fill(90));
    const { rows } = await find([picture]);
    expect(rows.length).to.be.greaterThan(0);
  });

  it("goes before the endpoint when that is switched off, and by itself", async () => {
    // Act
    const off = await stack.up(ON, "endpoint.enabled=false");
    const without = stack.cloud.sagemaker.names;
    await stack.up(ON);
    const alone = managedSteps(await stack.up());

    // Assess
    const place = (step: string) => off.findIndex((each) => each.startsWith(step));
    expect(place(`deleted ${SCHEDULE}`)).to.be.greaterThan(-1);
    expect(place(`deleted ${DEFINITION}`)).to.be.greaterThan(place(`deleted ${SCHEDULE}`));
    expect(place("deleted aws:sagemaker/endpoint")).to.be.greaterThan(
      place(`deleted ${DEFINITION}`),
    );
    expect(without).to.deep.include({ endpoints: [], jobDefinitions: [], monitoringSchedules: [] });
    expect(alone).to.include.members([
      `deleted ${SCHEDULE} monitoring-managed`,
      `deleted ${DEFINITION} monitoring-managed`,
    ]);
    expect(stack.endpoint?.status).to.equal("InService");
  });
});
