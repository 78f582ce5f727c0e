import * as pulumi from "@pulumi/pulumi";
import type { ImageShape } from "../contract/dataset";
import { formatNumber } from "../contract/values";
import { ENVIRONMENT } from "../contract/environment";
import { partition } from "./account";
import * as aws from "./aws";
import type { WorkflowConfig } from "./config";
import type { Hosting } from "./hosting";
import { inferenceObjects } from "./inferenceObjects";
import { LambdaFunction } from "./lambdaFunction";
import type { PrivateBucket } from "./privateBucket";
import type { Placement } from "./privateNetwork";
import { identityPolicy, type ServiceRole, type Statement } from "./serviceRole";
import { standardMachine, startOnEvent } from "./standardMachine";
import { disabledDefinition, stateMachineDefinition } from "./stateMachine";
import { uploadPattern } from "./uploadIntake";

export interface ClassificationWorkflowArgs {
  readonly bucket: PrivateBucket;
  readonly hosting: Hosting;
  /** Without the endpoint, every execution fails at once, and its input is kept. */
  readonly endpointEnabled: boolean;
  /** Size of the images that the model takes. */
  readonly imageShape: ImageShape;
  /** Class names in label order. */
  readonly classes: readonly string[];
  readonly settings: WorkflowConfig["workflow"];
  readonly observability: WorkflowConfig["observability"];
  /** Where the functions run; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
  /** Log group of the executions; unique in account and region. */
  readonly logGroupName: string;
}

/** The Lambda functions, by step. */
type Steps = Readonly<Record<"serialize" | "classify" | "filter", LambdaFunction>>;

/**
 * Classifies every image that is put under `incoming/`: an event rule starts the state machine,
 * whose three Lambda functions each have a role of their own. Verdicts and failures are kept in
 * the bucket.
 */
export class ClassificationWorkflow extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  /** Names of the Lambda functions, by step. */
  readonly functionNames: Readonly<Record<keyof Steps, pulumi.Output<string>>>;
  /** Name of the event rule that starts the workflow. */
  readonly uploadRuleName: pulumi.Output<string>;

  constructor(
    name: string,
    args: ClassificationWorkflowArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ml-workflow-aws:infra:ClassificationWorkflow", name, {}, opts);
    const { bucket } = args;
    const child = { parent: this };

    const steps = makeSteps(name, args, child);
    const { stateMachine, role } = makeStateMachine(name, args, steps, child);
    startOwnChildren(name, stateMachine, role, child);
    const rule = startOnUpload(name, bucket, stateMachine, child);

    this.stateMachineArn = stateMachine.arn;
    this.functionNames = {
      serialize: steps.serialize.name,
      classify: steps.classify.name,
      filter: steps.filter.name,
    };
    this.uploadRuleName = rule.name;
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      functionNames: this.functionNames,
      uploadRuleName: this.uploadRuleName,
    });
  }
}

/** One function for each step; each may do its own part only. */
function makeSteps(
  name: string,
  args: ClassificationWorkflowArgs,
  child: pulumi.ComponentResourceOptions,
): Steps {
  const { bucket, hosting, settings, observability, placement } = args;
  const common = { logRetentionDays: observability.logRetentionDays, placement };
  const classes = { [ENVIRONMENT.classNames]: JSON.stringify(args.classes) };
  const serialize = new LambdaFunction(
    `${name}-serialize`,
    {
      ...common,
      source: "serialize-image",
      environment: {
        [ENVIRONMENT.imageShape]: args.imageShape.join(","),
        [ENVIRONMENT.maxPixels]: String(settings.maxPixels),
      },
      statements: [
        {
          // An upload is read by its version; an image that a person names, as it is now.
          actions: ["s3:GetObject", "s3:GetObjectVersion"],
          resources: inferenceObjects(bucket, "incoming", "batches"),
        },
        // Lets S3 answer "no such key" instead of "access denied" for an image that is gone.
        { actions: ["s3:ListBucket"], resources: [bucket.arn] },
        bucket.key.read(),
      ],
      memorySize: 1536,
      timeoutSeconds: 30,
    },
    child,
  );
  const classify = new LambdaFunction(
    `${name}-classify`,
    {
      ...common,
      source: "classify-image",
      environment: { [ENVIRONMENT.endpointName]: hosting.endpointName, ...classes },
      statements: [{ actions: ["sagemaker:InvokeEndpoint"], resources: [hosting.endpointArn] }],
      memorySize: 256,
      timeoutSeconds: 90,
    },
    child,
  );
  const filter = new LambdaFunction(
    `${name}-filter`,
    {
      ...common,
      source: "filter-inference",
      environment: {
        ...classes,
        [ENVIRONMENT.confidenceThreshold]: formatNumber(settings.confidenceThreshold),
      },
      statements: [],
      memorySize: 128,
      timeoutSeconds: 10,
    },
    child,
  );
  return { serialize, classify, filter };
}

