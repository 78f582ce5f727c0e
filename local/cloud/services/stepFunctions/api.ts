/** Step Functions over HTTP, as far as whoever was given a task's token calls it. */
import { z } from "zod";
import type { AwsError, Service, ServiceRequest, ServiceResponse } from "../../protocol";
import { JsonProtocol } from "../jsonProtocol";
import type { TaskTokens } from "./taskTokens";

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

export class StepFunctionsApi implements Service {
  constructor(private readonly tokens: TaskTokens) {}

  handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = PROTOCOL.operationOf(request);
    const authorize = (stateMachineArn: string) => {
      request.authorize(`states:${operation}`, stateMachineArn);
    };
    switch (operation) {
      case "SendTaskSuccess": {
        const { taskToken, output } = PROTOCOL.read(request, success);
        this.tokens.succeed(taskToken, output, authorize);
        break;
      }
      case "SendTaskFailure": {
        const { taskToken, error, cause } = PROTOCOL.read(request, failure);
        this.tokens.fail(taskToken, error, cause, authorize);
        break;
      }
      case "SendTaskHeartbeat":
        this.tokens.beat(PROTOCOL.read(request, heartbeat).taskToken, authorize);
        break;
      default:
        throw PROTOCOL.unknown(operation);
    }
    return Promise.resolve(PROTOCOL.answer({}));
  }

  renderError(error: AwsError): ServiceResponse {
    return PROTOCOL.refusal(error);
  }
}
