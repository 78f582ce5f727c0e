import { expect } from "chai";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { normalizeImage } from "../../common/pictures/image";
import { bundleFunction, type Bundle, type FunctionName } from "../../infra/functionBundle";
import { encode, patterned } from "./support/images";
import { sampleFile } from "./support/pictures/samples";
import { withServer } from "./support/server";

/** Largest module, in bytes: a tenth above what it is, so that a new dependency shows. */
const BUDGETS: Readonly<Record<FunctionName, number>> = {
  "serialize-image": 430_000,
  "classify-image": 223_000,
  "filter-inference": 44_000,
  "monitor-drift": 940_000,
  "prepare-review": 407_000,
  "review-page": 520_000,
};
const NAMES = Object.keys(BUDGETS) as readonly FunctionName[];

const AWS = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
};

/** Loads a bundle and calls its handler as Lambda does; the last line printed is the outcome. */
const CALLER = `
  const { handler } = require(process.argv[1]);
  const event = JSON.parse(process.argv[2]);
  const context = { functionName: "vehicles-step", awsRequestId: "request" };
  handler(event, context)
    .then(
      (answer) => ({ answer }),
      (error) => ({ error: error.name }),
    )
    .then((outcome) => console.log(JSON.stringify(outcome)));
`;

describe("bundles of the functions", () => {
  let folder = "";
  const bundles = new Map<FunctionName, Bundle>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bundles-"));
    for (const name of NAMES) {
      const bundle = bundleFunction(name);
      bundles.set(name, bundle);
      await mkdir(join(folder, name));
      for (const [file, content] of bundle.files) {
        await writeFile(join(folder, name, file), content);
      }
    }
  });

  after(() => rm(folder, { recursive: true }));

  /** Runs a bundle in a process of its own. */
  async function call(
    name: FunctionName,
    event: object,
    environment: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const options = ["-e", CALLER, join(folder, name, "index.js"), JSON.stringify(event)];
    const lines = (await run(options, environment)).trimEnd().split("\n");
    return JSON.parse(lines.at(-1) ?? "");
  }

  /** What Node.js prints with these options, in a folder without node_modules. */
  async function run(options: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    const child = spawn(process.execPath, options, {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    const code = await new Promise((done) => child.on("close", done));
    expect(code, Buffer.concat(errors).toString()).to.equal(0);
    return Buffer.concat(output).toString();
  }

  for (const name of NAMES) {
    it(`${name} is the same at every build`, () => {
      expect(digests(bundleFunction(name))).to.deep.equal(digests(bundles.get(name)));
    });

    it(`${name} says nothing of the machine it was built on`, () => {
      const text = Buffer.from(bundles.get(name)?.files.get("index.js") ?? []);
      expect(text.includes(resolve(__dirname, "../.."))).to.equal(false);
    });

    it(`${name} stays within its size`, () => {
      const size = bundles.get(name)?.files.get("index.js")?.length;
      expect(size).to.be.within(BUDGETS[name] / 2, BUDGETS[name]);
    });

    it(`${name} has none of what its SDK can and it never does`, () => {
      const unneeded = /credential-provider-(?!env)|nested-clients|event-streams/;
      expect(bundles.get(name)?.inputs.filter((file) => unneeded.test(file))).to.deep.equal([]);
    });

    it(`${name} loads without its environment, and says at the first event what is missing`, async () => {
      // Prepare
      const image = { bucket: "uploads", key: "incoming/1.png", versionId: "v1" };
      const events: Readonly<Record<FunctionName, object>> = {
        "serialize-image": image,
        "classify-image": { image, imageData: "AAEC" },
        "filter-inference": { image, inferenceId: "id", scores: [0.25, 0.75] },
        "monitor-drift": { scheduledTime: "2026-01-01T01:30:00Z" },
        "prepare-review": {
          record: "review/1.png/v1.json",
          execution: "arn:of:one",
          startedAt: "2026-01-01T00:00:00.000Z",
          timeoutHours: 168,
        },
        "review-page": { rawPath: "/" },
      };

      // Act
      const outcome = await call(name, events[name], {});

      // Assess
      expect(outcome).to.deep.equal({ error: "InvalidEnvironmentError" });
    });
  }

  it("are the same in another process, started in another directory", async () => {
    // Prepare
    const bundler = resolve(__dirname, "../../infra/functionBundle.ts");
    const script = `
      const { createHash } = require("node:crypto");
      const { bundleFunction } = require(${JSON.stringify(bundler)});
      for (const name of ${JSON.stringify(NAMES)}) {
        for (const [file, content] of bundleFunction(name).files) {
          console.log(file, createHash("sha256").update(content).digest("hex"));
        }
      }
    `;

    // Act
    const text = await run(["--require", require.resolve("tsx/cjs"), "-e", script], process.env);

    // Assess
    expect(text).to.equal(NAMES.flatMap((name) => digests(bundles.get(name))).join(""));
  });

  it("take an image from the bucket to its verdict", async () => {
    // Prepare
    const image = { bucket: "uploads", key: "incoming/1.jpg", versionId: "v1" };
    const classes = { CLASS_NAMES: '["bicycle","motorcycle"]' };
    const photo = await encode(patterned(100, 60), "image/jpeg");

    await withServer({ status: 200, body: photo }, async (s3) => {
      await withServer({ status: 200, body: "[0.25,0.75]" }, async (endpoint) => {
        // Act
        const serialized = await call("serialize-image", image, {
          ...AWS,
          AWS_ENDPOINT_URL_S3: s3.url,
          IMAGE_SHAPE: "3,32,32",
          MAX_PIXELS: "6000",
        });
        const inference = await call("classify-image", answerOf(serialized), {
          ...AWS,
          ...classes,
          AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: endpoint.url,
          ENDPOINT_NAME: "vehicles",
        });
        const verdict = await call("filter-inference", answerOf(inference), {
          ...classes,
          CONFIDENCE_THRESHOLD: "0.7",
        });

        // Assess
        expect(endpoint.requests).to.have.length(1);
        expect(answerOf(verdict)).to.deep.include({
          image,
          verdict: "accepted",
          label: "motorcycle",
          confidence: 0.75,
          scores: { bicycle: 0.25, motorcycle: 0.75 },
        });
      });
    });
  });

  for (const sample of ["webp", "avif"] as const) {
    it(`read ${sample} with the codec that lies beside the module`, async () => {
      // Prepare
      const file = sampleFile(sample);
      const size = { width: 28, height: 28 };
      const png = await normalizeImage(file, "sample", { size, maxPixels: 1e6 });

      await withServer({ status: 200, body: file }, async ({ url }) => {
        // Act
        const outcome = await call(
          "serialize-image",
          { bucket: "uploads", key: "incoming/1", versionId: "v1" },
          { ...AWS, AWS_ENDPOINT_URL_S3: url, IMAGE_SHAPE: "3,28,28", MAX_PIXELS: "1000000" },
        );

        // Assess
        expect(answerOf(outcome)).to.have.property("imageData", png.toString("base64"));
      });
    });
  }

  it("keep the names of errors through minification", async () => {
    await withServer({ status: 200, body: "hello" }, async ({ url }) => {
      // Act
      const outcome = await call(
        "serialize-image",
        { bucket: "uploads", key: "incoming/1.jpg", versionId: "v1" },
        { ...AWS, AWS_ENDPOINT_URL_S3: url, IMAGE_SHAPE: "3,32,32", MAX_PIXELS: "6000" },
      );

      // Assess
      expect(outcome).to.deep.equal({ error: "UnreadableImageError" });
    });
  });
});

/** A line for each file of a bundle. */
function digests(bundle: Bundle | undefined): string[] {
  return [...(bundle?.files ?? [])].map(
    ([file, content]) => `${file} ${createHash("sha256").update(content).digest("hex")}\n`,
  );
}

function answerOf(outcome: unknown): object {
  expect(outcome).to.have.property("answer").that.is.an("object");
  return (outcome as { answer: object }).answer;
}
