import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ENVIRONMENT } from "../contract/environment";
import { INFERENCE_PREFIXES } from "../contract/inference";
import type { WorkflowConfig } from "./config";
import type { Hosting } from "./hosting";
import { LambdaFunction } from "./lambdaFunction";
import type { PrivateBucket } from "./privateBucket";
import type { Placement } from "./privateNetwork";
import { ServiceRole, writeTraces, type Statement } from "./serviceRole";
import { disabledDefinition, stateMachineDefinition } from "./stateMachine";
import { IMAGE_SHAPE } from "./training";

export interface ClassificationWorkflowArgs {
  readonly bucket: PrivateBucket;
  readonly hosting: Hosting;
  /** Without the endpoint, every execution fails at once, and its input is kept. */
  readonly endpointEnabled: boolean;
  /** Class names in label order. */
  readonly classes: readonly string[];
  readonly settings: WorkflowConfig["workflow"];
  readonly observability: WorkflowConfig["observability"];
  /** Where the functions run; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
}

/**
 * Classifies every image that is put under `incoming/`: an event rule starts the state machine,
 * whose three Lambda functions each have a role of their own. Verdicts and failures are kept in
 * the bucket; those that a person must see are announced on a topic.
 */
export class ClassificationWorkflow extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly reviewTopicArn: pulumi.Output<string>;
  /** Names of the Lambda functions, by step. */
  readonly functionNames: Readonly<Record<string, pulumi.Output<string>>>;
  /** Name of the event rule that starts the workflow. */
  readonly uploadRuleName: pulumi.Output<string>;

