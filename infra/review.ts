import * as pulumi from "@pulumi/pulumi";
import { ENVIRONMENT } from "../contract/environment";
import { partition } from "./account";
import * as aws from "./aws";
import type { WorkflowConfig } from "./config";
import { inferenceObjects } from "./inferenceObjects";
import { LambdaFunction } from "./lambdaFunction";
import { NotificationTopic } from "./notificationTopic";
import type { PrivateBucket } from "./privateBucket";
import type { Placement } from "./privateNetwork";
import { ReviewPage } from "./reviewPage";
import { REVIEW_TROUBLES, reviewDefinition, reviewPattern } from "./reviewMachine";
import { identityPolicy, type Statement } from "./serviceRole";
import { standardMachine, startOnEvent } from "./standardMachine";

export interface HumanReviewArgs {
  /** Has the verdicts, and tells EventBridge of new objects. */
  readonly bucket: PrivateBucket;
  readonly config: Pick<WorkflowConfig, "workflow" | "review" | "dataset" | "observability">;
  /** Where the function runs; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
  /** Log group of the executions; unique in account and region. */
  readonly logGroupName: string;
}

/**
 * Has a person decide about every doubtful verdict: its record starts an execution that sends the
 * reviewers a link to the page and waits for one of them. The answer is kept under `labels/`;
 * without one in time the review is kept under `undecided/`.
 */
export class HumanReview extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly topicArn: pulumi.Output<string>;
  /** Name of the function behind the page. */
  readonly pageFunctionName: pulumi.Output<string>;
  /** Name of the event rule that starts reviews. */
  readonly ruleName: pulumi.Output<string>;

  constructor(name: string, args: HumanReviewArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:HumanReview", name, {}, opts);
    const { bucket, config } = args;
    const child = { parent: this };

    const topic = new NotificationTopic(
      name,
      { email: config.workflow.notificationEmail, key: bucket.key },
      child,
    );
    const page = new ReviewPage(`${name}-page`, args, child);
    const prepare = makePrepare(name, args, page, child);
    const stateMachine = makeStateMachine(name, args, { prepare, topic }, child);
    const pattern = bucket.name.apply((known) => JSON.stringify(reviewPattern(known)));
    const rule = startOnEvent(
      name,
      { pattern, stateMachine: stateMachine.arn, ruleName: name },
      child,
    );
    // The machine needs the page's address first, so this policy comes after both.
    new aws.iam.RolePolicy(
      `${name}-answers-policy`,
      {
        role: page.roleName,
        policy: pulumi.jsonStringify(
          identityPolicy([{ actions: ["states:SendTaskSuccess"], resources: [stateMachine.arn] }]),
        ),
      },
      child,
    );

    this.stateMachineArn = stateMachine.arn;
    this.topicArn = topic.arn;
    this.pageFunctionName = page.functionName;
    this.ruleName = rule.name;
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      topicArn: this.topicArn,
      pageFunctionName: this.pageFunctionName,
      ruleName: this.ruleName,
    });
  }
}

function makePrepare(
  name: string,
  { bucket, config, placement }: HumanReviewArgs,
  page: ReviewPage,
  child: pulumi.ComponentResourceOptions,
): LambdaFunction {
  return new LambdaFunction(
    `${name}-prepare`,
    {
      source: "prepare-review",
      environment: {
        [ENVIRONMENT.bucketName]: bucket.name,
        [ENVIRONMENT.reviewKey]: page.linkKeyArn,
        [ENVIRONMENT.reviewPage]: page.url,
      },
      statements: [
        { actions: ["s3:GetObject"], resources: inferenceObjects(bucket, "review", "claims") },
        { actions: ["s3:PutObject"], resources: inferenceObjects(bucket, "claims") },
        bucket.key.read(),
        bucket.key.write(),
        { actions: ["kms:GenerateMac"], resources: [page.linkKeyArn] },
      ],
      memorySize: 256,
      timeoutSeconds: 30,
      logRetentionDays: config.observability.logRetentionDays,
      placement,
    },
    child,
  );
}

/** What the state machine refers to. */
interface Parts {
  readonly prepare: LambdaFunction;
  readonly topic: NotificationTopic;
}

function makeStateMachine(
  name: string,
  { bucket, config, logGroupName }: HumanReviewArgs,
  { prepare, topic }: Parts,
  child: pulumi.CustomResourceOptions,
): aws.sfn.StateMachine {
  const { review, observability } = config;
  const references = pulumi.output({
    partition: partition(),
    bucketName: bucket.name,
    prepareFunctionArn: prepare.arn,
    topicArn: topic.arn,
  });
  const definition = references.apply((known) =>
    JSON.stringify(reviewDefinition({ ...known, timeoutHours: review.timeoutHours })),
  );
  const statements = machineStatements(bucket, { prepare, topic });
  return standardMachine(name, { definition, statements, logGroupName, observability }, child)
    .stateMachine;
}

function machineStatements(bucket: PrivateBucket, { prepare, topic }: Parts): readonly Statement[] {
  return [
    { actions: ["lambda:InvokeFunction"], resources: [prepare.arn] },
    {
      actions: ["s3:PutObject"],
      resources: inferenceObjects(bucket, "waiting", "answers", "labels", "undecided"),
    },
    { actions: ["s3:GetObject"], resources: inferenceObjects(bucket, "answers") },
    { actions: ["s3:DeleteObject"], resources: inferenceObjects(bucket, "waiting") },
    bucket.key.write(),
    bucket.key.read(),
    { actions: ["sns:Publish"], resources: [topic.arn] },
    bucket.key.publish(),
    {
      actions: ["cloudwatch:PutMetricData"],
      // Metrics are no resources: IAM knows no narrower than their namespace.
      resources: ["*"],
      conditions: { StringEquals: { "cloudwatch:namespace": REVIEW_TROUBLES.namespace } },
    },
  ];
}