/** The state machine over the steps, with its role and its log group. */
function makeStateMachine(
  name: string,
  args: ClassificationWorkflowArgs,
  steps: Steps,
  child: pulumi.CustomResourceOptions,
): { readonly stateMachine: aws.sfn.StateMachine; readonly role: ServiceRole } {
  const { bucket, hosting, endpointEnabled, observability, logGroupName, settings } = args;
  const { serialize, classify, filter } = steps;
  const references = pulumi.output({
    partition: partition(),
    serializeFunctionArn: serialize.arn,
    classifyFunctionArn: classify.arn,
    filterFunctionArn: filter.arn,
    bucketName: bucket.name,
  });
  const definition = references.apply((known) =>
    JSON.stringify(
      endpointEnabled ? stateMachineDefinition(known, settings.batch) : disabledDefinition(known),
    ),
  );
  return standardMachine(
    name,
    { definition, statements: machineStatements(bucket, steps), logGroupName, observability },
    child,
    // Executions reach for the endpoint only when it is there.
    hosting.endpoint ?? [],
  );
}

/**
 * A distributed map starts executions of its own state machine, and watches and stops them ("IAM
 * policies for using Distributed Map states", Step Functions Developer Guide). The machine needs
 * the role first, so this policy comes after both.
 */
function startOwnChildren(
  name: string,
  { arn }: aws.sfn.StateMachine,
  role: ServiceRole,
  child: pulumi.CustomResourceOptions,
): void {
  const executions = arn.apply((known) => `${known.replace(":stateMachine:", ":execution:")}/*`);
  new aws.iam.RolePolicy(
    `${name}-batches-policy`,
    {
      role: role.name,
      policy: pulumi.jsonStringify(
        identityPolicy([
          { actions: ["states:StartExecution"], resources: [arn] },
          {
            actions: ["states:DescribeExecution", "states:StopExecution"],
            resources: [executions],
          },
        ]),
      ),
    },
    child,
  );
}

/** What the state machine's role may do: call the steps, keep the results. */
function machineStatements(bucket: PrivateBucket, steps: Steps): readonly Statement[] {
  return [
    {
      actions: ["lambda:InvokeFunction"],
      resources: [steps.serialize.arn, steps.classify.arn, steps.filter.arn],
    },
    {
      actions: ["s3:PutObject"],
      resources: inferenceObjects(bucket, "accepted", "review", "failed", "claims", "results"),
    },
    // Of a version that is claimed already, whose it is; of one that has a verdict, which.
    {
      actions: ["s3:GetObject"],
      resources: inferenceObjects(bucket, "claims", "accepted", "review"),
    },
    // Manifests, and which version of an image is the current one.
    { actions: ["s3:GetObject"], resources: inferenceObjects(bucket, "incoming", "batches") },
    { actions: ["s3:ListBucket"], resources: [bucket.arn] },
    bucket.key.write(),
    bucket.key.read(),
  ];
}

/**
 * Every image that is put under `incoming/` starts an execution with the whole event: what a rule
 * takes out of an event it does not escape, and a key may have quotes.
 */
function startOnUpload(
  name: string,
  bucket: PrivateBucket,
  stateMachine: aws.sfn.StateMachine,
  child: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventRule {
  const notification = new aws.s3.BucketNotification(
    `${name}-uploads`,
    { bucket: bucket.name, eventbridge: true },
    child,
  );
  return startOnEvent(
    name,
    {
      pattern: bucket.name.apply((known) => JSON.stringify(uploadPattern(known))),
      stateMachine: stateMachine.arn,
      ruleName: `${name}-uploads`,
    },
    child,
    [notification],
  );
}
