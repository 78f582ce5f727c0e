/** What each policy says about a stack, as text. */
import * as path from "node:path";
import { Cloud } from "../cloud";
import { isException, judgeProgram, stops, subjectOf, type Preview } from "../pulumi/deployment";
import type { Violation } from "../pulumi/policyPack";
import { policyPackConfigOf } from "../pulumi/policyPackConfig";
import { readStackConfig } from "../pulumi/stackConfig";
import type { RunOptions } from "./run";

/**
 * Previews a stack in a local cloud that nothing is deployed into, and asks every policy.
 * @throws {PolicyPackConfigError} when the pack's config cannot be read or does not fit the pack
 * @throws {StackConfigError} when the stack's cannot
 */
export async function checkPolicies({
  projectRoot,
  stack,
  overrides,
  policyConfig,
}: Pick<RunOptions, "projectRoot" | "stack" | "overrides" | "policyConfig">): Promise<{
  readonly text: string;
  /** Whether an update would be stopped. */
  readonly isRefused: boolean;
}> {
  const policyPack = path.join(projectRoot, "policy");
  const law = policyPackConfigOf(policyPack, stack, policyConfig);
  const config = readStackConfig(projectRoot, stack, overrides);
  const cloud = await Cloud.start({
    region: config.values["aws:region"] ?? "us-east-1",
    projectRoot,
  });
  try {
    const deployment = { program: path.join(projectRoot, "infra"), config, cloud };
    const preview = await judgeProgram(deployment, policyPack, law);
    return {
      text: `${verdicts(preview)}\n\n${conclusion(preview, stack, law.file)}`,
      isRefused: preview.violations.some(stops),
    };
  } finally {
    await cloud.stop();
  }
}

/** Each policy with what it has to say; those that refuse come last, where a terminal stops. */
function verdicts({ policies, disabled, violations }: Preview): string {
  const asked = policies.map((policy) => {
    const said = violations.filter((violation) => violation.policy === policy);
    const verdict = said.some(stops) ? "refuses" : said.length > 0 ? "notes" : "agrees";
    return { verdict, text: [`${verdict.padEnd(8)} ${policy}`, ...said.flatMap(lines)].join("\n") };
  });
  const those = (wanted: string) =>
    asked.filter(({ verdict }) => verdict === wanted).map(({ text }) => text);
  const off = disabled.map((policy) => `disabled ${policy}`);
  return [...those("agrees"), ...off, ...those("notes"), ...those("refuses")].join("\n");
}

function lines(violation: Violation): readonly string[] {
  const fix = isException(violation) ? [] : [`           fix: ${violation.remediationSteps}`];
  return [`         - ${subjectOf(violation)}: ${violation.message}`, ...fix];
}

function conclusion(
  { policies, resources, violations }: Preview,
  stack: string,
  file: string | undefined,
): string {
  const refused = violations.filter(stops).length;
  const excepted = violations.filter(isException).length;
  const noted = violations.length - refused - excepted;
  const settings = file === undefined ? "the pack's own settings" : path.relative("", file);
  return (
    `${policies.length} policies about ${resources.length} resources of ${stack}, ` +
    `with ${settings}: ` +
    `${refused} refused, ${noted} noted, ${excepted} excepted`
  );
}
