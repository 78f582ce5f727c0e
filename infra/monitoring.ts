import * as pulumi from "@pulumi/pulumi";
import { region } from "./account";
import * as aws from "./aws";
import { hasManagedSchedule, monitorsDrift, type WorkflowConfig } from "./config";
import { dashboardBody } from "./dashboard";
import { DriftMonitor } from "./driftMonitor";
import type { Hosting } from "./hosting";
import { ManagedSchedule } from "./managedSchedule";
import { metricAlarms, type AlarmArgs } from "./metricAlarm";
import type { NotificationTopic } from "./notificationTopic";
import type { ParityGate } from "./parityGate";
import type { PrivateBucket } from "./privateBucket";
import type { Placement } from "./privateNetwork";
import type { HumanReview } from "./review";
import { REVIEW_TROUBLES, TRY_AGAIN_SECONDS } from "./reviewMachine";
import type { ClassificationWorkflow } from "./workflow";

export interface MonitoringArgs {
  readonly topic: NotificationTopic;
  /** The dashboard's is unique in the account. */
  readonly names: { readonly dashboard: string };
  readonly hosting: Hosting;
  /** Writes what is compared with; absent where the endpoint is switched off. */
  readonly parity: ParityGate | undefined;
  readonly workflow: ClassificationWorkflow;
  /** Absent where it is switched off. */
  readonly review: HumanReview | undefined;
  /** What is captured, and what is found, is in here. */
  readonly bucket: PrivateBucket;
  readonly config: Pick<
    WorkflowConfig,
    "dataset" | "monitoring" | "workflow" | "observability" | "endpoint"
  >;
  /** Where functions run; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
}

/**
 * Alarms on the workflow and on reviews, the monitor of drift with its own, the schedule of Model
 * Monitor if there is to be one, and one dashboard over everything that runs.
 */
export class Monitoring extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;
  /** How many alarms there are; each costs money. */
  readonly alarmCount: number;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:Monitoring", name, {}, opts);
    const { topic, hosting, parity, workflow, review, config } = args;

    const drift = monitorsDrift(config)
      ? new DriftMonitor(`${name}-drift`, args, { parent: this })
      : undefined;
    if (hosting.endpoint !== undefined && parity !== undefined && hasManagedSchedule(config)) {
      const { endpoint, endpointName } = hosting;
      const compared = { ...args, endpoint, endpointName, baseline: parity };
      new ManagedSchedule(`${name}-managed`, compared, { parent: this });
    }
    const watched = {
      ...workflowAlarms(workflow),
      ...(review === undefined ? {} : reviewAlarms(review)),
      ...drift?.alarms,
    };
    const alarms = metricAlarms(name, watched, { topic, parent: this });
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      {
        dashboardName: args.names.dashboard,
        dashboardBody: pulumi.jsonStringify(
          dashboardBody({
            region: region(),
            endpointName: hosting.endpointName,
            stateMachineArn: workflow.stateMachineArn,
            functionNames: Object.values(workflow.functionNames),
            ...(drift === undefined ? {} : { driftFunctionName: drift.functionName }),
          }),
        ),
      },
      { parent: this },
    );

    this.dashboardName = dashboard.dashboardName;
    this.alarmCount = Object.keys(alarms).length;
    this.registerOutputs({ dashboardName: this.dashboardName, alarmCount: this.alarmCount });
  }
}

/** Metrics from "Monitoring Step Functions metrics" and "Viewing metrics for Lambda functions". */
function workflowAlarms(workflow: ClassificationWorkflow): Readonly<Record<string, AlarmArgs>> {
  const executions = {
    namespace: "AWS/States",
    dimensions: { StateMachineArn: workflow.stateMachineArn },
    statistic: "Sum",
    threshold: 1,
  };
  const functions = Object.entries(workflow.functionNames).flatMap(([step, functionName]) => {
    const lambda = {
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: functionName },
      statistic: "Sum",
      threshold: 1,
    };
    return [
      [
        `${step}-errors`,
        {
          ...lambda,
          metricName: "Errors",
          description: `The step ${step} fails. Its log group tells why.`,
          minutes: 2,
        },
      ],
      [
        `${step}-throttles`,
        {
          ...lambda,
          metricName: "Throttles",
          description: `The step ${step} is throttled: ask for more concurrent executions.`,
        },
      ],
    ];
  });
  return {
    "failed-executions": {
      ...executions,
      metricName: "ExecutionsFailed",
      description: "Images could not be classified. Their records are under failed/; replay them.",
    },
    "timed-out-executions": {
      ...executions,
      metricName: "ExecutionsTimedOut",
      description: "A batch took longer than it may. Start it again: it goes on with what is left.",
    },
    "throttled-executions": {
      ...executions,
      metricName: "ExecutionThrottled",
      description: "Step Functions throttles the workflow: ask for a higher quota.",
    },
    "undelivered-uploads": {
      namespace: "AWS/Events",
      dimensions: { RuleName: workflow.uploadRuleName },
      metricName: "FailedInvocations",
      statistic: "Sum",
      threshold: 1,
      description: "Uploads did not start the workflow. Upload them again.",
    },
    ...(Object.fromEntries(functions) as Record<string, AlarmArgs>),
  };
}

/** The same metrics. A reviewer who takes long is no failure, so time is not watched. */
function reviewAlarms(review: HumanReview): Readonly<Record<string, AlarmArgs>> {
  const once = { statistic: "Sum", threshold: 1 };
  return {
    "review-failed": {
      ...once,
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: review.stateMachineArn },
      description:
        "Doubtful images were not shown to a reviewer. Their verdicts are under review/.",
    },
    "review-undelivered": {
      ...once,
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: review.ruleName },
      description: "Doubtful verdicts did not start a review. Their records are under review/.",
    },
    "review-troubles": {
      ...once,
      namespace: REVIEW_TROUBLES.namespace,
      metricName: REVIEW_TROUBLES.metricName,
      dimensions: { [REVIEW_TROUBLES.dimension]: review.stateMachineArn },
      description:
        "Reviewers are not told of doubtful images, or answers cannot be kept for now. " +
        "The executions of the reviews tell why.",
      // Until the next attempt has failed or not, with all that it tries again by itself.
      staysMinutes: TRY_AGAIN_SECONDS / 60 + 30,
    },
    "review-page-errors": {
      ...once,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: review.pageFunctionName },
      description: "The page of reviewers fails. Its log group tells why.",
      minutes: 2,
    },
  };
}
