/** Commands about a deployed workflow, run as a person does. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runNodeProgram } from "../../support/nodeProgram";
import { PRICE } from "../../support/price";
import { Uploads, type DeployedWorkflow } from "./uploads";

export const NO_IMAGE = Buffer.from("this is no image");

type Command = "classify" | "replay" | "capture" | "report";

/** What commands are run with, and a folder for what they read and write. */
class Commands {
  private constructor(
    readonly workflow: Uploads,
    readonly folder: string,
    /** File with the stack's outputs. */
    readonly outputs: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async of(deployed: DeployedWorkflow): Promise<Commands> {
    const { cloud, outputs: all } = deployed;
    const folder = await mkdtemp(path.join(tmpdir(), "operations-"));
    const outputs = path.join(folder, "outputs.json");
    await writeFile(
      outputs,
      JSON.stringify({ ...all, priceEstimate: { ...all.priceEstimate, ...PRICE } }),
    );
    return new Commands(new Uploads(deployed), folder, outputs, {
      PATH: process.env["PATH"],
      NODE_NO_WARNINGS: "1",
      ...cloud.deployerEnvironment(),
    });
  }

  async close(): Promise<void> {
    this.workflow.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  run(command: Command, ...args: readonly string[]) {
    return runNodeProgram(
      `operations/${command}/cli.ts`,
      ["--outputs", this.outputs, ...args],
      this.environment,
    );
  }

  /** A folder of so many pictures. */
  async pictures(name: string, count: number): Promise<string> {
    const images = path.join(this.folder, name);
    await mkdir(path.join(images, "inner"), { recursive: true });
    for (let index = 0; index < count; index += 1) {
      const file = path.join(images, index % 2 === 0 ? "" : "inner", `${index}.png`);
      await writeFile(file, this.workflow.picture(index));
    }
    return images;
  }
}

/**
 * Commands for the tests of a `describe`: made before them, and gone after.
 * @param deployed asked for when the first test begins
 */
export function useCommands(deployed: () => DeployedWorkflow) {
  let commands: Commands;
  before(async () => {
    commands = await Commands.of(deployed());
  });
  after(() => commands.close());
  return {
    run: (...args: Parameters<Commands["run"]>) => commands.run(...args),
    pictures: (...args: Parameters<Commands["pictures"]>) => commands.pictures(...args),
    get workflow() {
      return commands.workflow;
    },
    get folder() {
      return commands.folder;
    },
    get outputs() {
      return commands.outputs;
    },
    get environment() {
      return commands.environment;
    },
  };
}

/** Rows of a table in JSON. */
export async function rowsOf(file: string): Promise<Record<string, unknown>[]> {
  return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>[];
}
