#!/usr/bin/env -S node --import tsx
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { repeatable } from "../../common/commandLine";
import type { Cloud } from "../cloud";
import { FAULTS, type Fault } from "../cloud/services/sagemaker/faults";
import { EXIT_CODES, reportError } from "./exitCodes";
import { showRunProgress } from "./progress";
import type { LivePage } from "./live/server";
import type { Run } from "./run";
import type { EndpointSummary } from "./summary";
import { renderText } from "./text";
import { parseOverride, type ConfigOverride } from "../pulumi/stackConfig";

// What the SDK has to say about future Node versions belongs into a changelog, not into a report.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const PROJECT_ROOT = path.resolve(__dirname, "../..");

interface Flags {
  readonly archive?: string;
  readonly images?: number;
  readonly classes?: readonly string[];
  readonly stack: string;
  readonly config: readonly ConfigOverride[];
  readonly policyConfig?: string;
  readonly fault: readonly Fault[];
  readonly out: string;
  readonly keep?: true;
}

/** What was said to have gone wrong already. */
let reported: unknown;

class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

const program = new Command("local")
  .description(
    "Deploys the Pulumi program into a cloud inside this process, trains on real files, classifies " +
      "held-out images through the state machine, and reports. Needs no AWS account.",
  )
  .option("--archive <file|url>", "CIFAR-100 archive; a generated sample unless given")
  .option("--images <count>", "held-out images to classify; all unless given", parseCount)
  .option("--classes <names>", "classes, comma separated; the stack's unless given", parseNames)
  .option("--stack <name>", "stack whose config is used", "dev")
  .addOption(
    repeatable(
      "-c, --config <path=value>",
      "changes the stack's config for this run, as in training.epochs=10",
      parseOverride,
    ),
  )
  .option(
    "--policy-config <file>",
    "config of the policy pack; policy/policy-config.<stack>.json unless given",
  )
  .addOption(
    repeatable(
      "--fault <name>",
      `has something go wrong with the endpoint or the training, once: ${FAULTS.join(", ")}`,
      parseFault,
    ),
  )
  .addOption(
    new Option("--out <folder>", "where summary.json and report.html go").default(
      path.join(PROJECT_ROOT, "out"),
      "out",
    ),
  )
  .option("--keep", "leave the cloud running until Ctrl+C, and print how to reach it")
  .showHelpAfterError("(--help lists the options)")
  .exitOverride()
  .addHelpText(
    "after",
    `
Faults, which are as AWS and its provider show them:
  create-fails       the endpoint is Failed, and the deployment with it
  create-hangs       it stays in Creating until the provider gives up, and fails
                     a minute later
  update-rolls-back  an alarm goes off in the next update that is watched by
                     alarms, such as \`npm run rollback\` from another terminal
  spot-interruption  the spot machine of a training job is taken away; needs
                     \`-c training.spot=true\`

With --keep the cloud stays also when the deployment has failed:
\`npm run doctor\` sees what is left.

Exit codes:
  0    everything worked
  ${EXIT_CODES.failed}    a stage failed
  ${EXIT_CODES.usage}    wrong option, stack config or policy config
  ${EXIT_CODES.policy}    a policy refused the program
  ${EXIT_CODES.check}    an image was lost on the way, or not captured
  ${EXIT_CODES.interrupted}  interrupted`,
  );

