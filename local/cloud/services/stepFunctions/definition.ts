/**
 * The part of Amazon States Language that the local interpreter understands, as schemas. They are
 * strict: a field that is not here is refused when the state machine is made, so nothing is ever
 * ignored in silence (https://states-language.net, "States Language specification").
 */
import { z } from "zod";
import { AwsError } from "../../protocol";
import { WAITS_FOR_TOKEN } from "./taskTokens";

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
  /** Of a task that waits for its token: longest time between two signs of life. */
  HeartbeatSeconds: z.int().positive().optional(),
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
  NumericEqualsPath: path.optional(),
  BooleanEquals: z.boolean().optional(),
  IsString: z.boolean().optional(),
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

/** What only a distributed map has ("Map state processing modes", Step Functions Developer Guide). */
const distributed = {
  ItemReader: z
    .strictObject({
      Resource: z.string(),
      ReaderConfig: z.strictObject({ InputType: z.literal("JSONL") }).optional(),
      Parameters: payloadTemplate,
    })
    .optional(),
  ItemBatcher: z
    .strictObject({
      MaxItemsPerBatch: z.int().positive(),
      BatchInput: payloadTemplate.optional(),
    })
    .optional(),
  /** How many items may fail without the map failing. */
  ToleratedFailureCount: z.int().min(0).optional(),
  /** The same as a share of them all, 0 to 100. */
  ToleratedFailurePercentage: z.number().min(0).max(100).optional(),
  ResultWriter: z.strictObject({ Resource: z.string(), Parameters: payloadTemplate }).optional(),
  /** Part of the name of its map runs. */
  Label: z.string().max(40).optional(),
};

const mapFields = z.strictObject({
  Type: z.literal("Map"),
  ...common,
  ...transition,
  ...inputOutput,
  ...distributed,
  ItemsPath: path.default("$"),
  ItemSelector: payloadTemplate.optional(),
  /** 0 is as many as the service has. */
  MaxConcurrency: z.int().min(0).default(0),
  ResultSelector: payloadTemplate.optional(),
  ResultPath: path.nullable().default("$"),
  Retry: z.array(retrier).default([]),
  Catch: z.array(catcher).default([]),
});

const processorFields = z.strictObject({
  ...common,
  ProcessorConfig: z
    .discriminatedUnion("Mode", [
      z.strictObject({ Mode: z.literal("INLINE") }),
      z.strictObject({ Mode: z.literal("DISTRIBUTED"), ExecutionType: z.literal("EXPRESS") }),
    ])
    .default({ Mode: "INLINE" }),
  StartAt: z.string(),
});

const map = mapFields.extend({
  ItemProcessor: processorFields.extend({
    States: z.record(
      z.string(),
      z.lazy((): z.ZodType<State> => state),
    ),
  }),
});

const state = z.discriminatedUnion("Type", [task, map, pass, wait, choice, succeed, fail]);

const definition = z.strictObject({
  ...common,
  StartAt: z.string(),
  TimeoutSeconds: z.int().positive().optional(),
  States: z.record(z.string(), state),
});

/** States and the first of them: a machine's, or those that each item of a map goes through. */
export type States = Pick<Definition, "StartAt" | "States">;

export type Definition = z.infer<typeof definition>;
export type State =
  | MapState
  | z.infer<typeof task | typeof pass | typeof wait | typeof choice | typeof succeed | typeof fail>;
export interface MapState extends z.infer<typeof mapFields> {
  readonly ItemProcessor: z.infer<typeof processorFields> & States;
}
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
  checkStates(result.data);
  const names = allStates(result.data).map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw invalid(`two states are called ${twice}`);
  }
  return result.data;
}

/** All states by name, those inside of maps too. */
export function allStates({ States }: States): readonly (readonly [string, State])[] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Type === "Map" ? allStates(state.ItemProcessor) : []),
  ]);
}

function checkStates({ StartAt, States }: States): void {
  const targets = [StartAt, ...Object.values(States).flatMap(nextStates)];
  for (const target of targets) {
    if (!Object.hasOwn(States, target)) {
      throw invalid(`there is no state ${target}`);
    }
  }
  for (const [name, state] of Object.entries(States)) {
    if (state.Type === "Task" && state.HeartbeatSeconds !== undefined && !waits(state)) {
      throw invalid(`${name} has HeartbeatSeconds, but waits for no token`);
    }
    if (state.Type === "Map") {
      const { Mode } = state.ItemProcessor.ProcessorConfig;
      const field = Object.keys(distributed).find((key) => Object.hasOwn(state, key));
      if (Mode === "INLINE" && field !== undefined) {
        throw invalid(`${name} is an inline map, which has no ${field}`);
      }
      // "Choosing workflow type": Express workflows know no other pattern than request and response.
      const waiting = allStates(state.ItemProcessor).find(
        ([, each]) => each.Type === "Task" && waits(each),
      );
      if (Mode === "DISTRIBUTED" && waiting !== undefined) {
        throw invalid(`${waiting[0]} waits for a token, which no Express execution can`);
      }
      checkStates(state.ItemProcessor);
    }
  }
}

function waits({ Resource }: TaskState): boolean {
  return Resource.endsWith(WAITS_FOR_TOKEN);
}

function nextStates(state: State): string[] {
  switch (state.Type) {
    case "Choice":
      return [...state.Choices.map((rule) => rule.Next), ...given(state.Default)];
    case "Task":
    case "Map":
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
