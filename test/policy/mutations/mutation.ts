/** What a row of the table of mutations is, and the ways to change one resource of the program. */
import { policies } from "../../../policy/policies";
import { withValue, without, type Subject } from "../../support/policy";
import {
  graphOf,
  lawOf,
  refusals,
  type Mode,
  type PolicyConfigs,
  type Refusal,
  type StackName,
  type Subjects,
} from "../../support/policyGraph";
import { refreshed, stillReported } from "../../support/refreshed";

const onStack = policies.filter((policy) => "validateStack" in policy);

export interface Mutation {
  /** What is wrong afterwards. */
  readonly title: string;
  /** The policies that refuse it, and no other; none refuses an honest change. */
  readonly refusedBy: readonly string[];
  /** Of what is asked for before, and of what the provider reports at the end. */
  readonly change: (subjects: Subjects, side: "inputs" | "outputs") => Subjects;
  /** The stack that is changed; dev unless given. */
  readonly stack?: StackName;
  /** Both unless given. */
  readonly modes?: readonly Mode[];
  readonly configs?: PolicyConfigs;
}

/** The policies on the stack that refuse it: what is asked before does not depend on the state. */
export function refusedOnStack({ refusedBy }: Mutation): readonly string[] {
  return refusedBy.filter((name) => onStack.some((policy) => policy.name === name));
}

/**
 * What the policies on the stack say to a mutation by an update after a refresh, in which the state
 * still has what a companion, or a property, has set that is changed or gone.
 */
export async function outcomeAfterRefresh(mutation: Mutation): Promise<readonly Refusal[]> {
  const { inputs, outputs } = await graphOf(mutation.stack ?? "dev", "update");
  const state = refreshed(outputs);
  const changed = {
    inputs: mutation.change(inputs, "inputs"),
    outputs: stillReported(state, mutation.change(state, "outputs")),
  };
  return refusals(changed, configsOf(mutation), new Set(inputs), onStack);
}

/** What the pack says to a mutation. */
export async function outcomeOf(mutation: Mutation, mode: Mode): Promise<readonly Refusal[]> {
  const { inputs, outputs } = await graphOf(mutation.stack ?? "dev", mode);
  const changed = {
    inputs: mutation.change(inputs, "inputs"),
    outputs: mutation.change(outputs, "outputs"),
  };
  return refusals(changed, configsOf(mutation), new Set(inputs));
}

/** What the stack's config says, unless the row has its own. */
export function configsOf({ stack = "dev", configs }: Mutation): PolicyConfigs {
  return { ...lawOf(stack), ...configs };
}

export function modesOf({ modes = ["preview", "update"] }: Mutation): readonly Mode[] {
  return modes;
}

export type Change = Mutation["change"];

/** The one resource of that class and name. */
function isThe(kind: string, name: string): (each: Subject) => boolean {
  return (each) => each.type.endsWith(`:${kind}`) && each.name === name;
}

export function edit(
  kind: string,
  name: string,
  change: (found: Subject) => readonly Subject[],
): Change {
  return (subjects) => {
    const is = isThe(kind, name);
    if (subjects.filter(is).length !== 1) {
      throw new Error(`The program has not one ${kind} called ${name}`);
    }
    return subjects.flatMap((each) => (is(each) ? change(each) : [each]));
  };
}

export const set = (kind: string, name: string, path: string, value: unknown) =>
  edit(kind, name, (found) => [withValue(found, path, value)]);

export const drop = (kind: string, name: string, path: string) =>
  edit(kind, name, (found) => [without(found, path)]);

export const remove = (kind: string, name: string) => edit(kind, name, () => []);

export const add =
  (added: Subject): Change =>
  (subjects) => [...subjects, added];

export const unprotect = (kind: string, name: string) =>
  edit(kind, name, (found) => [{ ...found, protect: false }]);

/**
 * The name of the bucket of captures, as the engine gives it before a first preview: whatever is known
 * to be in the bucket is known by that name.
 */
export const INFERENCE_BUCKET = "inference-1a2b3c4";

/** With that name, which the mocks keep for an update. */
export const withBucketName = (change: Change): Change =>
  both(set("Bucket", "inference", "bucket", INFERENCE_BUCKET), change);

/** As if a property had been written down, and not made from other resources. */
export const inPlace = (found: Subject, property: string): Subject => ({
  ...found,
  propertyDependencies: { ...found.propertyDependencies, [property]: [] },
});

/** The same policy, or policies, broken in several ways. */
export function mutations(
  refusedBy: string | readonly string[],
  changes: Readonly<Record<string, Change>>,
  options: Pick<Mutation, "stack" | "modes" | "configs"> = {},
): Mutation[] {
  return Object.entries(changes).map(([title, change]) => ({
    title,
    refusedBy: [refusedBy].flat(),
    change,
    ...options,
  }));
}

export const statement = (value: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [value] });

/** Lets somebody be the role of the function that filters, by one statement. */
export const trust = (value: object) =>
  set("Role", "workflow-filter-role", "assumeRolePolicy", statement({ Effect: "Allow", ...value }));

/** Honest changes, which a strict pack must not refuse. */
export const honest = (
  changes: Readonly<Record<string, Change>>,
  options?: Pick<Mutation, "stack" | "modes" | "configs">,
): Mutation[] => mutations([], changes, options);

/** One change after the other. */
export const both =
  (first: Change, then: Change): Change =>
  (subjects, side) =>
    then(first(subjects, side), side);

/** Of what the provider reports only. */
export const reported =
  (change: Change): Change =>
  (subjects, side) =>
    side === "outputs" ? change(subjects, side) : subjects;
