/**
 * A sample of the changes to our own program through Pulumi's real engine: it says what the harness of
 * the tests says (`test/policy/mutations.test.ts`). `POLICY_ROWS=20 POLICY_SEED=2 npm run test:engine`
 * draws more, or others.
 */
import { expect } from "chai";
import { Cloud } from "../../local/cloud";
import { randomNumbers } from "../etl/support/archive";
import { MUTATIONS } from "../policy/mutations";
import { configsOf, modesOf, type Mutation } from "../policy/mutations/mutation";
import type { Subject } from "../support/policy";
import { graphOf, recordOf } from "../support/policyGraph";
import { cliOrSkip, Engine, judged, PROJECT, violated } from "./engine";
import { StandInProviders } from "./provider";
import { providersOf } from "./provider/packages";

const ROWS = wholeNumber("POLICY_ROWS", 10);
const SEED = wholeNumber("POLICY_SEED", 1);

/** The first of every so many rows is an honest one. */
const HONEST = 4;

describe("changes to the program under its policies and Pulumi's engine", function () {
  this.timeout(300_000);

  let engine: Engine;
  const cleanUps: (() => Promise<void> | void)[] = [];

  before(async function () {
    const cli = cliOrSkip(this);
    const cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT });
    cleanUps.unshift(() => cloud.stop());
    const providers = await StandInProviders.start(providersOf(PROJECT), cloud);
    cleanUps.unshift(() => providers.stop());
    engine = await Engine.create(cli, providers);
    cleanUps.unshift(() => engine.remove());
    await engine.replaceProgram("test/engine/graphProgram");
    for (const stack of ["dev", "prod"]) {
      await engine.configure(stack);
      const { code, output } = await engine.run("stack", "init", stack);
      expect(code, output).to.equal(0);
    }
  });

  after(async () => {
    for (const cleanUp of cleanUps) {
      await cleanUp();
    }
  });

  for (const mutation of drawn()) {
    const { title, stack = "dev" } = mutation;
    it(`says the same as in the harness to ${title}`, async () => {
      // Prepare
      const { inputs } = await graphOf(stack, "preview");
      await engine.writeProgramFile(
        "graph.json",
        mutation.change(inputs, "inputs").flatMap(asProgram),
      );
      await engine.writeProgramFile("law.json", configsOf(mutation));

      // Act
      const { code, output } = await engine.run("preview", ...judged(stack, "infra/law.json"));

      // Assess
      expect(violated(output), output).to.have.members(mutation.refusedBy);
      expect(code === 0, output).to.equal(mutation.refusedBy.length === 0);
    });
  }
});

/** Rows drawn by the seed, honest ones among them. */
function drawn(): readonly Mutation[] {
  const next = randomNumbers(SEED);
  const rows = MUTATIONS.filter((row) => modesOf(row).includes("preview"));
  const honest = rows.filter(({ refusedBy }) => refusedBy.length === 0);
  const refused = rows.filter(({ refusedBy }) => refusedBy.length > 0);
  return Array.from({ length: ROWS }, (_, index) => {
    const left = index % HONEST === 0 ? honest : refused;
    return left.splice(next() % left.length, 1);
  }).flat();
}

/** A resource as the program registers it; the stack itself is the engine's. */
function asProgram(subject: Subject): object[] {
  const custom = !/^(ml-workflow-aws|awsx):/.test(subject.type);
  const options = { protect: subject.protect };
  return subject.type === "pulumi:pulumi:Stack" ? [] : [{ ...recordOf(subject), custom, options }];
}

function wholeNumber(variable: string, usual: number): number {
  const given = process.env[variable] ?? String(usual);
  if (!/^\d{1,6}$/.test(given)) {
    throw new Error(`${variable} is "${given}"; it must be a whole number`);
  }
  return Number(given);
}
