/** Policy documents, compiled into statements that can be asked whether they apply. */
import { z } from "zod";
import { AwsError } from "../protocol";
import { compileCondition, type Condition, type Context } from "./conditions";
import { arnPattern, glob } from "./patterns";

/** What somebody wants to do. */
export interface Access {
  /** For example `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  readonly context: () => Context;
}

/** Whom a statement of a trust or resource policy names. */
export interface Principals {
  readonly everyone: boolean;
  readonly aws: readonly string[];
  readonly services: readonly string[];
}

export interface Statement {
  /** Its Sid, or its place in the policy from 0. */
  readonly id: string;
  readonly effect: "Allow" | "Deny";
  /** As written; empty for a statement by `NotAction`. */
  readonly actions: readonly string[];
  /** Nobody in an identity policy: it speaks of whoever it is attached to. */
  readonly principals: Principals;
  /** Whether it speaks of the action. */
  concerns(action: string): boolean;
  /** Whether resource and conditions match too; principals are looked at apart. */
  applies(access: Access): boolean;
}

/** Which elements a policy has follows from what it is attached to. */
export type PolicyKind = "identity" | "trust" | "resource";

const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => [value].flat());

const conditionValue = z.union([z.string(), z.boolean(), z.number()]).transform(String);

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z
    .union([
      z.literal("*"),
      z.strictObject({ AWS: oneOrMore.optional(), Service: oneOrMore.optional() }),
    ])
    .optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.union([conditionValue, z.array(conditionValue)]).transform((value) => [value].flat()),
      ),
    )
    .optional(),
});

type StatementSource = z.infer<typeof statementSchema>;

const policySchema = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]).optional(),
  Id: z.string().optional(),
  Statement: z.preprocess((value) => [value].flat(), z.array(statementSchema)),
});

/**
 * Compiles a policy document.
 * @param name of the policy, for messages
 * @throws AwsError `MalformedPolicyDocument` for a document that AWS would refuse, and for every
 * element that is not evaluated here: nothing in a policy is ever skipped
 */
export function parsePolicy(kind: PolicyKind, name: string, json: string): readonly Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    throw malformed(name, `not JSON: ${String(error)}`);
  }
  const parsed = policySchema.safeParse(document);
  if (!parsed.success) {
    throw malformed(name, z.prettifyError(parsed.error));
  }
  return parsed.data.Statement.map((source, index) =>
    compile(kind, source, source.Sid ?? String(index), (problem) =>
      malformed(name, `statement ${source.Sid ?? index}: ${problem}`),
    ),
  );
}

function compile(
  kind: PolicyKind,
  source: StatementSource,
  id: string,
  refuse: (problem: string) => AwsError,
): Statement {
  const { Principal, Action, NotAction, Resource, NotResource, Condition = {} } = source;
  if ((Action === undefined) === (NotAction === undefined)) {
    throw refuse("needs Action or NotAction, and not both");
  }
  const resources = [Resource, NotResource].filter((element) => element !== undefined).length;
  if (resources !== (kind === "trust" ? 0 : 1)) {
    throw refuse(
      kind === "trust"
        ? "a trust policy has no Resource: it speaks of its role"
        : "needs Resource or NotResource, and not both",
    );
  }
  if ((Principal === undefined) !== (kind === "identity")) {
    throw refuse(
      kind === "identity"
        ? "an identity policy has no Principal: it speaks of whom it is attached to"
        : "needs a Principal",
    );
  }
  const variable = JSON.stringify([Resource, NotResource, Condition]).match(/\$\{[^}]*\}/)?.[0];
  if (variable !== undefined) {
    throw refuse(`the local cloud does not resolve the policy variable ${variable}`);
  }
  const conditions = compileConditions(Condition, refuse);
  const actionMatches = oneOf((pattern) => matcher(glob(pattern, "i")), Action, NotAction);
  const resourceMatches = oneOf(arnPattern, Resource, NotResource);
  return {
    id,
    effect: source.Effect,
    actions: Action ?? [],
    principals: principalsOf(Principal),
    concerns: actionMatches,
    applies: ({ action, resource, context }) =>
      actionMatches(action) &&
      resourceMatches(resource) &&
      conditions.every((condition) => condition(context())),
  };
}

function compileConditions(
  block: NonNullable<StatementSource["Condition"]>,
  refuse: (problem: string) => AwsError,
): readonly Condition[] {
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const condition = compileCondition(operator, key, values);
      if (condition === undefined) {
        throw refuse(`the local cloud does not evaluate the condition operator ${operator}`);
      }
      return condition;
    }),
  );
}

type Matcher = (text: string) => boolean;

function matcher(pattern: RegExp): Matcher {
  return (text) => pattern.test(text);
}

/** Matches any of the wanted patterns, or none of the unwanted, or anything without either. */
function oneOf(
  compilePattern: (pattern: string) => Matcher,
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
): Matcher {
  const matchers = (wanted ?? unwanted)?.map(compilePattern);
  return (text) =>
    matchers === undefined || matchers.some((matches) => matches(text)) === (wanted !== undefined);
}

function principalsOf(source: StatementSource["Principal"]): Principals {
  if (source === undefined || source === "*") {
    return { everyone: source === "*", aws: [], services: [] };
  }
  const { AWS = [], Service = [] } = source;
  return { everyone: AWS.includes("*"), aws: AWS, services: Service };
}

function malformed(name: string, problem: string): AwsError {
  return new AwsError("MalformedPolicyDocument", 400, `Policy ${name}: ${problem}`);
}
