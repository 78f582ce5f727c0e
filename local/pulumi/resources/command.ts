import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { z } from "zod";
import { IDENTITY_VARIABLE } from "../../../contract/credentials";
import type { Cloud } from "../../cloud";
import { handler, type BehaviourContext, type Outputs, type ResourceHandler } from "./handler";

/** A command of the program failed; the message ends with what it printed last. */
class CommandError extends Error {
  override readonly name = "CommandError";
}

const command = z.looseObject({
  create: z.string(),
  update: z.string().optional(),
  delete: z.string().optional(),
  interpreter: z.array(z.string()).default(["/bin/sh", "-c"]),
  environment: z.record(z.string(), z.string()).default({}),
});

/** An update without a command of its own runs the first one again, as the provider does. */
export const commandHandlers: Readonly<Record<string, ResourceHandler>> = {
  "command:local:Command": handler(command, {
    create: async (inputs, context) => ({
      // Of its own each time: a command that replaces another one is not that one.
      id: `${context.name}${randomBytes(4).toString("hex")}`,
      ...(await run(inputs.create, inputs, context)),
    }),
    update: (_id, inputs, context) => run(inputs.update ?? inputs.create, inputs, context),
    delete: async (_id, inputs, context) => {
      if (inputs.delete !== undefined) {
        await run(inputs.delete, inputs, context);
      }
    },
  }),
};

const invocation = z.looseObject({
  command: z.string(),
  interpreter: z.array(z.string()).default(["/bin/sh", "-c"]),
  environment: z.record(z.string(), z.string()).default({}),
});

/** Answers the function `local.run`: a command that is run at once, and of which nothing is kept. */
export async function runOnce(
  inputs: Readonly<Record<string, unknown>>,
  cloud: Cloud,
): Promise<Record<string, unknown>> {
  const { command: text, interpreter, environment } = invocation.parse(inputs);
  const stdout = await runCommand([...interpreter, text], environment, "command", cloud);
  return { ...inputs, stdout, stderr: "" };
}

async function run(
  text: string,
  { interpreter, environment }: z.infer<typeof command>,
  { name, cloud }: BehaviourContext,
): Promise<Outputs> {
  return {
    stdout: await runCommand([...interpreter, text], environment, name, cloud),
    stderr: "",
  };
}

/** Runs a command line in the project's root as the person who deploys; progress is passed on. */
async function runCommand(
  commandLine: readonly string[],
  environment: Readonly<Record<string, string>>,
  name: string,
  cloud: Cloud,
): Promise<string> {
  const [program = "", ...args] = commandLine;
  const child = spawn(program, args, {
    cwd: cloud.projectRoot,
    env: { ...withoutAws({ ...process.env, ...environment }), ...cloud.deployerEnvironment() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const untrack = cloud.track(child);
  try {
    await once(child, "spawn");
    const ended = once(child, "close") as Promise<[code: number | null]>;
    const output = buffer(child.stdout);
    const lines: string[] = [];
    for await (const line of createInterface(child.stderr)) {
      lines.push(line);
      cloud.report(name, line);
    }
    const [code] = await ended;
    if (code !== 0) {
      throw new CommandError(
        `${name}: the command ended with exit code ${code ?? "none, by a signal"}\n` +
          lines.slice(-20).join("\n"),
      );
    }
    return (await output).toString();
  } finally {
    untrack();
  }
}

/** However the provider is configured, here it is the local cloud, and nobody else, that is meant. */
function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !name.startsWith("AWS_") && name !== IDENTITY_VARIABLE,
    ),
  );
}
