/**
 * Changes to the graph of our own program that break the policies they name, and no other: the proof that the
 * program is held to the pack, and not only fixtures. One table, so that a missing row is seen.
 */
import { stateMachineDefinition } from "../../infra/stateMachine";
import { subject, UNKNOWN, withValue, without, type Subject } from "../support/policy";
import {
  graphOf,
  refusals,
  type Mode,
  type PolicyConfigs,
  type Refusal,
  type StackName,
  type Subjects,
} from "../support/policyGraph";

export interface Mutation {
  /** What is wrong afterwards. */
  readonly title: string;
  /** The policies that refuse it, and no other. */
  readonly refusedBy: readonly string[];
  readonly change: (subjects: Subjects) => Subjects;
  /** The stack that is changed; dev unless given. */
  readonly stack?: StackName;
  /** Both unless given. */
  readonly modes?: readonly Mode[];
  readonly configs?: PolicyConfigs;
}

/** What the pack says to a mutation. */
export async function outcomeOf(mutation: Mutation, mode: Mode): Promise<readonly Refusal[]> {
  const { inputs, outputs } = await graphOf(mutation.stack ?? "dev", mode);
  const changed = { inputs: mutation.change(inputs), outputs: mutation.change(outputs) };
  return refusals(changed, mutation.configs, new Set(inputs));
}

export function modesOf({ modes = ["preview", "update"] }: Mutation): readonly Mode[] {
  return modes;
}

type Change = Mutation["change"];

/** The one resource of that class and name. */
function isThe(kind: string, name: string): (each: Subject) => boolean {
  return (each) => each.type.endsWith(`:${kind}`) && each.name === name;
}

function edit(kind: string, name: string, change: (found: Subject) => readonly Subject[]): Change {
  return (subjects) => {
    const is = isThe(kind, name);
    if (subjects.filter(is).length !== 1) {
      throw new Error(`The program has not one ${kind} called ${name}`);
    }
    return subjects.flatMap((each) => (is(each) ? change(each) : [each]));
  };
}

const set = (kind: string, name: string, path: string, value: unknown) =>
  edit(kind, name, (found) => [withValue(found, path, value)]);

const drop = (kind: string, name: string, path: string) =>
  edit(kind, name, (found) => [without(found, path)]);

const remove = (kind: string, name: string) => edit(kind, name, () => []);

const add =
  (added: Subject): Change =>
  (subjects) => [...subjects, added];

const unprotect = (kind: string, name: string) =>
  edit(kind, name, (found) => [{ ...found, protect: false }]);

/** As if a property had been written down, and not made from other resources. */
const inPlace = (found: Subject, property: string): Subject => ({
  ...found,
  propertyDependencies: { ...found.propertyDependencies, [property]: [] },
});

