/**
 * The workflows as far as they can be judged away from GitHub: their text, and the shell of the
 * composite action, run with a Pulumi CLI and a GitHub CLI of the test's own. That GitHub runs them
 * as written is not proved here; `actionlint` reads them too, where it is installed.
 */
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { engines } from "../../package.json";
import { PROJECT_ROOT } from "../support/project";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly if?: string;
  readonly uses?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (file: string) => readFileSync(path.join(PROJECT_ROOT, ".github", file), "utf8");
const workflow = (name: string) => parse(read(`workflows/${name}.yml`)) as Workflow;
const NAMES = readdirSync(path.join(PROJECT_ROOT, ".github/workflows")).map((file) =>
  path.basename(file, ".yml"),
);
const PULUMI = "./.github/actions/pulumi";
const ACTION = (parse(read("actions/pulumi/action.yml")) as { runs: { steps: readonly Step[] } })
  .runs.steps;

/** The commands that a job gives to Pulumi. */
function commands(job: Job | undefined): readonly string[] {
  const steps = (job?.steps ?? []).filter(({ uses }) => uses === PULUMI);
  return steps.map((step) => step.with?.["command"] ?? "");
}

describe("workflows", () => {
  for (const name of NAMES) {
    it(`${name} uses actions that are there, and states its permissions`, () => {
      const { jobs, permissions } = workflow(name);
      expect(permissions).to.include({ contents: "read" });
      const uses = Object.values(jobs).flatMap((job) => [
        job.uses,
        ...(job.steps ?? []).map((step) => step.uses),
      ]);
      for (const each of uses.filter((used) => used?.startsWith("./"))) {
        expect(existsSync(path.join(PROJECT_ROOT, each ?? "")), each).to.equal(true);
      }
    });
  }

  for (const [name, job] of [
    ["up", "up"],
    ["preview", "preview"],
    ["drift", "drift"],
  ] as const) {
    it(`${name} is skipped, not failed, where the variables are not set`, () => {
      const condition = workflow(name).jobs[job]?.if ?? "";
      expect(condition.split(" && ")).to.include("vars.PULUMI_BACKEND_URL != ''");
    });
  }

  it("preview gives no role to a fork", () => {
    expect(workflow("preview").jobs["preview"]?.if).to.match(
      /^github\.event\.pull_request\.head\.repo\.full_name == github\.repository && /,
    );
  });

  it("up previews with the policies before it updates, and previews only once", () => {
    expect(commands(workflow("up").jobs["up"])).to.deep.equal([
      "preview --diff",
      "up --yes --skip-preview --message ${{ inputs.commit }}",
    ]);
  });

  it("drift reads every resource anew, and fails on any change", () => {
    expect(commands(workflow("drift").jobs["drift"])).to.deep.equal([
      "preview --diff --refresh --expect-no-changes",
    ]);
  });

  it("deploy updates what has passed on main, prod after dev, each in its environment", () => {
    const { jobs } = workflow("deploy");
    expect(jobs["dev"]?.if).to.include("conclusion == 'success'");
    expect(jobs["prod"]?.needs).to.equal("dev");
    expect(workflow("up").jobs["up"]?.environment).to.equal("${{ inputs.stack }}");
  });

  it("CI tests every supported line of Node.js, the first in its oldest version", () => {
    const versions = workflow("ci").jobs["check"]?.strategy?.matrix["node"] ?? [];
    expect(versions).to.deep.equal(["20.19", "22", "24"]);
    expect(engines.node).to.equal(`>=${versions[0] ?? ""}`);
    const usual = readFileSync(path.join(PROJECT_ROOT, ".nvmrc"), "utf8").trim();
    expect(versions).to.include(usual);
  });

  it("are accepted by actionlint", function () {
    const { status, stdout, error } = spawnSync("actionlint", [], {
      cwd: PROJECT_ROOT,
      encoding: "utf8",
    });
    if (error !== undefined) {
      this.skip();
    }
    expect(status, stdout).to.equal(0);
  });
});