async function main(): Promise<void> {
  const flags = program.parse().opts<Flags>();
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new InterruptedError("Interrupted"));
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  const { archive, images, classes, stack, config, policyConfig, fault } = flags;
  // Loaded only now: it takes a second, which help and wrong options need not wait for.
  const { runLocally } = await import("./run.js");
  let live: LivePage | undefined;
  await runLocally(
    {
      projectRoot: PROJECT_ROOT,
      stack,
      overrides: config,
      ...(archive === undefined ? {} : { archive }),
      ...(images === undefined ? {} : { images }),
      ...(classes === undefined ? {} : { classes }),
      ...(policyConfig === undefined ? {} : { policyConfig }),
      faults: fault,
      ...(flags.keep === true
        ? {
            onDeployed: async ({ inferenceBucket, datasetSummary }, cloud) => {
              const { LivePage } = await import("./live/server.js");
              const { classes } = datasetSummary;
              live = await LivePage.start(cloud, { name: stack, inferenceBucket, classes });
              process.stdout.write(`\nWatch it live: ${live.address}\n\n`);
            },
            onDeploymentFailed: (error, cloud) => {
              report(error);
              reported = error;
              return keepRunning(cloud, undefined, interruption.signal);
            },
          }
        : {}),
      signal: interruption.signal,
      progress: showRunProgress(process.stderr),
    },
    async (run, cloud) => {
      await writeReports(run, flags.out);
      process.stdout.write(`${renderText(run.summary)}\n\n`);
      process.stdout.write(
        `Written: ${["summary.json", "report.html"].map((file) => path.relative(process.cwd(), path.join(flags.out, file))).join(", ")}\n`,
      );
      if (flags.keep === true) {
        const file = path.join(flags.out, "outputs.json");
        await writeFile(file, `${JSON.stringify(run.outputs, undefined, 2)}\n`);
        const { endpoint } = run.summary;
        await keepRunning(cloud, { endpoint, outputs: file, live }, interruption.signal);
      }
    },
  ).finally(() => live?.stop());
}

async function writeReports(run: Run, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const summary = `${JSON.stringify(run.summary, undefined, 2)}\n`;
  await writeFile(path.join(folder, "summary.json"), summary);
  // Loaded only now: a failed run needs no charts.
  const { renderPage } = await import("../../operations/report/page.js");
  const { runReport } = await import("./report.js");
  await writeFile(path.join(folder, "report.html"), renderPage(runReport(run)));
}

async function keepRunning(
  cloud: Cloud,
  deployed: Deployed | undefined,
  signal: AbortSignal,
): Promise<void> {
  const environment = cloud.deployerEnvironment();
  const settings = Object.entries(environment).map(([name, value]) => `export ${name}=${value}`);
  process.stdout.write(`
The local cloud is running at ${cloud.endpoint}. In another terminal:

${settings.join("\n")}

${deployed === undefined ? "" : examples(deployed)}
Ctrl+C stops it.
`);
  await new Promise<void>((resolve) => {
    // The timer keeps the process alive when nothing else happens.
    const heartbeat = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => {
      clearInterval(heartbeat);
      resolve();
    });
  });
}

/** What there is to try when the deployment has gone well. */
interface Deployed {
  readonly endpoint: EndpointSummary | undefined;
  /** File of the stack's outputs. */
  readonly outputs: string;
  readonly live: LivePage | undefined;
}

function examples({ endpoint, outputs, live }: Deployed): string {
  const file = path.relative(process.cwd(), outputs);
  return `${live === undefined ? "" : `# Pictures and their verdicts as they come; drop yours there:\n# ${live.address}\n`}npm run classify -- --outputs ${file} FOLDER
npm run replay -- --outputs ${file}
npm run review -- --outputs ${file}
npm run load -- --outputs ${file}
npm run capture -- --outputs ${file}
npm run report -- --outputs ${file}
${endpoint === undefined ? "" : endpointExamples(endpoint)}`;
}

function endpointExamples({ name, capture }: EndpointSummary): string {
  return `
aws s3 ls ${capture.destination}/ --recursive
aws sagemaker-runtime invoke-endpoint --endpoint-name ${name} \\
  --content-type image/png --body fileb://some.png /dev/stdout

curl --aws-sigv4 "aws:amz:$AWS_REGION:sagemaker" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
  --header "x-amz-security-token: $AWS_SESSION_TOKEN" --header "content-type: image/png" \\
  --data-binary @some.png $AWS_ENDPOINT_URL/endpoints/${name}/invocations
`;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError("It must be a whole number from 1.");
  }
  return count;
}

function parseNames(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function parseFault(text: string): Fault {
  const fault = FAULTS.find((name) => name === text);
  if (fault === undefined) {
    throw new InvalidArgumentError(`It must be one of ${FAULTS.join(", ")}.`);
  }
  return fault;
}

main().catch((error: unknown) => {
  process.exitCode = report(error);
});

/** Says what went wrong, unless it was said. @returns the exit code */
function report(error: unknown): number {
  if (error === reported) {
    return EXIT_CODES.failed;
  }
  return reportError(error);
}
