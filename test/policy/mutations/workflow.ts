/** Functions, executions, logs and topics. */
import { stateMachineDefinition } from "../../../infra/stateMachine";
import { UNKNOWN, subject, withValue, without, type Subject } from "../../support/policy";
import {
  add,
  both,
  drop,
  edit,
  honest,
  INFERENCE_BUCKET,
  inPlace,
  mutations,
  remove,
  set,
  withBucketName,
  type Change,
  type Mutation,
} from "./mutation";

const FUNCTION = ["Function", "workflow-filter"] as const;
const MACHINE = ["StateMachine", "workflow"] as const;
const LOGS = ["LogGroup", "workflow-filter"] as const;

type State = Readonly<Record<string, unknown>>;

/** Our own definition with one of its states changed. */
function state(name: string, change: (state: State) => State): Change {
  const definition = stateMachineDefinition(
    {
      partition: "aws",
      serializeFunctionArn: "arn:serialize",
      classifyFunctionArn: "arn:classify",
      filterFunctionArn: "arn:filter",
      bucketName: INFERENCE_BUCKET,
    },
    { size: 20, concurrency: 10, toleratedFailurePercentage: 10 },
  );
  const { States: states } = JSON.parse(JSON.stringify(definition)) as {
    readonly States: Readonly<Record<string, State>>;
  };
  const found = states[name];
  if (found === undefined) {
    throw new Error(`The state machine has no state ${name}`);
  }
  const changed = { ...definition, States: { ...states, [name]: change(found) } };
  return withBucketName(set(...MACHINE, "definition", JSON.stringify(changed)));
}

/** The same, written down as it is, and not made from the stack's buckets and functions. */
const plainState = (name: string, change: (state: State) => State): Change =>
  both(
    state(name, change),
    edit(...MACHINE, (found) => [inPlace(found, "definition")]),
  );

const omit =
  (key: string) =>
  (from: State): State =>
    Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));

/** A task that nothing but what is around it tries again or catches. */
const bare = (from: State): State => ({
  ...omit("Next")(omit("Retry")(omit("Catch")(from))),
  End: true,
});
const workflowOf = (task: State): object => ({ StartAt: "Inner", States: { Inner: task } });
/** A state of one branch, or of a map over a list, with what the task in it had. */
const branch = (task: State, own: object): State => ({
  Type: "Parallel",
  Branches: [workflowOf(task)],
  ...own,
});
const map = (task: State, own: object): State => ({
  Type: "Map",
  ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...workflowOf(task) },
  ...own,
});
const guards = ({ Retry, Catch, Next }: State): object => ({ Retry, Catch, Next });
const call = (name: string): State => ({
  Type: "Task",
  Resource: `arn:aws:states:::${name}`,
  Parameters: {},
  End: true,
});
/** A topic's alarm. */
const alarmOn = (topic: Subject, props: object = {}) =>
  subject(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { alarmActions: [UNKNOWN], ...props },
    { name: "decoy", propertyDependencies: { alarmActions: [topic] } },
  );

