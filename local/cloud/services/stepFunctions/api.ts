/** Step Functions over HTTP, as far as whoever starts an execution, or answers a task, calls it. */
import { z } from "zod";
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../../protocol";
import { JsonProtocol } from "../jsonProtocol";
import type { MapRun } from "./mapRun";
import type { Execution, StepFunctions } from "./service";

const PROTOCOL = new JsonProtocol("Step Functions", "AWSStepFunctions.", "1.0");

/** "SendTaskSuccess", "SendTaskFailure" and "SendTaskHeartbeat", Step Functions API Reference. */
const taskToken = z.string().min(1).max(2048);
const success = z.strictObject({ taskToken, output: z.string().max(262_144) });
const failure = z.strictObject({
  taskToken,
  error: z.string().max(256).default(""),
  cause: z.string().max(32_768).default(""),
});
const heartbeat = z.strictObject({ taskToken });

/** "StartExecution", the same reference, has the characters that a name may not have. */
const NO_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;
const start = z.strictObject({
  stateMachineArn: z.string(),
  name: z.string().min(1).max(80).optional(),
  input: z.string().max(262_144).default("{}"),
});
const ofExecution = z.strictObject({ executionArn: z.string() });
const listMapRuns = ofExecution.extend({
  maxResults: z.int().min(0).max(1000).optional(),
  nextToken: z.undefined().optional(),
});
const ofMachine = z.strictObject({ stateMachineArn: z.string() });
const listExecutions = ofMachine.extend({
  /** 0 is the default. */
  maxResults: z.int().min(0).max(1000).default(0),
  nextToken: z.string().optional(),
});
const history = ofExecution.extend({
  includeExecutionData: z.literal(false),
  nextToken: z.undefined().optional(),
});
const ofMapRun = z.strictObject({ mapRunArn: z.string() });

export class StepFunctionsApi implements Service {
  constructor(private readonly stepFunctions: StepFunctions) {}

  handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = PROTOCOL.operationOf(request);
    const authorize = (resource: string) => {
      request.authorize(`states:${operation}`, resource);
    };
    return Promise.resolve(PROTOCOL.answer(this.answer(operation, request, authorize)));
  }

  renderError(error: AwsError): ServiceResponse {
    return PROTOCOL.refusal(error);
  }

  private answer(
    operation: string,
    request: ServiceRequest,
    authorize: (resource: string) => void,
  ): object {
    const { tokens } = this.stepFunctions;
    switch (operation) {
      case "StartExecution": {
        const { stateMachineArn, name, input } = PROTOCOL.read(request, start);
        authorize(stateMachineArn);
        return this.start(stateMachineArn, name, input);
      }
      case "DescribeExecution": {
        const { executionArn } = PROTOCOL.read(request, ofExecution);
        authorize(executionArn);
        return describeExecution(this.stepFunctions.execution(executionArn));
      }
      case "DescribeStateMachine": {
        const { stateMachineArn } = PROTOCOL.read(request, ofMachine);
        authorize(stateMachineArn);
        return describeMachine(stateMachineArn, this.stepFunctions);
      }
      case "ListExecutions": {
        const { stateMachineArn, maxResults, nextToken } = PROTOCOL.read(request, listExecutions);
        authorize(stateMachineArn);
        return listed(this.stepFunctions.executions(stateMachineArn), maxResults, nextToken);
      }
      case "GetExecutionHistory": {
        const { executionArn } = PROTOCOL.read(request, history);
        authorize(executionArn);
        return { events: eventsOf(this.stepFunctions.execution(executionArn)) };
      }
      case "ListMapRuns": {
        const { executionArn } = PROTOCOL.read(request, listMapRuns);
        authorize(executionArn);
        const { mapRuns } = this.stepFunctions.execution(executionArn);
        return { mapRuns: mapRuns.map(({ arn }) => ({ executionArn, mapRunArn: arn })) };
      }
      case "DescribeMapRun": {
        const { mapRunArn } = PROTOCOL.read(request, ofMapRun);
        authorize(mapRunArn);
        const { execution, run } = this.stepFunctions.mapRun(mapRunArn);
        return describeMapRun(execution, run);
      }
      case "SendTaskSuccess": {
        const { taskToken, output } = PROTOCOL.read(request, success);
        tokens.succeed(taskToken, output, authorize);
        return {};
      }
      case "SendTaskFailure": {
        const { taskToken, error, cause } = PROTOCOL.read(request, failure);
        tokens.fail(taskToken, error, cause, authorize);
        return {};
      }
      case "SendTaskHeartbeat":
        tokens.beat(PROTOCOL.read(request, heartbeat).taskToken, authorize);
        return {};
      default:
        throw PROTOCOL.unknown(operation);
    }
  }

  /** The same name and input again is the execution that runs already; else it is refused. */
  private start(stateMachineArn: string, name: string | undefined, text: string): object {
    const input = parseInput(text);
    if (name !== undefined && NO_NAME.test(name)) {
      throw new AwsError("InvalidName", 400, `Invalid Name: '${name}'`);
    }
    const there =
      name === undefined
        ? undefined
        : this.stepFunctions.executions(stateMachineArn).find((each) => each.name === name);
    if (there === undefined) {
      return started(this.stepFunctions.startExecution(stateMachineArn, input, name));
    }
    if (there.status === "RUNNING" && JSON.stringify(there.input) === JSON.stringify(input)) {
      return started(there);
    }
    throw new AwsError("ExecutionAlreadyExists", 400, `Execution Already Exists: '${there.arn}'`);
  }
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("InvalidExecutionInput", 400, "Invalid State Machine Execution Input");
  }
}

