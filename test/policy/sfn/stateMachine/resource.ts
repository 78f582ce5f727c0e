import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

/** A task that is retried, and whose errors are caught. */
export const task = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Retry: [{ ErrorEquals: ["Lambda.ServiceException"], MaxAttempts: 5 }],
  Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }],
  Next: "Done",
};

const args = {
  roleArn: "arn:aws:iam::123456789012:role/workflow",
  definition: JSON.stringify({
    StartAt: "Classify",
    States: { Classify: task, Done: { Type: "Succeed" }, Failed: { Type: "Fail" } },
  }),
  loggingConfiguration: {
    level: "ERROR",
    logDestination: "arn:aws:logs:us-east-1:123456789012:log-group:workflow:*",
  },
  tracingConfiguration: { enabled: true },
} satisfies pulumi.Unwrap<aws.sfn.StateMachineArgs>;

/** A state machine that keeps every policy. */
export const stateMachine: Subject = subject("aws:sfn/stateMachine:StateMachine", args);
