/** What `npm run replay` does with a deployed workflow. */
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { findText } from "../../../common/objectText";
import { claimKey, failureRecordKey } from "../../../common/recordKey";
import { RecordReader } from "../../../common/records";
import { ERRORS } from "../../../contract/inference";
import { Records } from "../../../operations/objects";
import { findFailures, MISSING } from "../../../operations/replay/failures";
import { findMissing } from "../../../operations/replay/missing";
import { replay } from "../../../operations/replay/replay";
import { PRICE } from "../../support/price";
import { NO_IMAGE, useCommands } from "./commands";
import type { DeployedWorkflow } from "./uploads";

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeReplay(deployed: () => DeployedWorkflow): void {
  const its = useCommands(deployed);
  const { run } = its;

  /** Leaves a picture of which the record says that it failed. */
  async function failed(key: string, error: string, body: Buffer) {
    const { bucket } = deployed();
    const versionId = await its.workflow.upload(key, body);
    const record = { image: { bucket, key, versionId }, execution: "arn:test", error, cause: "" };
    const text = Buffer.from(JSON.stringify(record));
    await its.workflow.upload(failureRecordKey({ key, versionId }), text);
    return { key, versionId };
  }

  it("classifies again what may work now, once, and explains the rest", async () => {
    // Prepare
    const prefix = "batches/replayed/";
    const passing = await failed(
      `${prefix}a "b".png`,
      ERRORS.endpointUnavailable,
      its.workflow.picture(0),
    );
    await failed(`${prefix}dead.png`, ERRORS.unreadableImage, NO_IMAGE);
    const before = its.workflow.invocations();

    // Act
    const listed = await run("replay", "--prefix", prefix, "--list");
    const between = its.workflow.invocations();
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
    expect(its.workflow.invocations() - before).to.equal(1);
    expect(after.stdout).to.contain(
      "1 image without a verdict; 1 failed before, and got one since",
    );
    const ends = await its.workflow.endsOf(passing.key, passing.versionId);
    expect(ends.filter((end) => "verdict" in end)).to.have.length(1);
  });

  it("goes on where records are damaged, names each, and ends with a code of its own", async () => {
    // Prepare
    const prefix = "batches/damaged/";
    await failed(`${prefix}a.png`, ERRORS.endpointUnavailable, its.workflow.picture(0));
    const damaged = ["b", "d"].map((name) => `failed/${prefix}${name}.png/1.json`);
    const folder = `failed/${prefix}`;
    await its.workflow.upload(damaged[0] ?? "", Buffer.from("{"));
    await its.workflow.upload(damaged[1] ?? "", Buffer.from('{"error":"NoSuchBucket"}'));
    await its.workflow.upload(folder, Buffer.alloc(0));
    const image = { bucket: "somebody-elses", key: `${prefix}c.png`, versionId: null };
    const record = { image, execution: "arn:test", error: "NoSuchBucket", cause: "" };
    await its.workflow.upload(
      `failed/${prefix}c.png/null.json`,
      Buffer.from(JSON.stringify(record)),
    );

    // Act
    const listed = await run("replay", "--prefix", prefix, "--list");
    const { code, stdout, stderr } = await run("replay", "--prefix", prefix);
    await Promise.all([...damaged, folder].map((key) => its.workflow.delete(key)));

    // Assess
    expect([listed.code, code], stderr).to.deep.equal([5, 5]);
    expect(stdout)
      .to.match(/1 +stays +ForeignBucket: /)
      .and.contain("1 classified");
    for (const each of [listed.stdout, stdout]) {
      expect(each).to.match(/^2 records cannot be read/m);
      expect(each).to.contain(`  ${damaged[0]}: it is no JSON`);
      expect(each).to.contain(`  ${damaged[1]}: ✖ `).and.contain("at image");
    }
  });

  it("classifies once what failed before anybody could tell its version", async () => {
    // Prepare
    const { bucket } = deployed();
    const prefix = "batches/no version/";
    const key = `${prefix}a.png`;
    await its.workflow.upload(key, its.workflow.picture(0));
    const image = { bucket, key, versionId: null };
    const record = { image, execution: "arn:test", error: "S3.S3Exception", cause: "" };
    await its.workflow.upload(`failed/${key}/null.json`, Buffer.from(JSON.stringify(record)));
    const before = its.workflow.invocations();

    // Act
    const first = await run("replay", "--prefix", prefix);
    const second = await run("replay", "--prefix", prefix);

    // Assess
    expect([first.code, second.code], first.stderr).to.deep.equal([0, 0]);
    expect(its.workflow.invocations() - before).to.equal(1);
    expect(second.stdout).to.contain(
      "0 images without a verdict; 1 failed before, and got one since",
    );
  });

  it("takes what somebody else has replayed since the failures were listed", async () => {
    // Prepare
    const { cloud, bucket, stateMachineArn, endpointName } = deployed();
    const key = "batches/overtaken/a.png";
    await failed(key, ERRORS.endpointUnavailable, its.workflow.picture(0));
    const s3 = new S3Client(cloud.deployerSession());
    const states = new SFNClient(cloud.deployerSession());
    const target = {
      ...{ s3, states, stateMachineArn, endpointName },
      ...{ inferenceBucket: bucket, priceEstimate: PRICE, outputs: {} },
    };
    const { failures } = await findFailures(target, key, new RecordReader(s3, bucket));
    const before = its.workflow.invocations();
    const again = () =>
      replay(target, failures, {
        signal: new AbortController().signal,
        task: { advance: () => undefined, done: () => undefined },
      });

    // Act
    const ended = [await again(), await again()];

    // Assess
    expect(ended.map(({ classified }) => classified)).to.deep.equal([1, 1]);
    expect(its.workflow.invocations() - before).to.equal(1);
    s3.destroy();
    states.destroy();
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
    const image = { key, versionId: await its.workflow.upload(key, NO_IMAGE) };

    // Act
    const request = { images: [{ bucket, ...image }] };
    const execution = cloud.stepFunctions.startExecution(stateMachineArn, request);
    await cloud.stepFunctions.settled(execution);
    const claim = await findText(s3, bucket, claimKey(image));
    const failure = await findText(s3, bucket, failureRecordKey(image));
    const records = await Records.under(s3, bucket, "batches/");

    // Assess
    expect(JSON.parse(claim ?? "")).to.deep.equal({ execution: execution.arn, item: 0 });
    expect(JSON.parse(failure ?? "")).to.deep.include({ error: ERRORS.unreadableImage });
    expect(await records.keyOf(image)).to.equal(failureRecordKey(image));
    s3.destroy();
  });

  it("finds what an execution has claimed and left, none that it is working on, and names damaged claims", async () => {
    // Prepare
    const { cloud, bucket, stateMachineArn, endpointName } = deployed();
    const [ended] = its.workflow.executions();
    const prefix = "batches/stranded/";
    const image = { key: `${prefix}a.png`, versionId: "" };
    image.versionId = await its.workflow.upload(image.key, its.workflow.picture(0));
    await its.workflow.upload(`${prefix}never asked for.png`, its.workflow.picture(0));
    const claim = Buffer.from(JSON.stringify({ execution: ended?.arn }));
    await its.workflow.upload(claimKey(image), claim);
    const other = { key: `${prefix}b.png`, versionId: "" };
    other.versionId = await its.workflow.upload(other.key, its.workflow.picture(0));
    await its.workflow.upload(claimKey(other), Buffer.from("{"));
    const s3 = new S3Client(cloud.deployerSession());
    const states = new SFNClient(cloud.deployerSession());
    const target = {
      ...{ s3, states, stateMachineArn, endpointName },
      ...{ inferenceBucket: bucket, priceEstimate: PRICE, outputs: {} },
    };

    // Act
    const reader = new RecordReader(s3, bucket);
    const found = await findMissing(target, prefix, reader, -1);
    const tooSoon = await findMissing(target, prefix, new RecordReader(s3, bucket));
    await its.workflow.delete(claimKey(other));

    // Assess
    expect(found).to.deep.equal([{ ...image, error: MISSING.stranded, attempt: ended?.arn }]);
    expect(reader.damaged.map(({ record }) => record)).to.deep.equal([claimKey(other)]);
    expect(tooSoon).to.deep.equal([]);
    s3.destroy();
    states.destroy();
  });
}
