/** Pulumi's real engine over a copy of the project, with everything it may touch in one folder. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { version as VERSION } from "@pulumi/pulumi/package.json";
import { parse, stringify } from "yaml";
import type { StandInProviders } from "./provider";
import { serveLanguageHost } from "./languageHost";

/** The project under test. */
export const PROJECT = path.resolve(__dirname, "../..");

/** The stacks that it has a config for. */
export const STACKS: readonly string[] = readdirSync(PROJECT).flatMap(
  (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
);

/** The config of the pack for a stack, below the project. */
export function lawOf(stack: string): string {
  return `policy/policy-config.${stack}.json`;
}

/** What makes the CLI judge a stack: its name, the project's pack, and the pack's config for it. */
export function judged(stack: string, law = lawOf(stack)): string[] {
  return ["--stack", stack, "--policy-pack", "policy", "--policy-pack-config", law];
}

/** The folder of the CLI, or why there is none. */
type Cli = { readonly folder: string } | { readonly missing: string };

/**
 * Looks for the CLI of the SDK's version where the npm package `pulumi` and the Automation API keep
 * it. Not on the PATH: there, `pulumi` may be that package, which downloads when it is asked.
 */
export function findCli(): Cli {
  const home = process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  const folder = path.join(home, "versions", VERSION, "bin");
  return existsSync(path.join(folder, "pulumi"))
    ? { folder }
    : { missing: `there is no Pulumi CLI in ${folder}; \`.ci/pulumi-cli\` gets it` };
}

/** The folder of the CLI; without one, whatever asks for it is skipped, and it is said why. */
export function cliOrSkip(context: Mocha.Context): string {
  const found = findCli();
  if ("missing" in found) {
    console.error(`\n    ENGINE TESTS ARE SKIPPED: ${found.missing}\n`);
    context.skip();
  }
  return found.folder;
}

/** How a run of the CLI ended. */
export interface Run {
  readonly code: number | null;
  /** Standard output and standard error. */
  readonly output: string;
  readonly seconds: number;
}

type Config = Record<string, unknown>;

/** A project folder, a backend of files and a Pulumi home of their own. */
export class Engine {
  private readonly removed = new AbortController();

  private constructor(
    private readonly cli: string,
    private readonly folder: string,
    private readonly providers: StandInProviders,
  ) {}

  /** @param cli folder of the CLI */
  static async create(cli: string, providers: StandInProviders): Promise<Engine> {
    const folder = await mkdtemp(path.join(tmpdir(), "engine-"));
    for (const name of ["project", "home", "state", "plugins", "temporary"]) {
      await mkdir(path.join(folder, name));
    }
    for (const name of ["Pulumi.yaml", "package.json", "tsconfig.json"]) {
      await cp(path.join(PROJECT, name), path.join(folder, "project", name));
    }
    // Bundles are kept in there.
    await mkdir(path.join(PROJECT, "out"), { recursive: true });
    for (const name of [
      "common",
      "contract",
      "etl",
      "functions",
      "infra",
      "node_modules",
      "out",
      "policy",
    ]) {
      await symlink(path.join(PROJECT, name), path.join(folder, "project", name));
    }
    return new Engine(cli, folder, providers);
  }

  /** Whether Pulumi's own language host is there, so that the stand-in is not used. */
  get hasLanguageHost(): boolean {
    return existsSync(path.join(this.cli, "pulumi-language-nodejs"));
  }

  /** Writes a stack's config: the project's, changed as told; secrets are this test's own. */
  async configure(stack: string, change: (config: Config) => void = () => undefined) {
    const name = `Pulumi.${stack}.yaml`;
    const { config } = parse(await readFile(path.join(PROJECT, name), "utf8")) as {
      config: Config;
    };
    change(config);
    await writeFile(path.join(this.folder, "project", name), stringify({ config }));
  }

  /** Adds statements to the end of the program. */
  async extendProgram(statements: string): Promise<void> {
    const copy = path.join(this.folder, "project/infra");
    await rm(copy);
    await cp(path.join(PROJECT, "infra"), copy, { recursive: true });
    await appendFile(path.join(copy, "index.ts"), statements);
  }

  /** Puts another program in the place of the project's; a folder below the project. */
  async replaceProgram(folder: string): Promise<void> {
    const program = path.join(this.folder, "project/infra");
    await rm(program);
    await cp(path.join(PROJECT, folder), program, { recursive: true });
  }

  /** Writes a file beside a program that has been replaced. */
  async writeProgramFile(name: string, content: unknown): Promise<void> {
    await writeFile(path.join(this.folder, "project/infra", name), JSON.stringify(content));
  }

  /** Runs `pulumi` with these arguments. */
  async run(...args: readonly string[]): Promise<Run> {
    const environment = this.environment();
    const engineAddress = path.join(this.folder, "engine-address");
    const languageHost = await serveLanguageHost({
      environment,
      engineAddress: () => readFileSync(engineAddress, "utf8"),
    });
    if (!this.hasLanguageHost) {
      await this.writePlugin("pulumi-language-nodejs", languageHost.port, engineAddress);
    }
    for (const [name, port] of this.providers.ports) {
      await this.writePlugin(`pulumi-resource-${name}`, port);
    }
    const started = performance.now();
    try {
      const child = spawn(path.join(this.cli, "pulumi"), [...args, "--non-interactive"], {
        cwd: path.join(this.folder, "project"),
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
        signal: this.removed.signal,
      });
      const ended = new Promise<number | null>((resolve, reject) => {
        child.once("error", reject).once("close", resolve);
      });
      const [code, ...output] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
      return { code, output: output.join("\n"), seconds: (performance.now() - started) / 1000 };
    } finally {
      languageHost.stop();
    }
  }

  /** Ends what still runs and leaves nothing behind. */
  async remove(): Promise<void> {
    this.removed.abort();
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * The engine starts a plugin as a program that prints its port. Ours are served by this process;
   * the program lives as long as its standard input, which ends with the engine.
   */
  private writePlugin(name: string, port: number, engineAddress = "/dev/null"): Promise<void> {
    return writeFile(
      path.join(this.folder, "plugins", name),
      `#!/bin/sh\nprintf %s "$1" >"${engineAddress}"\necho ${port}\nexec cat >/dev/null\n`,
      { mode: 0o755 },
    );
  }

  private environment(): NodeJS.ProcessEnv {
    const { PATH = "", HOME } = process.env;
    const plugins = path.join(this.folder, "plugins");
    return {
      PATH: [plugins, this.cli, path.dirname(process.execPath), PATH].join(path.delimiter),
      HOME,
      // What the engine's own loader leaves goes with this engine.
      TMPDIR: path.join(this.folder, "temporary"),
      PULUMI_HOME: path.join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${path.join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      // Nothing is looked up or downloaded in a test.
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  }
}

/** The policies that the engine lists as violated, each once. */
export function violated(output: string): string[] {
  const names = [...output.matchAll(/^ +- \[mandatory\].*? {2}([a-z0-9-]+) {2}\(/gm)];
  return [...new Set(names.map(([, name = ""]) => name))].sort();
}