function started({ arn, startedAt }: Execution): object {
  return { executionArn: arn, startDate: seconds(startedAt) };
}

/**
 * As `GetExecutionHistory` answers, of the states that were entered, in their order: of the other
 * events nobody asks.
 */
function eventsOf({ startedAt, states }: Execution): readonly object[] {
  let at = startedAt;
  return states.map(({ name, type, milliseconds }, index) => {
    const event = {
      ...{ id: index + 1, previousEventId: index, timestamp: seconds(at) },
      type: `${type}StateEntered`,
      stateEnteredEventDetails: { name },
    };
    at += milliseconds;
    return event;
  });
}

/** What is told of an execution in a list, and of each. */
function summaryOf({ arn, name, startedAt, status, milliseconds }: Execution) {
  return {
    executionArn: arn,
    stateMachineArn: arn.replace(":execution:", ":stateMachine:").replace(/:[^:]+$/, ""),
    ...{ name, status, startDate: seconds(startedAt) },
    ...(status === "RUNNING" ? {} : { stopDate: seconds(startedAt + milliseconds) }),
  };
}

/** As `DescribeExecution` answers; what has not ended has neither output nor error. */
function describeExecution(execution: Execution): object {
  const { input, output, error, cause } = execution;
  return {
    ...summaryOf(execution),
    input: JSON.stringify(input),
    ...(output === undefined ? {} : { output: JSON.stringify(output) }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** As `DescribeStateMachine` answers, as far as it is known here. */
function describeMachine(stateMachineArn: string, stepFunctions: StepFunctions): object {
  const { created, ...machine } = stepFunctions.describe(stateMachineArn);
  return { stateMachineArn, ...machine, type: "STANDARD", creationDate: seconds(created) };
}

/** Executions of a page where the request does not say how many. */
const PAGE = 100;

/** As `ListExecutions` answers: the latest first. A token says how many are behind it. */
function listed(executions: readonly Execution[], most: number, token: string | undefined): object {
  const end = token === undefined ? executions.length : Number(token);
  if (!Number.isInteger(end) || end < 0 || end > executions.length) {
    throw new AwsError("InvalidToken", 400, `Invalid Token: '${token ?? ""}'`);
  }
  const start = Math.max(0, end - (most === 0 ? PAGE : most));
  return {
    executions: executions.slice(start, end).reverse().map(summaryOf),
    ...(start === 0 ? {} : { nextToken: String(start) }),
  };
}

/** As `DescribeMapRun` answers: what is read, and what has become of it. */
function describeMapRun(execution: Execution, { arn, itemCounts }: MapRun): object {
  const { total, pending, succeeded, failed, aborted } = itemCounts;
  const counts = {
    ...{ ...itemCounts, timedOut: 0 },
    running: total - pending - succeeded - failed - aborted,
    resultsWritten: succeeded,
  };
  return {
    mapRunArn: arn,
    executionArn: execution.arn,
    status: execution.status,
    startDate: seconds(execution.startedAt),
    itemCounts: counts,
  };
}

/** Times as AWS JSON has them. */
function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
