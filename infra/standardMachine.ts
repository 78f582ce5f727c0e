import * as pulumi from "@pulumi/pulumi";
import * as aws from "./aws";
import type { WorkflowConfig } from "./config";
import { deliverLogs, ServiceRole, writeTraces, type Statement } from "./serviceRole";

export interface StandardMachineArgs {
  /** In Amazon States Language. */
  readonly definition: pulumi.Input<string>;
  /** What its executions may do, besides logging and tracing. */
  readonly statements: readonly Statement[];
  /** Log group of the executions; unique in account and region. */
  readonly logGroupName: string;
  readonly observability: WorkflowConfig["observability"];
}

/**
 * A state machine whose executions may wait and are kept, with its role and its log group.
 * @param dependsOn what the machine alone waits for
 */
export function standardMachine(
  name: string,
  { definition, statements, logGroupName, observability }: StandardMachineArgs,
  child: pulumi.CustomResourceOptions,
  dependsOn: pulumi.CustomResourceOptions["dependsOn"] = [],
): { readonly stateMachine: aws.sfn.StateMachine; readonly role: ServiceRole } {
  const logs = new aws.cloudwatch.LogGroup(
    name,
    { name: logGroupName, retentionInDays: observability.logRetentionDays },
    child,
  );
  const role = new ServiceRole(
    `${name}-role`,
    {
      service: "states.amazonaws.com",
      statements: [...statements, deliverLogs(), writeTraces()],
    },
    child,
  );
  const stateMachine = new aws.sfn.StateMachine(
    name,
    {
      roleArn: role.arn,
      type: "STANDARD",
      loggingConfiguration: {
        level: observability.executionLogLevel,
        // Images and verdicts are in the bucket, encrypted and expiring; not in the logs.
        includeExecutionData: false,
        logDestination: pulumi.interpolate`${logs.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
      definition,
    },
    { ...child, dependsOn },
  );
  return { stateMachine, role };
}

export interface EventStartArgs {
  /** Of the events, as JSON. */
  readonly pattern: pulumi.Input<string>;
  /** ARN of the state machine; its executions get the whole event. */
  readonly stateMachine: pulumi.Output<string>;
  /** Name of rule and target. */
  readonly ruleName: string;
}

/**
 * Starts an execution for every event of a pattern.
 * @param dependsOn what the rule alone waits for
 * @returns the rule
 */
export function startOnEvent(
  name: string,
  { pattern, stateMachine, ruleName }: EventStartArgs,
  child: pulumi.CustomResourceOptions,
  dependsOn: pulumi.CustomResourceOptions["dependsOn"] = [],
): aws.cloudwatch.EventRule {
  const role = new ServiceRole(
    `${name}-events-role`,
    {
      service: "events.amazonaws.com",
      statements: [{ actions: ["states:StartExecution"], resources: [stateMachine] }],
    },
    child,
  );
  const rule = new aws.cloudwatch.EventRule(
    ruleName,
    { eventPattern: pattern },
    { ...child, dependsOn },
  );
  new aws.cloudwatch.EventTarget(
    ruleName,
    { rule: rule.name, arn: stateMachine, roleArn: role.arn },
    child,
  );
  return rule;
}