  constructor(
    name: string,
    args: ClassificationWorkflowArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ml-workflow-aws:infra:ClassificationWorkflow", name, {}, opts);
    const { bucket, hosting, endpointEnabled, classes, settings, observability, placement } = args;
    const { logRetentionDays } = observability;
    const child = { parent: this };

    const serialize = new LambdaFunction(
      `${name}-serialize`,
      {
        source: "serialize-image",
        environment: {
          [ENVIRONMENT.imageShape]: IMAGE_SHAPE.join(","),
          [ENVIRONMENT.maxPixels]: String(settings.maxPixels),
        },
        statements: [
          {
            actions: ["s3:GetObject"],
            resources: [pulumi.interpolate`${bucket.arn}/${INFERENCE_PREFIXES.incoming}*`],
          },
          // Lets S3 answer "no such key" instead of "access denied" for an image that is gone.
          { actions: ["s3:ListBucket"], resources: [bucket.arn] },
          bucket.key.read(),
        ],
        memorySize: 1536,
        timeoutSeconds: 30,
        logRetentionDays,
        placement,
      },
      child,
    );
    const classify = new LambdaFunction(
      `${name}-classify`,
      {
        source: "classify-image",
        environment: {
          [ENVIRONMENT.endpointName]: hosting.endpointName,
          [ENVIRONMENT.classNames]: JSON.stringify(classes),
        },
        statements: [{ actions: ["sagemaker:InvokeEndpoint"], resources: [hosting.endpointArn] }],
        memorySize: 256,
        timeoutSeconds: 90,
        logRetentionDays,
        placement,
      },
      child,
    );
    const filter = new LambdaFunction(
      `${name}-filter`,
      {
        source: "filter-inference",
        environment: {
          [ENVIRONMENT.classNames]: JSON.stringify(classes),
          [ENVIRONMENT.confidenceThreshold]: String(settings.confidenceThreshold),
        },
        statements: [],
        memorySize: 128,
        timeoutSeconds: 10,
        logRetentionDays,
        placement,
      },
      child,
    );

    const reviews = new aws.sns.Topic(`${name}-review`, { kmsMasterKeyId: bucket.key.arn }, child);
    if (settings.notificationEmail !== undefined) {
      new aws.sns.TopicSubscription(
        `${name}-review-email`,
        { topic: reviews.arn, protocol: "email", endpoint: settings.notificationEmail },
        child,
      );
    }

    const logs = new aws.cloudwatch.LogGroup(
      name,
      {
        // Groups with this prefix do not count towards the limit of the policy by which the
        // service that delivers logs is let in ("Logging using CloudWatch Logs", Step Functions).
        name: `/aws/vendedlogs/states/${pulumi.getProject()}-${pulumi.getStack()}`,
        retentionInDays: logRetentionDays,
      },
      child,
    );
    const stateMachineRole = new ServiceRole(
      `${name}-role`,
      {
        service: "states.amazonaws.com",
        statements: [
          {
            actions: ["lambda:InvokeFunction"],
            resources: [serialize.arn, classify.arn, filter.arn],
          },
          {
            actions: ["s3:PutObject"],
            resources: [
              INFERENCE_PREFIXES.accepted,
              INFERENCE_PREFIXES.review,
              INFERENCE_PREFIXES.failed,
            ].map((prefix) => pulumi.interpolate`${bucket.arn}/${prefix}*`),
          },
          bucket.key.write(),
          { actions: ["sns:Publish"], resources: [reviews.arn] },
          bucket.key.publish(),
          deliverLogs(),
          writeTraces(),
        ],
      },
      child,
    );
    const references = pulumi.output({
      partition: aws.getPartitionOutput().partition,
      serializeFunctionArn: serialize.arn,
      classifyFunctionArn: classify.arn,
      filterFunctionArn: filter.arn,
      bucketName: bucket.name,
      reviewTopicArn: reviews.arn,
    });
    const stateMachine = new aws.sfn.StateMachine(
      name,
      {
        roleArn: stateMachineRole.arn,
        type: "STANDARD",
        loggingConfiguration: {
          level: observability.executionLogLevel,
          // Images and verdicts are in the bucket, encrypted and expiring; not in the logs.
          includeExecutionData: false,
          logDestination: pulumi.interpolate`${logs.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
        definition: references.apply((known) =>
          JSON.stringify(
            endpointEnabled ? stateMachineDefinition(known) : disabledDefinition(known),
          ),
        ),
      },
      child,
    );

    const rule = startOnUpload(name, bucket, stateMachine, child);

    this.stateMachineArn = stateMachine.arn;
    this.reviewTopicArn = reviews.arn;
    this.functionNames = {
      serialize: serialize.name,
      classify: classify.name,
      filter: filter.name,
    };
    this.uploadRuleName = rule.name;
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      reviewTopicArn: this.reviewTopicArn,
      functionNames: this.functionNames,
      uploadRuleName: this.uploadRuleName,
    });
  }
}

/** Lets the state machine have its events delivered ("Logging using CloudWatch Logs"). */
function deliverLogs(): Statement {
  return {
    actions: [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    // Log deliveries are no resources: IAM accepts nothing but "*" here.
    resources: ["*"],
  };
}

/** Every object created under `incoming/` starts an execution with its bucket and key. */
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
  const role = new ServiceRole(
    `${name}-events-role`,
    {
      service: "events.amazonaws.com",
      statements: [{ actions: ["states:StartExecution"], resources: [stateMachine.arn] }],
    },
    child,
  );
  const rule = new aws.cloudwatch.EventRule(
    `${name}-uploads`,
    {
      eventPattern: pulumi.jsonStringify({
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: {
          bucket: { name: [bucket.name] },
          object: { key: [{ prefix: INFERENCE_PREFIXES.incoming }] },
        },
      }),
    },
    { ...child, dependsOn: [notification] },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-uploads`,
    {
      rule: rule.name,
      arn: stateMachine.arn,
      roleArn: role.arn,
      inputTransformer: {
        inputPaths: { bucket: "$.detail.bucket.name", key: "$.detail.object.key" },
        inputTemplate: '{"bucket": <bucket>, "key": <key>}',
      },
    },
    child,
  );
  return rule;
}
