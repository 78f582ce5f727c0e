/**
 * Every change to our own program over the Analyzer protocol: the pack in a process of its own says
 * what the harness of the tests says (`mutations.test.ts`), by a preview and by an update.
 */
import * as path from "node:path";
import { expect } from "chai";
import { PolicyPackProcess } from "../../local/pulumi/policyPack";
import { policies } from "../../policy/policies";
import { judge, type Subject } from "../support/policy";
import {
  graphOf,
  lawOf,
  recordOf,
  type Mode,
  type PolicyConfigs,
  type StackName,
} from "../support/policyGraph";
import { MUTATIONS } from "./mutations";
import { configsOf, modesOf, type Mutation } from "./mutations/mutation";

const FOLDER = path.join(__dirname, "../../policy");

/** Types of which some policy on the stack has to have seen the inputs, by whether one has. */
const remembered = new Map<string, Promise<boolean>>();

function isRemembered(subject: Subject): Promise<boolean> {
  const known = remembered.get(subject.type) ?? isAskedBefore(subject);
  remembered.set(subject.type, known);
  return known;
}

async function isAskedBefore(subject: Subject): Promise<boolean> {
  const onStack = policies.filter((policy) => "validateStack" in policy);
  const verdicts = await Promise.all(onStack.map((policy) => judge(policy, subject)));
  return verdicts.some(
    ({ notApplicable }, index) =>
      onStack[index]?.validateResource !== undefined && notApplicable === undefined,
  );
}

/** Names of the policies that a pack in a process of its own says are broken. */
async function refusedOverTheWire(
  pack: PolicyPackProcess,
  { change, stack = "dev", configs }: Mutation,
  mode: Mode,
): Promise<string[]> {
  const { inputs, outputs } = await graphOf(stack, mode);
  const unchanged = new Set(inputs);
  const asked: Subject[] = [];
  for (const each of change(inputs, "inputs")) {
    // That the others are fine by themselves is known; what only the stack tells, is told again.
    if (configs !== undefined || !unchanged.has(each) || (await isRemembered(each))) {
      asked.push(each);
    }
  }
  const found = await Promise.all(asked.map((each) => pack.analyze(recordOf(each))));
  const together = await pack.analyzeStack(change(outputs, "outputs").map(recordOf));
  return [...new Set([...found.flat(), ...together].map(({ policy }) => policy))];
}

describe("the program under its policies, over the Analyzer protocol", () => {
  for (const mode of ["preview", "update"] as const) {
    describe(`by a ${mode}`, () => {
      const start = (config: PolicyConfigs) =>
        PolicyPackProcess.start({
          ...{ folder: FOLDER, project: "ml-workflow-aws", stack: "dev" },
          preview: mode === "preview",
          config,
        });
      /** A pack has one config, so each stack has its own pack. */
      const packs = new Map<StackName, PolicyPackProcess>();
      before(async () => {
        for (const stack of ["dev", "prod"] as const) {
          packs.set(stack, await start(lawOf(stack)));
        }
      });
      after(() => Promise.all([...packs.values()].map((pack) => pack.stop())));

      for (const mutation of MUTATIONS.filter((each) => modesOf(each).includes(mode))) {
        it(`says the same as in the harness to ${mutation.title}`, async () => {
          // Prepare
          const own = mutation.configs === undefined ? undefined : await start(configsOf(mutation));
          const pack = own ?? packs.get(mutation.stack ?? "dev");
          if (pack === undefined) {
            throw new Error("The packs have not been started");
          }

          // Act
          try {
            const refused = await refusedOverTheWire(pack, mutation, mode);

            // Assess
            expect(refused).to.have.members(mutation.refusedBy);
          } finally {
            await own?.stop();
          }
        });
      }
    });
  }
});
