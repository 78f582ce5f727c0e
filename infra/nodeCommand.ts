import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { providerEnvironment } from "./providerEnvironment";

export interface NodeCommandArgs {
  /** TypeScript file to run, relative to the project's root. */
  readonly script: string;
  /** Its arguments; they reach it as they are, with no shell in between. */
  readonly arguments: readonly pulumi.Input<string>[];
  /** Runs again when one of these changes. */
  readonly triggers: readonly pulumi.Input<string>[];
}

/**
 * One of the project's own command line programs as a resource: progress on standard error is
 * streamed to whoever watches the update, standard output is the resource's result. It is never
 * protected, whatever its parent is: to run again is to be replaced.
 */
export class NodeCommand extends pulumi.ComponentResource {
  /** What the program printed on standard output. */
  readonly stdout: pulumi.Output<string>;

  constructor(name: string, args: NodeCommandArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:NodeCommand", name, {}, { ...opts, protect: false });

    // Without `dir` it runs in the project's root, so no path of this machine ends up in the state.
    // The command resource appends `create` to the interpreter's arguments, so the last argument
    // goes there: the list reaches the program unquoted on every platform.
    const last = args.arguments.at(-1);
    if (last === undefined) {
      throw new pulumi.ResourceError(`${args.script} needs at least one argument`, this);
    }
    const command = new local.Command(
      name,
      {
        interpreter: ["node", "--import", "tsx", args.script, ...args.arguments.slice(0, -1)],
        create: last,
        environment: providerEnvironment(),
        logging: local.Logging.Stderr,
        triggers: [...args.triggers],
      },
      { parent: this },
    );

    // A secret in the environment makes one of the output, which none of our programs puts it into.
    this.stdout = pulumi.unsecret(command.stdout);
    this.registerOutputs({ stdout: this.stdout });
  }
}