describe("the action that runs Pulumi", function () {
  let folder = "";

  beforeEach(function () {
    if (process.platform === "win32") {
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), "pulumi-action-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** A program that notes how it was called, and does what it is told. */
  function stub(name: string, script: string): void {
    const text = `#!/bin/sh\nprintf '%s ' "$@" >>"${folder}/${name}.calls"\n${script}\n`;
    writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  }

  const calls = (name: string) => {
    const file = path.join(folder, `${name}.calls`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };

  /** Runs the steps as GitHub does: those that must run also after a failure. */
  function run(token: string): { failed: boolean; summary: string } {
    let failed = false;
    const summary = path.join(folder, "summary.md");
    for (const step of ACTION) {
      if (failed && !(step.if ?? "").includes("!cancelled()")) {
        continue;
      }
      const { status, stderr } = spawnSync(
        "bash",
        ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run ?? ""],
        {
          cwd: PROJECT_ROOT,
          encoding: "utf8",
          env: {
            PATH: [folder, path.dirname(process.execPath), "/usr/bin", "/bin"].join(path.delimiter),
            RUNNER_TEMP: folder,
            GITHUB_STEP_SUMMARY: summary,
            GITHUB_REPOSITORY: "octo-org/octo-repo",
            COMMAND: "preview --diff",
            STACK: "organization/ml-workflow-aws/dev",
            PULUMI_BACKEND_URL: "s3://state",
            TITLE: "pulumi preview --diff on dev",
            GH_TOKEN: token,
            PULL_REQUEST: token === "" ? "" : "7",
          },
        },
      );
      failed ||= status !== 0;
      expect(stderr).to.equal("");
    }
    return { failed, summary: existsSync(summary) ? readFileSync(summary, "utf8") : "" };
  }

  it("runs the command on the stack, under the policy pack with the stack's own config", () => {
    stub("pulumi", "echo 42 unchanged");
    const { failed, summary } = run("");
    expect(failed).to.equal(false);
    expect(calls("pulumi").trim()).to.equal(
      "preview --diff --stack organization/ml-workflow-aws/dev --policy-pack policy " +
        "--policy-pack-config policy/policy-config.dev.json --non-interactive --color never",
    );
    expect(summary).to.match(/^#### `pulumi preview --diff on dev`\n/);
    expect(summary).to.include("42 unchanged");
  });

  it("reports a refusal in the summary and on the pull request, and fails", () => {
    stub("pulumi", "echo 'Policy Violations: s3-bucket-require-tls' >&2\nexit 255");
    stub("gh", ":");
    const { failed, summary } = run("token");
    expect(failed).to.equal(true);
    expect(summary).to.include("s3-bucket-require-tls");
    expect(calls("gh")).to.include("--method POST repos/octo-org/octo-repo/issues/7/comments");
    expect(calls("gh")).to.include(`--field body=@${folder}/report.md`);
  });

  it("renews the comment that is there instead of adding another", () => {
    stub("pulumi", "echo fine");
    stub("gh", 'case "$*" in *--paginate*) echo 99 ;; esac');
    run("token");
    expect(calls("gh")).to.include("--method PATCH repos/octo-org/octo-repo/issues/comments/99");
    expect(calls("gh")).not.to.include("--method POST");
  });

  it("keeps the end of what is too long for a comment, and says so", () => {
    stub("pulumi", "yes 'aws:s3/bucket:Bucket 🪣' | head -n 4000\necho 'Resources: 93 to create'");
    const { summary } = run("");
    expect(summary.length).to.be.below(65_536);
    expect(summary).to.include("Resources: 93 to create");
    expect(summary).to.match(/The first \d+ characters are in the job's log only/);
    expect(summary).not.to.include("\uFFFD");
  });

  it("lets nothing in the output end the block that it is shown in", () => {
    stub("pulumi", "printf '```\\n</details> @everyone\\n````\\n'");
    const { summary } = run("");
    expect(summary).to.match(/\n`{5}text\n```\n<\/details> @everyone\n````\n`{5}\n/);
  });
});
