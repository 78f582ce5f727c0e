/** `npm run policy:check`: what each policy says about a stack, without deploying it anywhere. */
import * as path from "node:path";
import { Command } from "commander";
import { repeatable } from "../../common/commandLine";
import { parseOverride, type ConfigOverride } from "../pulumi/stackConfig";
import { EXIT_CODES, reportError } from "./exitCodes";

const PROJECT_ROOT = path.resolve(__dirname, "../..");

interface Flags {
  readonly stack: string;
  readonly config: readonly ConfigOverride[];
  readonly policyConfig?: string;
}

const program = new Command("policy:check")
  .description(
    "Previews a stack without an AWS account, puts what it would make through the policy pack, " +
      "and prints what each policy says.",
  )
  .option("--stack <name>", "stack whose config is used", "dev")
  .addOption(
    repeatable(
      "-c, --config <path=value>",
      "changes the stack's config, as in endpoint.capture=99",
      parseOverride,
    ),
  )
  .option(
    "--policy-config <file>",
    "config of the policy pack; policy/policy-config.<stack>.json unless given",
  )
  .showHelpAfterError("(--help lists the options)")
  .exitOverride()
  .addHelpText(
    "after",
    `
Exit codes:
  0  no policy stops an update
  ${EXIT_CODES.failed}  the program could not be previewed
  ${EXIT_CODES.usage}  wrong option, stack config or policy config
  ${EXIT_CODES.policy}  a policy stops an update`,
  );

async function main(): Promise<void> {
  const { stack, config, policyConfig } = program.parse().opts<Flags>();
  // Loaded only now: it takes a second, which help and wrong options need not wait for.
  const { checkPolicies } = await import("./policyVerdicts.js");
  const { text, isRefused } = await checkPolicies({
    projectRoot: PROJECT_ROOT,
    stack,
    overrides: config,
    ...(policyConfig === undefined ? {} : { policyConfig }),
  });
  process.stdout.write(`${text}\n`);
  if (isRefused) {
    process.exitCode = EXIT_CODES.policy;
  }
}

main().catch((error: unknown) => {
  process.exitCode = reportError(error);
});
