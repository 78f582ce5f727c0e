import * as pulumi from "@pulumi/pulumi";
import { accountId } from "./account";
import * as aws from "./aws";

/** Operator, then key, then value: `{ StringEquals: { "aws:SourceAccount": accountId } }`. */
type Conditions = Readonly<
  Record<string, Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>>
>;

/** One statement of an identity policy. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly conditions?: Conditions;
}

export interface ServiceRoleArgs {
  /** Service principal that may assume the role, for example `lambda.amazonaws.com`. */
  readonly service: string;
  readonly statements: readonly Statement[];
}

/**
 * An execution role for one AWS service acting for this account, with exactly the statements given
 * and no managed policy.
 *
 * @example
 * new ServiceRole("filter", { service: "lambda.amazonaws.com", statements: [] });
 */
export class ServiceRole extends pulumi.ComponentResource {
  /** Resolves only once the policy is attached, so that nobody uses a role that may do nothing yet. */
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:ServiceRole", name, {}, opts);

    const role = new aws.iam.Role(
      name,
      { assumeRolePolicy: pulumi.jsonStringify(trustPolicy(args.service)) },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: pulumi.jsonStringify(identityPolicy(args.statements)) },
      { parent: this },
    );

    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.name = role.name;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }
}

/** Statements that let a Lambda function or a container write to its own log group. */
export function writeLogs(logGroupArn: pulumi.Input<string>): Statement {
  return {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [pulumi.interpolate`${logGroupArn}:*`],
  };
}

/** Lets a function or a state machine send its traces to X-Ray. */
export function writeTraces(): Statement {
  return {
    actions: [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
    ],
    // Traces are no resources: "*" is the only value that IAM accepts here.
    resources: ["*"],
  };
}

/** Lets a state machine have its events delivered ("Logging using CloudWatch Logs"). */
export function deliverLogs(): Statement {
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

/** The condition keeps other accounts from using the service as their deputy. */
function trustPolicy(service: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId() },
        },
      },
    ],
  };
}

/** The document of a policy that allows what the statements say, and nothing else. */
export function identityPolicy(statements: readonly Statement[]) {
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      Effect: "Allow",
      Action: [...statement.actions],
      Resource: [...statement.resources],
      ...(statement.conditions === undefined ? {} : { Condition: statement.conditions }),
    })),
  };
}
