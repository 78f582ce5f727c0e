/**
 * The part of Amazon States Language that the local interpreter understands, as schemas. They are
 * strict: a field that is not here is refused when the state machine is made, so nothing is ever
 * ignored in silence (https://states-language.net, "States Language specification").
 */
import { z } from "zod";
import { AwsError } from "../../protocol";

const path = z.string().startsWith("$");
const errorNames = z.array(z.string().min(1)).min(1);
const payloadTemplate = z.record(z.string(), z.unknown());

const retrier = z.strictObject({
  ErrorEquals: errorNames,
  IntervalSeconds: z.int().positive().default(1),
  MaxAttempts: z.int().min(0).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().positive().optional(),
  JitterStrategy: z.enum(["FULL", "NONE"]).default("NONE"),
});

const catcher = z.strictObject({
  ErrorEquals: errorNames,
  ResultPath: path.nullable().default("$"),
  Next: z.string(),
});

const common = { Comment: z.string().optional() };
const transition = { Next: z.string().optional(), End: z.literal(true).optional() };
const inputOutput = {
  InputPath: path.nullable().default("$"),
  OutputPath: path.nullable().default("$"),
};

const task = z.strictObject({
  Type: z.literal("Task"),
  ...common,
  ...transition,
  ...inputOutput,
  Resource: z.string(),
  Parameters: payloadTemplate.optional(),
  ResultSelector: payloadTemplate.optional(),
  ResultPath: path.nullable().default("$"),
  TimeoutSeconds: z.int().positive().optional(),
  Retry: z.array(retrier).default([]),
  Catch: z.array(catcher).default([]),
});

const pass = z.strictObject({
  Type: z.literal("Pass"),
  ...common,
  ...transition,
  ...inputOutput,
  Result: z.unknown().optional(),
  Parameters: payloadTemplate.optional(),
  ResultPath: path.nullable().default("$"),
});

const wait = z.strictObject({
  Type: z.literal("Wait"),
  ...common,
  ...transition,
  ...inputOutput,
  Seconds: z.number().min(0),
});

const comparison = z.strictObject({
  Variable: path,
  StringEquals: z.string().optional(),
  StringEqualsPath: path.optional(),
  /** `*` stands for any text. */
  StringMatches: z.string().optional(),
  NumericGreaterThanEquals: z.number().optional(),
  NumericLessThan: z.number().optional(),
  BooleanEquals: z.boolean().optional(),
  IsPresent: z.boolean().optional(),
});

const choiceRule = z.union([
  z.strictObject({ ...comparison.shape, Next: z.string() }),
  z.strictObject({ And: z.array(comparison).min(1), Next: z.string() }),
]);

const choice = z.strictObject({
  Type: z.literal("Choice"),
  ...common,
  ...inputOutput,
  Choices: z.array(choiceRule).min(1),
  Default: z.string().optional(),
});

const succeed = z.strictObject({ Type: z.literal("Succeed"), ...common, ...inputOutput });

const fail = z.strictObject({
  Type: z.literal("Fail"),
  ...common,
  Error: z.string().optional(),
  Cause: z.string().optional(),
  ErrorPath: path.optional(),
  CausePath: path.optional(),
});

const state = z.discriminatedUnion("Type", [task, pass, wait, choice, succeed, fail]);

const definition = z.strictObject({
  ...common,
  StartAt: z.string(),
  TimeoutSeconds: z.int().positive().optional(),
  States: z.record(z.string(), state),
});

export type Definition = z.infer<typeof definition>;
export type State = z.infer<typeof state>;
export type TaskState = z.infer<typeof task>;
export type ChoiceRule = z.infer<typeof choiceRule>;
export type Comparison = z.infer<typeof comparison>;
export type Retrier = z.infer<typeof retrier>;

/**
 * Reads a definition.
 * @throws AwsError `InvalidDefinition` when it is malformed, names a state that is not there, or
 *   uses what the local interpreter does not have
 */
export function parseDefinition(text: string): Definition {
  const result = definition.safeParse(JSON.parse(text));
  if (!result.success) {
    throw invalid(z.prettifyError(result.error));
  }
  const { StartAt, States } = result.data;
  const targets = [StartAt, ...Object.values(States).flatMap(nextStates)];
  for (const target of targets) {
    if (!Object.hasOwn(States, target)) {
      throw invalid(`there is no state ${target}`);
    }
  }
  return result.data;
}

function nextStates(state: State): string[] {
  switch (state.Type) {
    case "Choice":
      return [...state.Choices.map((rule) => rule.Next), ...given(state.Default)];
    case "Task":
      return [...given(state.Next), ...state.Catch.map((catcher) => catcher.Next)];
    case "Pass":
    case "Wait":
      return given(state.Next);
    case "Succeed":
    case "Fail":
      return [];
  }
}

function given(name: string | undefined): string[] {
  return name === undefined ? [] : [name];
}

function invalid(reason: string): AwsError {
  return new AwsError("InvalidDefinition", 400, `The state machine cannot be run here: ${reason}`);
}