export const workflow: readonly Mutation[] = [
  ...mutations("lambda-function-require-current-runtime", {
    "an old runtime": set(...FUNCTION, "runtime", "nodejs18.x"),
    "no runtime": drop(...FUNCTION, "runtime"),
  }),
  ...mutations("lambda-function-disallow-secrets-in-environment", {
    "a password in the environment": set(...FUNCTION, "environment.variables.DB_PASSWORD", "x"),
    "an access key in the environment": set(
      ...FUNCTION,
      "environment.variables.SETTING",
      ["AKIA", "IOSFODNN7EXAMPLE"].join(""),
    ),
  }),
  ...mutations(
    "lambda-function-disallow-secrets-in-environment",
    {
      "a token that is not known yet": set(...FUNCTION, "environment.variables.API_TOKEN", UNKNOWN),
    },
    { modes: ["preview"] },
  ),
  ...mutations("lambda-function-require-log-group", {
    "a function without its log group": remove(...LOGS),
    "a function that names no log group": drop(...FUNCTION, "loggingConfig"),
    "a function that logs into a foreign group": edit(...FUNCTION, (found) => [
      inPlace(withValue(found, "loggingConfig.logGroup", "another"), "loggingConfig"),
    ]),
  }),
  ...mutations("lambda-function-restrict-timeout", {
    "a function that runs for a quarter of an hour": set(...FUNCTION, "timeout", 900),
  }),
  ...mutations("lambda-function-enable-tracing", {
    "a function traced if its caller wants": set(...FUNCTION, "tracingConfig.mode", "PassThrough"),
    "a function without traces": drop(...FUNCTION, "tracingConfig"),
  }),
  ...mutations("sfn-state-machine-require-retry", {
    "a step that is tried once": state("ClassifyImage", omit("Retry")),
    "a step that is tried zero times more": state("KeepVerdict", (from) => ({
      ...from,
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 0 }],
    })),
  }),
  ...mutations("sfn-state-machine-require-catch", {
    "a step that fails unnoticed": state("FilterInference", omit("Catch")),
    "a step that catches one error": state("SerializeImage", (from) => ({
      ...from,
      Catch: [{ ErrorEquals: ["States.Timeout"], Next: "RecordFailure" }],
    })),
  }),
  ...mutations("sfn-state-machine-enable-logging", {
    "executions not logged": set(...MACHINE, "loggingConfiguration.level", "OFF"),
    "logs to nowhere": drop(...MACHINE, "loggingConfiguration.logDestination"),
  }),
  ...mutations("sfn-state-machine-enable-tracing", {
    "executions not traced": set(...MACHINE, "tracingConfiguration.enabled", false),
    "executions without tracing": drop(...MACHINE, "tracingConfiguration"),
  }),
  ...mutations("cloudwatch-log-group-require-retention", {
    "logs kept for ever": drop(...LOGS, "retentionInDays"),
    "logs kept for ever by a zero": set(...LOGS, "retentionInDays", 0),
    "logs kept for ten years": set(...LOGS, "retentionInDays", 3653),
  }),
  ...mutations("sns-topic-require-encryption", {
    "reviews announced without a key": drop("Topic", "review", "kmsMasterKeyId"),
    "another topic without a key": add(subject("aws:sns/topic:Topic", {}, { name: "another" })),
  }),
  ...mutations("sfn-state-machine-disallow-sdk-calls", {
    "a step that makes an endpoint configuration": state("ClassifyImage", (from) => ({
      ...from,
      Resource: "arn:aws:states:::aws-sdk:sagemaker:createEndpointConfig",
    })),
    "an endpoint made by the clock": add(
      subject("aws:scheduler/schedule:Schedule", {
        target: { arn: "arn:aws:scheduler:::aws-sdk:sagemaker:createEndpoint" },
      }),
    ),
  }),
  ...mutations("lambda-permission-disallow-public-invocation", {
    "a function that everyone may call": add(
      subject("aws:lambda/permission:Permission", { principal: "*" }),
    ),
    "a function with an open URL": add(
      subject("aws:lambda/functionUrl:FunctionUrl", { authorizationType: "NONE" }),
    ),
    "the page's function, open to everyone without its URL": drop(
      "Permission",
      "review-page-invoke",
      "invokedViaFunctionUrl",
    ),
    "the page's function, with more than its URL open": set(
      "Permission",
      "review-page-url",
      "action",
      "lambda:InvokeFunction",
    ),
    "an open URL that is not listed, called like a page": add(
      subject(
        "aws:lambda/functionUrl:FunctionUrl",
        { authorizationType: "NONE" },
        { name: "review-page-2" },
      ),
    ),
    "the page's rights, given at another function": edit(
      "Permission",
      "review-page-url",
      (found) => [{ ...found, name: "workflow-filter-url" }],
    ),
  }),
  ...mutations("sfn-state-machine-enable-logging", {
    "executions logged if they die": set(...MACHINE, "loggingConfiguration.level", "FATAL"),
  }),
  ...mutations("sns-topic-require-encryption", {
    "reviews announced without a key, with a decoy alarm": edit("Topic", "review", (found) => {
      const open = without(found, "kmsMasterKeyId");
      return [open, alarmOn(open)];
    }),
    "a topic without a key, with an alarm that acts on nothing": (subjects) => {
      const topic = subject("aws:sns/topic:Topic", {}, { name: "another" });
      return [...subjects, topic, alarmOn(topic, { actionsEnabled: false })];
    },
  }),
  ...honest({
    "another topic of alarms": (subjects) => {
      const topic = subject("aws:sns/topic:Topic", {}, { name: "another" });
      return [...subjects, topic, alarmOn(topic)];
    },
  }),
  ...mutations("sfn-state-machine-disallow-sdk-calls", {
    "a step that gives itself rights": state("ClassifyImage", (from) => ({
      ...from,
      Resource: "arn:aws:states:::aws-sdk:iam:putRolePolicy",
    })),
    "a step that opens a bucket": state("KeepVerdict", (from) => ({
      ...from,
      Resource: "arn:aws:states:::aws-sdk:s3:putBucketPolicy",
    })),
    "a step that changes a function": state("ClassifyImage", (from) => ({
      ...from,
      Resource: "arn:aws:states:::aws-sdk:lambda:updateFunctionCode",
    })),
    "a branch that makes an endpoint": state("ClassifyImage", (from) =>
      branch(call("aws-sdk:sagemaker:createEndpoint"), guards(from)),
    ),
    "a map that makes training jobs": state("ClassifyImage", (from) =>
      map(call("sagemaker:createTrainingJob.sync"), guards(from)),
    ),
    "a step that calls an address on the internet": state("ClassifyImage", (from) => ({
      ...from,
      Resource: "arn:aws:states:::http:invoke",
    })),
    "a right given by the clock": add(
      subject("aws:scheduler/schedule:Schedule", {
        target: { arn: "arn:aws:scheduler:::aws-sdk:iam:attachRolePolicy" },
      }),
    ),
  }),
  ...mutations("sfn-state-machine-require-retry", {
    "a branch that is tried once": state("ClassifyImage", (from) =>
      branch(bare(from), omit("Retry")(guards(from) as State)),
    ),
  }),
  ...mutations("sfn-state-machine-require-catch", {
    "a map that fails unnoticed": state("ClassifyImage", (from) =>
      map(bare(from), omit("Catch")(guards(from) as State)),
    ),
    "a map whose items may all fail": state("ClassifyImage", (from) =>
      map(omit("Catch")({ ...from, End: true }), {
        ...guards(from),
        ToleratedFailurePercentage: 100,
      }),
    ),
    "a branch around a map whose items may fail": state("ClassifyImage", (from) =>
      branch(
        map(omit("Catch")({ ...from, End: true }), { End: true, ToleratedFailureCountPath: "$.n" }),
        guards(from),
      ),
    ),
  }),
  ...mutations("sfn-state-machine-require-retry", {
    "a map that is not done again for an item": state("ClassifyImage", (from) =>
      map(omit("Retry")({ ...from, End: true }), {
        ...guards(from),
        ToleratedFailurePercentage: 5,
      }),
    ),
  }),
  ...mutations("sfn-state-machine-restrict-destinations", {
    "a verdict kept in a foreign bucket": plainState("KeepVerdict", (from) => ({
      ...from,
      Parameters: { ...(from["Parameters"] as object), Bucket: "elsewhere" },
    })),
    "results of a map in a foreign bucket": plainState("ClassifyManifest", (from) => ({
      ...from,
      ResultWriter: {
        Resource: "arn:aws:states:::s3:putObject",
        Parameters: { Bucket: "elsewhere", Prefix: "results" },
      },
    })),
    "a list of images from a foreign bucket": plainState("ClassifyManifest", (from) => ({
      ...from,
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        Arguments: { Bucket: "elsewhere", Key: "manifest" },
      },
    })),
  }),
  ...honest({
    "a map whose items may fail, each noticed": state("ClassifyImage", (from) =>
      map(
        { ...omit("Next")(from), End: true },
        { ...guards(from), ToleratedFailurePercentage: 100 },
      ),
    ),
    "a step in JSONata": state("KeepVerdict", (from) => ({
      ...omit("Parameters")(from),
      QueryLanguage: "JSONata",
      Arguments: { Bucket: "{% $states.input.image.bucket %}", Key: "a" },
    })),
  }),
  ...mutations("iam-document-restrict-accounts", {
    "a step that calls a function of another account": state("ClassifyImage", (from) => ({
      ...from,
      Parameters: {
        FunctionName: "arn:aws:lambda:eu-west-1:999999999999:function:any",
      },
    })),
    "a step that writes to a queue of another account": state("ClassifyImage", (from) => ({
      ...from,
      Parameters: { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/999999999999/any" },
    })),
    "a step in a role of another account": state("ClassifyImage", (from) => ({
      ...from,
      Credentials: { RoleArn: "arn:aws:iam::999999999999:role/any" },
    })),
  }),
  ...mutations("sfn-state-machine-disallow-sdk-calls", {
    "a gateway that makes an endpoint": add(
      subject("aws:apigateway/integration:Integration", {
        type: "AWS",
        uri: "arn:aws:apigateway:eu-west-1:sagemaker:action/CreateEndpoint",
      }),
    ),
    "a step that opens a repository": state("ClassifyImage", (from) => ({
      ...from,
      Resource: "arn:aws:states:::aws-sdk:ecr:setRepositoryPolicy",
    })),
  }),
  ...honest({
    "a step in a branch that is tried again as a whole": state("ClassifyImage", (from) =>
      branch(bare(from), guards(from)),
    ),
    "a step in a map that is tried again as a whole": state("ClassifyImage", (from) =>
      map(bare(from), guards(from)),
    ),
    "a step in a map in a branch": state("ClassifyImage", (from) =>
      branch(map(bare(from), { End: true }), guards(from)),
    ),
    "a step that waits for another execution": state("ClassifyImage", (from) => ({
      ...from,
      Resource: "arn:aws:states:::states:startExecution.sync:2",
    })),
  }),
];
