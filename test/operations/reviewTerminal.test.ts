import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { Cloud } from "../../local/cloud";
import { PRICE } from "../support/price";
import { PROJECT_ROOT } from "../support/project";

const BUCKET = "inference";
const IDS = ["a", "b", "c"].map((letter) => letter.repeat(64));
const CLASSES = Array.from({ length: 10 }, (_, index) => `class${index}`);

/** What is waited for on the screen, and what is typed when the terminal is in raw mode then. */
interface Step {
  readonly wait: string;
  readonly type: string;
}

interface Ended {
  readonly screen: string;
  readonly code: number;
  readonly mode: string;
}

/** Raw mode is the terminal's, so that only one can judge it: Python's `pty` makes it. */
describe("npm run review on a terminal", () => {
  let cloud: Cloud;
  let s3: S3Client;
  let folder: string;
  let outputs: string;

  before(async function () {
    if (spawnSync("python3", ["-c", "import pty, termios"], { stdio: "ignore" }).status !== 0) {
      console.warn("    python3 with pty is not there: the terminal is judged by nobody");
      return this.skip();
    }
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    s3 = new S3Client(cloud.deployerSession());
    folder = await mkdtemp(path.join(tmpdir(), "review-terminal-"));
    outputs = path.join(folder, "outputs.json");
    const told = {
      inferenceBucket: BUCKET,
      stateMachineArn: "arn:unused",
      endpointName: "unused",
      priceEstimate: PRICE,
    };
    await writeFile(outputs, JSON.stringify(told));
  });
  after(async () => {
    s3?.destroy();
    await cloud?.stop();
    await rm(folder ?? "", { recursive: true, force: true });
  });

  beforeEach(async () => {
    for (const id of IDS) {
      await put(`waiting/${id}.json`, {
        // Nobody waits for it: its time is up, and the answer is kept all the same.
        taskToken: "none",
        review: {
          id,
          deadline: 1_900_000_000,
          verdict: {
            image: { bucket: BUCKET, key: `incoming/${id}.png`, versionId: "null" },
            ...{ inferenceId: "i", verdict: "review", record: "r", threshold: 0.8 },
            ...{ label: "class0", confidence: 0.1 },
            scores: Object.fromEntries(CLASSES.map((name) => [name, 0.1])),
          },
          keys: {
            waiting: `waiting/${id}.json`,
            answer: `answers/${id}.json`,
            label: "",
            undecided: "",
          },
          message: "",
        },
      });
    }
  });
  afterEach(() => {
    cloud.s3.deleteBucket(BUCKET, true);
    cloud.s3.createBucket(BUCKET);
  });

  async function put(Key: string, value: unknown): Promise<void> {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(value) }));
  }

  /** What was decided, by the letter of the review. */
  async function answers(): Promise<Readonly<Record<string, unknown>>> {
    const found = IDS.map(async (id) => {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: BUCKET, Key: `answers/${id}.json` }),
      );
      const { decision, label } = JSON.parse((await Body?.transformToString()) ?? "") as {
        readonly decision: string;
        readonly label?: string;
      };
      return [id, label ?? decision] as const;
    });
    const settled = await Promise.all(
      found.map((each) =>
        each.catch((error: unknown) => {
          expect(error).to.be.instanceOf(NoSuchKey);
          return undefined;
        }),
      ),
    );
    return Object.fromEntries(settled.filter((each) => each !== undefined));
  }

  async function reviewAt(steps: readonly Step[]): Promise<Ended> {
    const program = [process.execPath, "--import", "tsx", "operations/review/cli.ts"];
    const { stdout } = await promisify(execFile)(
      "python3",
      ["test/operations/terminal.py", JSON.stringify(steps), ...program, "--outputs", outputs],
      {
        cwd: PROJECT_ROOT,
        env: {
          PATH: process.env["PATH"],
          TERM: "xterm",
          ...cloud.deployerEnvironment(),
        },
      },
    );
    return JSON.parse(stdout) as Ended;
  }

  it("takes single keys without their being shown, a line where it asks for one, and keys again", async () => {
    // Act
    const { screen, code, mode } = await reviewAt([
      { wait: "q  quit", type: "2" },
      { wait: "q  quit", type: "c" },
      { wait: "class: ", type: "class9\r" },
      { wait: "q  quit", type: "0" },
    ]);

    // Assess
    expect(Object.values(await answers())).to.have.members(["class1", "class9", "none"]);
    expect(screen).to.contain("3 decided, 0 skipped, 0 by somebody else");
    expect(screen).not.to.match(/^2/m);
    expect([code, mode]).to.deep.equal([0, "lines"]);
  });

  it("takes as many keys as there are pictures, and says nothing else", async () => {
    // Act
    const skips = Array.from({ length: 14 }, () => ({ wait: "no class", type: "x" }));
    const { screen, code } = await reviewAt([
      { wait: "q  quit", type: "x" },
      ...skips,
      { wait: "no class", type: "q" },
    ]);

    // Assess
    expect(code).to.equal(0);
    expect(screen).not.to.match(/warning/i);
  });

  for (const [name, key] of [
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ] as const) {
    it(`ends by ${name} where it asks for a line, and tells what was decided`, async () => {
      // Act
      const { screen, code, mode } = await reviewAt([
        { wait: "q  quit", type: "1" },
        { wait: "q  quit", type: "c" },
        { wait: "class: ", type: key },
      ]);

      // Assess
      expect(Object.values(await answers())).to.deep.equal(["class0"]);
      expect(screen).to.contain("1 decided, 0 skipped, 0 by somebody else");
      expect([code, mode]).to.deep.equal([0, "lines"]);
    });
  }

  for (const [name, key] of [
    ["q", "q"],
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ] as const) {
    it(`ends by ${name} with the terminal as it was, and keeps what was decided before`, async () => {
      // Act
      const { screen, code, mode } = await reviewAt([
        { wait: "q  quit", type: "1" },
        { wait: "q  quit", type: key },
      ]);

      // Assess
      expect(Object.values(await answers())).to.deep.equal(["class0"]);
      expect(screen).to.contain("1 decided, 0 skipped, 0 by somebody else");
      expect([code, mode]).to.deep.equal([0, "lines"]);
    });
  }
});
