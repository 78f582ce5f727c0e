import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmArgs, AlarmTopic } from "./alarmTopic";
import { dashboardBody } from "./dashboard";
import type { Hosting } from "./hosting";
import type { ClassificationWorkflow } from "./workflow";

export interface MonitoringArgs {
  readonly topic: AlarmTopic;
  readonly hosting: Hosting;
  readonly workflow: ClassificationWorkflow;
}

/** Alarms on the workflow, and one dashboard over everything that runs. */
export class Monitoring extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:Monitoring", name, {}, opts);
    const { topic, hosting, workflow } = args;

    for (const [kind, alarm] of Object.entries(workflowAlarms(workflow))) {
      topic.alarm(`${name}-${kind}`, alarm, this);
    }
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      {
        dashboardName: `${pulumi.getProject()}-${pulumi.getStack()}`,
        dashboardBody: pulumi.jsonStringify(
          dashboardBody({
            region: aws.getRegionOutput().region,
            endpointName: hosting.endpointName,
            stateMachineArn: workflow.stateMachineArn,
            functionNames: Object.values(workflow.functionNames),
          }),
        ),
      },
      { parent: this },
    );

    this.dashboardName = dashboard.dashboardName;
    this.registerOutputs({ dashboardName: this.dashboardName });
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
      description: "Classifications took too long. Look at the traces of the state machine.",
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
