import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { archiveOf, binaryFiles, randomNumbers, sample } from "./support/archive";
import { etl, readTree, folderOfSuite } from "./support/etl";
import { BUCKET, startS3, type S3Stub } from "./support/s3";

const CLI = resolve(__dirname, "../../etl/cli.ts");
const KILLS = 20;
/** Milliseconds after which a whole run would be over. */
const LONGEST_LIFE = 700;

describe("etl run that is stopped", () => {
  const folder = folderOfSuite();
  const archive = join(folder, "archive.tar.gz");
  const dataset = join(folder, "dataset");
  const cache = join(folder, "cache");
  const work = join(cache, "ml-workflow-aws/work");
  let s3: S3Stub;

  before(async () => {
    writeFileSync(archive, archiveOf(binaryFiles(sample(30))));
    expect((await etl(["build", "--archive", archive, "--out", dataset])).exitCode).to.equal(0);
  });

  beforeEach(async () => {
    s3 = await startS3();
  });

  afterEach(() => s3.close());

  function run(): ChildProcess {
    const args = ["--import", "tsx", CLI, "run", "--archive", archive, "--bucket", BUCKET];
    return spawn(process.execPath, args, {
      stdio: "ignore",
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: s3.endpoint,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "secret",
        XDG_CACHE_HOME: cache,
      },
    });
  }

  const uploads = (): string[] => s3.requests.filter((request) => request.startsWith("PUT "));

  /** Resolves once so many more objects have been stored, or the process is over. */
  async function uploaded(more: number, child: ChildProcess): Promise<void> {
    const enough = uploads().length + more;
    while (uploads().length < enough && child.exitCode === null) {
      await sleep(2);
    }
  }

  it(`is completed by the next run after ${KILLS} kills, and sends nothing twice`, async () => {
    // Prepare
    const random = randomNumbers(7);

    // Act
    for (let kill = 0; kill < KILLS; kill++) {
      const child = run();
      const exit = once(child, "exit");
      await (kill % 2 === 0 ? sleep(random() % LONGEST_LIFE) : uploaded(1 + (random() % 4), child));
      child.kill("SIGKILL");
      await exit;
      const complete = s3.objects.has("manifest.json");
      expect(!complete || s3.objects.size === readTree(dataset).size).to.equal(true);
    }
    const [exitCode] = (await once(run(), "exit")) as [number];

    // Assess
    expect(exitCode).to.equal(0);
    expect(s3.objects).to.deep.equal(readTree(dataset));
    const expected = [...readTree(dataset).keys()].map((path) => `PUT ${path}`);
    expect(uploads().sort()).to.deep.equal(expected.sort());
    expect(readdirSync(work)).to.deep.equal([]);
  });

  it("ends with exit code 130 at SIGINT, with no manifest and nothing left behind", async () => {
    // Prepare
    const child = run();
    const exit = once(child, "exit");
    await uploaded(1, child);

    // Act
    child.kill("SIGINT");
    const [exitCode] = (await exit) as [number];

    // Assess
    expect(exitCode).to.equal(130);
    expect(s3.objects.has("manifest.json")).to.equal(false);
    expect(existsSync(work)).to.equal(true);
    expect(readdirSync(work)).to.deep.equal([]);
  });
});