/** The same policy, or policies, broken in several ways. */
function mutations(
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

const statement = (value: object) => JSON.stringify({ Version: "2012-10-17", Statement: [value] });

// --- SageMaker

const CONFIGURATION = ["EndpointConfiguration", "hosting"] as const;
const CAPTURE = "dataCaptureConfig";
const VARIANT = "productionVariants[0]";
const ELSEWHERE = "sagemaker-endpoint-configuration-restrict-destinations";
const APPROVED_ELSEWHERE = "s3://elsewhere/Project_2_Extended/data_capture";

/** A second configuration beside the first: the stack as a whole still captures. */
const second = (change: (copy: Subject) => Subject) =>
  edit(...CONFIGURATION, (found) => [
    found,
    change({
      ...("name" in found.props ? withValue(found, "name", "second-1a2b3c4") : found),
      name: "second",
      urn: `${found.urn}-second`,
    }),
  ]);

const both =
  (first: Change, then: Change): Change =>
  (subjects) =>
    then(first(subjects));

const JOB = ["TrainingJob", "training"] as const;
const ENDPOINT = ["Endpoint", "hosting"] as const;
const ROLLBACK = "deploymentConfig.autoRollbackConfiguration";

const sagemaker: readonly Mutation[] = [
  ...mutations("sagemaker-endpoint-configuration-enable-capture", {
    "capture switched off": second((copy) => withValue(copy, `${CAPTURE}.enableCapture`, false)),
    "capture not switched on": second((copy) => without(copy, `${CAPTURE}.enableCapture`)),
    "capture not configured": second((copy) => without(copy, CAPTURE)),
    "capture switched on by a text": second((copy) =>
      withValue(copy, `${CAPTURE}.enableCapture`, "true"),
    ),
  }),
  ...mutations("sagemaker-stack-require-captured-endpoint", {
    "an endpoint without its configuration": remove(...CONFIGURATION),
    "an endpoint that names a configuration by a plain text": edit(...ENDPOINT, (found) => [
      inPlace(withValue(found, "endpointConfigName", "elsewhere"), "endpointConfigName"),
    ]),
    "an endpoint that names no configuration": edit(...ENDPOINT, (found) => [
      inPlace(without(found, "endpointConfigName"), "endpointConfigName"),
    ]),
    "a second endpoint with a foreign configuration": edit(...ENDPOINT, (found) => [
      found,
      inPlace(
        {
          ...withValue(found, "endpointConfigName", "elsewhere"),
          name: "second",
          urn: `${found.urn}-second`,
        },
        "endpointConfigName",
      ),
    ]),
  }),
  ...mutations("sagemaker-endpoint-configuration-disallow-serverless", {
    "a serverless variant": edit(...CONFIGURATION, (found) => [
      withValue(found, VARIANT, {
        variantName: "AllTraffic",
        serverlessConfig: { maxConcurrency: 1, memorySizeInMb: 1024 },
      }),
    ]),
    "a serverless shadow": set(...CONFIGURATION, "shadowProductionVariants", [
      { serverlessConfig: { maxConcurrency: 1, memorySizeInMb: 1024 } },
    ]),
  }),
  ...mutations("sagemaker-endpoint-configuration-disallow-shell-access", {
    "a shell where the model serves": set(...CONFIGURATION, `${VARIANT}.enableSsmAccess`, true),
    "a shell by a text": set(...CONFIGURATION, `${VARIANT}.enableSsmAccess`, "true"),
  }),
  ...mutations("sagemaker-endpoint-configuration-restrict-destinations", {
    "captures in a foreign bucket with a key": edit(...CONFIGURATION, (found) => [
      inPlace(
        withValue(
          withValue(found, `${CAPTURE}.destinationS3Uri`, APPROVED_ELSEWHERE),
          `${CAPTURE}.kmsKeyId`,
          "alias/data",
        ),
        CAPTURE,
      ),
    ]),
    "core dumps in a foreign bucket": set(...CONFIGURATION, `${VARIANT}.coreDumpConfig`, {
      destinationS3Uri: "s3://elsewhere/dumps",
    }),
    "asynchronous answers in a foreign bucket": set(...CONFIGURATION, "asyncInferenceConfig", {
      outputConfig: { s3OutputPath: "s3://elsewhere/answers" },
    }),
    "asynchronous failures in a foreign bucket": set(...CONFIGURATION, "asyncInferenceConfig", {
      outputConfig: { s3FailurePath: "s3://elsewhere/failures" },
    }),
  }),
  ...mutations("sagemaker-endpoint-configuration-require-full-sampling", {
    "99% of the requests captured": set(
      ...CONFIGURATION,
      `${CAPTURE}.initialSamplingPercentage`,
      99,
    ),
    "no share of the requests captured": drop(
      ...CONFIGURATION,
      `${CAPTURE}.initialSamplingPercentage`,
    ),
    "a text for the share": set(...CONFIGURATION, `${CAPTURE}.initialSamplingPercentage`, "100"),
  }),
  ...mutations("sagemaker-endpoint-configuration-require-input-and-output", {
    "requests only": drop(...CONFIGURATION, `${CAPTURE}.captureOptions[1]`),
    "answers only": set(...CONFIGURATION, `${CAPTURE}.captureOptions`, [{ captureMode: "Output" }]),
  }),
  ...mutations("sagemaker-endpoint-configuration-require-capture-prefix", {
    "captures under another prefix": set(
      ...CONFIGURATION,
      `${CAPTURE}.destinationS3Uri`,
      "s3://inference-1a2b3c4/captures",
    ),
    "captures under a prefix that begins alike": set(
      ...CONFIGURATION,
      `${CAPTURE}.destinationS3Uri`,
      "s3://inference-1a2b3c4/Project_2_Extended/data_capture_old",
    ),
    "captures nowhere": drop(...CONFIGURATION, `${CAPTURE}.destinationS3Uri`),
  }),
  ...mutations(["sagemaker-endpoint-configuration-require-encrypted-capture", ELSEWHERE], {
    "captures in a foreign bucket with the key of another account": edit(
      ...CONFIGURATION,
      (found) => [
        inPlace(
          withValue(
            withValue(found, `${CAPTURE}.destinationS3Uri`, APPROVED_ELSEWHERE),
            `${CAPTURE}.kmsKeyId`,
            "arn:aws:kms:eu-west-1:999999999999:key/1",
          ),
          CAPTURE,
        ),
      ],
    ),
    "captures in a foreign bucket without a key": edit(...CONFIGURATION, (found) => {
      const elsewhere = withValue(found, `${CAPTURE}.destinationS3Uri`, APPROVED_ELSEWHERE);
      return [inPlace(without(elsewhere, `${CAPTURE}.kmsKeyId`), CAPTURE)];
    }),
    "captures in a foreign bucket with an empty key": edit(...CONFIGURATION, (found) => {
      const elsewhere = withValue(found, `${CAPTURE}.destinationS3Uri`, APPROVED_ELSEWHERE);
      return [inPlace(withValue(elsewhere, `${CAPTURE}.kmsKeyId`, ""), CAPTURE)];
    }),
  }),
  ...mutations("sagemaker-endpoint-configuration-restrict-instance-types", {
    "a smaller instance": set(...CONFIGURATION, `${VARIANT}.instanceType`, "ml.m5.large"),
    "no instance type": drop(...CONFIGURATION, `${VARIANT}.instanceType`),
    "a shadow on a large instance": set(...CONFIGURATION, "shadowProductionVariants", [
      { instanceType: "ml.p4d.24xlarge", initialInstanceCount: 1 },
    ]),
  }),
  ...mutations("sagemaker-endpoint-configuration-restrict-instance-counts", {
    "no instance": set(...CONFIGURATION, `${VARIANT}.initialInstanceCount`, 0),
    "five instances": set(...CONFIGURATION, `${VARIANT}.initialInstanceCount`, 5),
    "managed scaling without a maximum": set(
      ...CONFIGURATION,
      `${VARIANT}.managedInstanceScaling`,
      {
        status: "ENABLED",
        minInstanceCount: 1,
      },
    ),
    "managed scaling to a hundred instances": set(
      ...CONFIGURATION,
      `${VARIANT}.managedInstanceScaling`,
      { status: "ENABLED", minInstanceCount: 1, maxInstanceCount: 100 },
    ),
    "scaled to a hundred instances by the clock": add(
      subject("aws:appautoscaling/scheduledAction:ScheduledAction", {
        serviceNamespace: "sagemaker",
        scalableTargetAction: { maxCapacity: "100" },
      }),
    ),
    "a hundred instances kept by the clock": add(
      subject("aws:appautoscaling/scheduledAction:ScheduledAction", {
        serviceNamespace: "sagemaker",
        scalableTargetAction: { minCapacity: 100, maxCapacity: 2 },
      }),
    ),
    "scaled to a hundred instances": add(
      subject("aws:appautoscaling/target:Target", {
        serviceNamespace: "sagemaker",
        minCapacity: 1,
        maxCapacity: 100,
      }),
    ),
  }),
  ...mutations("sagemaker-endpoint-configuration-disallow-fixed-name", {
    "a fixed name": both(
      set(...CONFIGURATION, "name", "hosting"),
      set(...ENDPOINT, "endpointConfigName", "hosting"),
    ),
  }),
  ...mutations(
    "sagemaker-endpoint-configuration-disallow-fixed-name",
    { "a name made from something else": set(...CONFIGURATION, "name", UNKNOWN) },
    { modes: ["preview"] },
  ),
  ...mutations(
    "sagemaker-endpoint-require-rollback-alarms",
    {
      "an empty list of alarms": set(...ENDPOINT, `${ROLLBACK}.alarms`, []),
      "no rollback": drop(...ENDPOINT, ROLLBACK),
      "updates all at once, without guard": drop(...ENDPOINT, "deploymentConfig"),
    },
    { stack: "prod" },
  ),
  ...mutations("sagemaker-training-job-restrict-instance-types", {
    "training on eight GPUs": set(...JOB, "resourceConfig.instanceType", "ml.p3.16xlarge"),
    "no instance type for training": drop(...JOB, "resourceConfig.instanceType"),
  }),
  ...mutations("sagemaker-training-job-require-max-runtime", {
    "training for two days": set(...JOB, "stoppingCondition.maxRuntimeInSeconds", 172_800),
    "training without an end": drop(...JOB, "stoppingCondition"),
  }),
  ...mutations("sagemaker-training-job-restrict-destinations", {
    "checkpoints in a foreign bucket": set(...JOB, "checkpointConfig", {
      s3Uri: "s3://elsewhere/checkpoints",
    }),
    "what a debugger writes in a foreign bucket": set(...JOB, "debugHookConfig", {
      s3OutputPath: "s3://elsewhere/debug",
    }),
    "what TensorBoard reads in a foreign bucket": set(...JOB, "tensorBoardOutputConfig", {
      s3OutputPath: "s3://elsewhere/board",
    }),
  }),
  ...mutations(
    [
      "sagemaker-training-job-require-encrypted-output",
      "sagemaker-training-job-restrict-destinations",
    ],
    {
      "the model in a foreign bucket without a key": edit(...JOB, (found) => [
        inPlace(
          withValue(found, "outputDataConfig", { s3OutputPath: "s3://elsewhere/models" }),
          "outputDataConfig",
        ),
      ]),
    },
  ),
];

// --- S3

const BLOCK = ["BucketPublicAccessBlock", "inference-access"] as const;
const TLS = ["BucketPolicy", "inference-policy"] as const;

const refuseHttp = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::inference-1a2b3c4", "arn:aws:s3:::inference-1a2b3c4/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const ENCRYPTION = ["BucketServerSideEncryptionConfiguration", "dataset-encryption"] as const;
const ALGORITHM = "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm";

const s3: readonly Mutation[] = [
  ...mutations("s3-bucket-require-public-access-block", {
    "a bucket that can be made public": remove(...BLOCK),
    "public lists let through": set(...BLOCK, "blockPublicAcls", false),
    "public policies let through": drop(...BLOCK, "blockPublicPolicy"),
    "public lists not ignored": set(...BLOCK, "ignorePublicAcls", false),
    "public buckets not restricted": set(...BLOCK, "restrictPublicBuckets", "true"),
    "the block on another bucket": edit(...BLOCK, (found) => [
      inPlace(withValue(found, "bucket", "another"), "bucket"),
    ]),
  }),
  ...mutations("s3-bucket-disallow-public-acl", {
    "a public bucket": set("Bucket", "inference", "acl", "public-read"),
    "a bucket that everyone may write to": add(
      subject("aws:s3/bucketAcl:BucketAcl", { bucket: "another", acl: "public-read-write" }),
    ),
    "a grant to every account": set("Bucket", "dataset", "grants", [
      { type: "Group", uri: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers" },
    ]),
  }),
  ...mutations("s3-bucket-require-encryption", {
    "a bucket without a key": remove(...ENCRYPTION),
    "a bucket with a key of the service": set(...ENCRYPTION, ALGORITHM, "AES256"),
    "a configuration without rules": set(...ENCRYPTION, "rules", []),
  }),
  ...mutations("s3-bucket-require-tls", {
    "a bucket without a policy": remove(...TLS),
    "plain requests may read": set(
      ...TLS,
      "policy",
      statement({ ...refuseHttp, Action: "s3:PutObject" }),
    ),
    "plain requests of most may do all": set(
      ...TLS,
      "policy",
      statement({ ...refuseHttp, Principal: { AWS: "000000000000" } }),
    ),
    "encrypted requests refused instead": set(
      ...TLS,
      "policy",
      statement({ ...refuseHttp, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    ),
  }),
  ...mutations("s3-bucket-require-versioning", {
    "a bucket without versions": remove("BucketVersioning", "dataset-versioning"),
    "versions no longer kept": set(
      "BucketVersioning",
      "dataset-versioning",
      "versioningConfiguration.status",
      "Suspended",
    ),
  }),
  ...mutations(
    "s3-bucket-require-protection",
    {
      "a bucket that goes with its stack": unprotect("Bucket", "inference"),
      "objects that go with their bucket": set("Bucket", "dataset", "forceDestroy", true),
    },
    { stack: "prod" },
  ),
];

// --- IAM and keys

const GRANTS = ["RolePolicy", "workflow-filter-role-policy"] as const;
const ROLE = ["Role", "workflow-filter-role"] as const;

const grant = (value: object) => set(...GRANTS, "policy", statement({ Effect: "Allow", ...value }));
const one = "arn:aws:s3:::inference-1a2b3c4/a";
const trust = (value: object) =>
  set(
    ...ROLE,
    "assumeRolePolicy",
    statement({
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
      ...value,
    }),
  );
const attach = (policyArn: string) =>
  add(subject("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "any", policyArn }));
const openKey = { Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" };

const iam: readonly Mutation[] = [
  ...mutations("iam-policy-disallow-all-actions", {
    "a role that may do everything": grant({ Action: "*", Resource: one }),
    "a role that may do all but something": grant({ NotAction: "iam:*", Resource: one }),
  }),
  ...mutations("iam-policy-disallow-wildcard-actions", {
    "a role that may do everything in S3": grant({ Action: "s3:*", Resource: one }),
    "a role that may get anything": grant({ Action: ["s3:Get*"], Resource: [one] }),
  }),
  ...mutations("iam-policy-disallow-all-resources", {
    "a role that may read everything": grant({ Action: ["s3:GetObject"], Resource: "*" }),
    "a role that may read every bucket": grant({
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::*"],
    }),
    "a role that may call every function": grant({
      Action: ["xray:PutTraceSegments", "lambda:InvokeFunction"],
      Resource: "*",
    }),
    "a role that may read all but something": grant({ Action: "s3:GetObject", NotResource: one }),
  }),
  ...mutations("iam-attachment-disallow-full-access", {
    "a role with full access to SageMaker": attach(
      "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess",
    ),
    "a role of an administrator": attach("arn:aws:iam::aws:policy/AdministratorAccess"),
    "a role with full access of its own": set(...ROLE, "managedPolicyArns", [
      "arn:aws:iam::aws:policy/AmazonS3FullAccess",
    ]),
  }),
  ...mutations("iam-role-require-trust-conditions", {
    "a service acting for anyone": trust({}),
    "a service acting for any account": trust({
      Condition: { StringLike: { "aws:SourceAccount": "*" } },
    }),
    "a service acting for other accounts": trust({
      Condition: { StringNotEquals: { "aws:SourceAccount": "123456789012" } },
    }),
  }),
  ...mutations("iam-document-disallow-public-principal", {
    "a role that everyone may assume": trust({ Principal: "*" }),
    "a key that everyone may use": set("Key", "data", "policy", statement(openKey)),
    "a bucket that everyone may read": set(
      ...TLS,
      "policy",
      JSON.stringify({
        Statement: [
          refuseHttp,
          { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: one },
        ],
      }),
    ),
  }),
  ...mutations("kms-key-enable-rotation", {
    "a key that is never rotated": set("Key", "data", "enableKeyRotation", false),
    "a key whose rotation is left open": drop("Key", "data", "enableKeyRotation"),
  }),
  ...mutations(
    "kms-key-require-protection",
    { "a key that goes with its stack": unprotect("Key", "data") },
    { stack: "prod" },
  ),
];

// --- Functions, executions, logs and topics

const FUNCTION = ["Function", "workflow-filter"] as const;
const MACHINE = ["StateMachine", "workflow"] as const;
const LOGS = ["LogGroup", "workflow-filter"] as const;

type State = Readonly<Record<string, unknown>>;

/** Our own definition with one of its states changed. */
function state(name: string, change: (state: State) => State): Change {
  const definition = stateMachineDefinition({
    partition: "aws",
    serializeFunctionArn: "arn:serialize",
    classifyFunctionArn: "arn:classify",
    filterFunctionArn: "arn:filter",
    bucketName: "inference",
    reviewTopicArn: "arn:review",
  });
  const states = definition.States as unknown as Record<string, State>;
  const found = states[name];
  if (found === undefined) {
    throw new Error(`The state machine has no state ${name}`);
  }
  const changed = { ...definition, States: { ...states, [name]: change(found) } };
  return set(...MACHINE, "definition", JSON.stringify(changed));
}

const omit =
  (key: string) =>
  (from: State): State =>
    Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));

const workflow: readonly Mutation[] = [
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
    "a step that is tried zero times more": state("KeepAccepted", (from) => ({
      ...from,
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 0 }],
    })),
  }),
  ...mutations("sfn-state-machine-require-catch", {
    "a step that fails unnoticed": state("FilterInference", omit("Catch")),
    "a step that catches one error": state("NotifyReviewers", (from) => ({
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
    "reviews announced without a key": drop("Topic", "workflow-review", "kmsMasterKeyId"),
    "another topic without a key": add(subject("aws:sns/topic:Topic", {}, { name: "another" })),
  }),
];

// --- Everything

const everywhere: readonly Mutation[] = [
  ...mutations("aws-resource-restrict-regions", {
    "a bucket in another region": set("Bucket", "dataset", "region", "mx-central-1"),
    "a provider of another region": add(
      subject("pulumi:providers:aws", { region: "mx-central-1" }, { name: "default" }),
    ),
  }),
  ...mutations(
    "aws-resource-require-tags",
    { "resources without a tag that is required": (subjects) => subjects },
    { configs: { "aws-resource-require-tags": { required: ["cost-centre"] } } },
  ),
];

/** Ways around the rules on what the program declares. */
const around: readonly Mutation[] = [
  ...mutations("aws-resource-restrict-types", {
    "an endpoint of another provider": add(subject("aws-native:sagemaker:Endpoint", {})),
    "a template": add(subject("aws:cloudformation/stack:Stack", {})),
    "a resource by its description": add(subject("aws:cloudcontrol/resource:Resource", {})),
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
  ...mutations("sagemaker-model-enable-network-isolation", {
    "a model that reaches the network": set("Model", "hosting", "enableNetworkIsolation", false),
    "a model of which nothing is said": drop("Model", "hosting", "enableNetworkIsolation"),
  }),
  ...mutations("sagemaker-training-job-restrict-instance-counts", {
    "training on forty machines": set(...JOB, "resourceConfig.instanceCount", 40),
  }),
  ...mutations("lambda-permission-disallow-public-invocation", {
    "a function that everyone may call": add(
      subject("aws:lambda/permission:Permission", { principal: "*" }),
    ),
    "a function with an open URL": add(
      subject("aws:lambda/functionUrl:FunctionUrl", { authorizationType: "NONE" }),
    ),
  }),
  ...mutations("iam-policy-restrict-pass-role", {
    "a role that may pass any role on": grant({
      Action: "iam:PassRole",
      Resource: "arn:aws:iam::123456789012:role/*",
    }),
  }),
  ...mutations("iam-role-restrict-federation", {
    "a role for every repository": trust({
      Principal: {
        Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      },
      Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } },
    }),
  }),
  ...mutations("iam-role-require-trust-conditions", {
    "a service acting for accounts that begin alike": trust({
      Condition: { StringLike: { "aws:SourceAccount": "1*" } },
    }),
    "a service acting for any organization": trust({
      Condition: { StringLike: { "aws:SourceOrgID": "o-*" } },
    }),
    "a service acting for resources of any account": trust({
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:iam::*:role/*" } },
    }),
    "a service acting for an account, if it says so": trust({
      Condition: { StringEqualsIfExists: { "aws:SourceAccount": "123456789012" } },
    }),
    "a service acting for all of no accounts": trust({
      Condition: { "ForAllValues:StringEquals": { "aws:SourceAccount": ["123456789012"] } },
    }),
  }),
  ...mutations("iam-policy-disallow-all-resources", {
    "a role that may use keys of every account": grant({
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:*:*:key/*",
    }),
    "a role that may read buckets with a letter": grant({
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::*e*/*",
    }),
    "a role that may call all functions of a region": grant({
      Action: "lambda:InvokeFunction",
      Resource: "arn:aws:lambda:eu-west-1:123456789012:*",
    }),
  }),
  ...mutations("iam-attachment-disallow-full-access", {
    "a role of a system's administrator": attach(
      "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
    ),
    "a role that may read and write all secrets": attach(
      "arn:aws:iam::aws:policy/SecretsManagerReadWrite",
    ),
  }),
  ...mutations("kms-key-enable-rotation", {
    "a key that is rotated after seven years": set("Key", "data", "rotationPeriodInDays", 2555),
  }),
  ...mutations("sfn-state-machine-enable-logging", {
    "executions logged if they die": set(...MACHINE, "loggingConfiguration.level", "FATAL"),
  }),
];

export const MUTATIONS: readonly Mutation[] = [
  ...sagemaker,
  ...s3,
  ...iam,
  ...workflow,
  ...everywhere,
  ...around,
];
