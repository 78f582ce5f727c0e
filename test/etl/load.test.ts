import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archiveOf, binaryFiles, sample } from "./support/archive";
import { etl, readTree, folderOfSuite, type Outcome } from "./support/etl";
import { BUCKET, startS3, type S3Stub } from "./support/s3";

describe("etl load, run and verify", () => {
  const folder = folderOfSuite();
  const archive = join(folder, "archive.tar.gz");
  const dataset = join(folder, "dataset");
  const cacheFolder = join(folder, "cache");
  let s3: S3Stub;

  before(() => writeFileSync(archive, archiveOf(binaryFiles(sample()))));

  beforeEach(async () => {
    s3 = await startS3();
    await build();
  });

  afterEach(() => s3.close());

  async function build(...options: string[]): Promise<void> {
    const outcome = await etl(["build", "--archive", archive, "--out", dataset, ...options]);
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
  }

  function command(name: string, ...options: string[]): Promise<Outcome> {
    return etl([name, "--json", ...options], { cacheFolder, createS3Client: () => s3.client() });
  }

  function load(...options: string[]): Promise<Outcome> {
    return command("load", "--from", dataset, "--bucket", BUCKET, ...options);
  }

  const uploads = (): string[] => s3.requests.filter((request) => request.startsWith("PUT "));

  it("uploads every file, the manifest last, and prints the summary alone", async () => {
    // Act
    const outcome = await load();

    // Assess
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    expect(s3.objects).to.deep.equal(readTree(dataset));
    expect(s3.requests.at(-1)).to.equal("PUT manifest.json");
    expect(JSON.parse(outcome.stdout)).to.have.all.keys(
      "classes",
      "format",
      "imageShape",
      "counts",
      "perClass",
      "digest",
    );
  });

  it("prints plain lines when nobody watches, and bars on a terminal", async () => {
    // Act
    const plain = await load();
    const shown = await etl(["load", "--from", dataset, "--bucket", BUCKET], {
      createS3Client: () => s3.client(),
      isTTY: true,
    });

    // Assess
    expect(plain.stderr).not.to.include("\r").and.not.to.include("\x1b");
    expect(plain.stderr).to.include("load: 39 files in");
    expect(shown.stderr).to.include("\r\x1b[2Kload: 39 files in");
  });

  it("sends nothing that is there already", async () => {
    // Prepare
    await load();
    s3.requests.length = 0;

    // Act
    const outcome = await load();

    // Assess
    expect(outcome.stderr).to.include("0 sent, 39 were there already");
    expect(uploads()).to.deep.equal([]);
  });

  it("sends nothing that is there already to a bucket with a KMS key", async () => {
    // Prepare
    s3.encrypted = true;
    await load();
    s3.requests.length = 0;

    // Act
    await load();

    // Assess
    expect(uploads()).to.deep.equal([]);
  });

  it("sends again what is damaged in the bucket", async () => {
    // Prepare
    await load();
    const damaged = Buffer.from(s3.objects.get("train.lst") as Buffer);
    damaged[0] = 0x39;
    s3.objects.set("train.lst", damaged);
    s3.requests.length = 0;

    // Act
    await load();

    // Assess
    expect(uploads()).to.deep.equal(["PUT train.lst"]);
    expect(s3.objects).to.deep.equal(readTree(dataset));
  });

  it("sends again what has another size, without asking for its checksum", async () => {
    // Prepare
    await load();
    s3.objects.set("train.lst", Buffer.from("short"));
    s3.requests.length = 0;

    // Act
    await load();

    // Assess
    expect(s3.requests.filter((request) => request.endsWith("train.lst"))).to.deep.equal([
      "PUT train.lst",
    ]);
    expect(s3.objects).to.deep.equal(readTree(dataset));
  });

  it("takes the manifest away before it changes what it names", async () => {
    // Prepare
    await load();
    s3.requests.length = 0;
    await build("--classes", "apple");

    // Act
    await load();

    // Assess
    const changes = s3.requests.filter((request) => !request.startsWith("GET "));
    expect(changes[0]).to.equal("DELETE manifest.json");
    expect(changes.at(-1)).to.equal("PUT manifest.json");
  });

  it("deletes what earlier datasets left with --prune, and nothing else", async () => {
    // Prepare
    await load();
    s3.objects.set("models/model.tar.gz", Buffer.from("model"));
    s3.objects.set("notes.txt", Buffer.from("mine"));
    await build("--classes", "apple");

    // Act
    await load();
    const kept = s3.objects.size;
    const outcome = await load("--prune");

    // Assess
    expect(kept).to.be.greaterThan(39);
    expect(outcome.stderr).to.include("36 deleted");
    const expected = [...readTree(dataset).keys(), "models/model.tar.gz", "notes.txt"];
    expect([...s3.objects.keys()].sort()).to.deep.equal(expected.sort());
  });

  it("leaves no manifest when an upload fails, and names the bucket, the object and a remedy", async () => {
    // Prepare
    s3.fault = (method, key) =>
      method === "PUT" && key === "train.lst" ? [403, "AccessDenied"] : undefined;

    // Act
    const outcome = await load();

    // Assess
    expect(outcome.exitCode).to.equal(5);
    expect(outcome.stderr).to.match(
      /^BucketError: Cannot write train\.lst to bucket dataset: AccessDenied.*s3:PutObject/m,
    );
    expect(s3.objects.has("manifest.json")).to.equal(false);
  });

  it("tries again when S3 asks to slow down", async () => {
    // Prepare
    let faults = 3;
    s3.fault = (method) => (method === "PUT" && faults-- > 0 ? [503, "SlowDown"] : undefined);

    // Act
    const outcome = await load();

    // Assess
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    expect(s3.objects).to.deep.equal(readTree(dataset));
  });

  it("gives up on nothing when S3 asks all transfers to slow down, again and again", async () => {
    // Prepare: one hundred are what the SDK allows all requests of a client together.
    let faults = 120;
    s3.fault = (method) => (method === "PUT" && faults-- > 0 ? [503, "SlowDown"] : undefined);

    // Act
    const outcome = await load();

    // Assess
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    expect(faults).to.be.below(1);
    expect(s3.objects).to.deep.equal(readTree(dataset));
  });

  it("sends an object that S3 refuses seven times in a row, and gives up at the eighth", async () => {
    // Prepare
    let attempts = 0;
    const failing = (times: number) => (method: string, key: string) =>
      method === "PUT" && key === "train.lst" && ++attempts <= times
        ? ([500, "InternalError"] as const)
        : undefined;

    // Act
    s3.fault = failing(8);
    const refused = await load();
    const tried = attempts;
    attempts = 0;
    s3.fault = failing(7);
    const outcome = await load();

    // Assess
    expect(refused.exitCode).to.equal(5);
    expect(tried).to.equal(8);
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    expect(s3.objects).to.deep.equal(readTree(dataset));
  });

  it("says that a bucket does not exist", async () => {
    // Act
    const outcome = await command("load", "--from", dataset, "--bucket", "nowhere");

    // Assess
    expect(outcome.exitCode).to.equal(5);
    expect(outcome.stderr).to.include("NoSuchBucket").and.to.include("Create the bucket first");
  });

  it("refuses a folder without a manifest", async () => {
    // Prepare
    const empty = mkdtempSync(join(folder, "empty-"));

    // Act
    const outcome = await command("load", "--from", empty, "--bucket", BUCKET);

    // Assess
    expect(outcome.exitCode).to.equal(4);
    expect(outcome.stderr).to.include("is no dataset: there is no manifest.json");
    expect(s3.requests).to.deep.equal([]);
  });

  it("refuses a file that is not the one that was built", async () => {
    // Prepare
    writeFileSync(join(dataset, "train.lst"), "0\t0\tother.png\n");

    // Act
    const outcome = await load();

    // Assess
    expect(outcome.exitCode).to.equal(4);
    expect(outcome.stderr).to.include("train.lst is not the file that the manifest names");
    expect(s3.objects.has("manifest.json")).to.equal(false);
  });

  it("refuses a manifest that was changed, or whose paths lead out of the folder", async () => {
    // Prepare
    const path = join(dataset, "manifest.json");
    const text = String(readTree(dataset).get("manifest.json"));

    // Act
    writeFileSync(path, text.replace(/"sha256":"./, '"sha256":"0'));
    const changed = await load();
    writeFileSync(path, text.replace('"path":"train.lst"', '"path":"../train.lst"'));
    const leading = await load();

    // Assess
    expect(changed.stderr).to.include("its digest does not belong to its files");
    expect(leading.stderr).to.include("is no manifest of this version");
    expect(s3.requests).to.deep.equal([]);
  });

  it("runs build and load in one, and leaves no work behind", async () => {
    // Prepare
    rmSync(cacheFolder, { recursive: true, force: true });

    // Act
    const outcome = await command("run", "--archive", archive, "--bucket", BUCKET);

    // Assess
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    expect(s3.objects).to.deep.equal(readTree(dataset));
    expect(readTree(cacheFolder).size).to.equal(0);
  });

  it("verifies a folder and a bucket against the manifest", async () => {
    // Prepare
    await load();

    // Act
    const inFolder = await command("verify", "--from", dataset);
    const inBucket = await command("verify", "--bucket", BUCKET);

    // Assess
    expect(inFolder.exitCode, inFolder.stderr).to.equal(0);
    expect(inBucket.stdout).to.equal(inFolder.stdout);
  });

  it("names what is missing, different and too much", async () => {
    // Prepare
    await load();
    const [first, second] = [...s3.objects.keys()].filter((key) => key.startsWith("train/"));
    s3.objects.delete(first as string);
    s3.objects.set(second as string, Buffer.from("other"));
    s3.objects.set("test/bicycle/more.png", Buffer.from("more"));
    s3.objects.set("models/model.tar.gz", Buffer.from("model"));

    // Act
    const outcome = await command("verify", "--bucket", BUCKET);

    // Assess
    expect(outcome.exitCode).to.equal(4);
    expect(outcome.stderr)
      .to.include("DatasetMismatchError: s3://dataset is not what its manifest says")
      .and.to.include(`${first} is missing`)
      .and.to.include(`${second} is different: 5 bytes`)
      .and.to.include("test/bicycle/more.png does not belong")
      .and.not.to.include("models/");
  });

  it("says that a bucket has no complete dataset", async () => {
    // Act
    const outcome = await command("verify", "--bucket", BUCKET);

    // Assess
    expect(outcome.exitCode).to.equal(4);
    expect(outcome.stderr).to.include("has no complete dataset");
  });
});
