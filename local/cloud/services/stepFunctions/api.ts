/** Step Functions over HTTP, as far as whoever was given a task's token calls it. */
import { z } from "zod";
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../../protocol";
import type { TaskTokens } from "./taskTokens";

const TARGET = "AWSStepFunctions.";

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
    const [, operation = ""] = (request.headers["x-amz-target"] ?? "").split(TARGET);
    const input: unknown = JSON.parse(request.body.toString());
    const authorize = (stateMachineArn: string) => {
      request.authorize(`states:${operation}`, stateMachineArn);
    };
    switch (operation) {
      case "SendTaskSuccess": {
        const { taskToken, output } = read(success, input);
        this.tokens.succeed(taskToken, output, authorize);
        break;
      }
      case "SendTaskFailure": {
        const { taskToken, error, cause } = read(failure, input);
        this.tokens.fail(taskToken, error, cause, authorize);
        break;
      }
      case "SendTaskHeartbeat":
        this.tokens.beat(read(heartbeat, input).taskToken, authorize);
        break;
      default:
        throw new AwsError(
          "UnknownOperationException",
          400,
          `The local Step Functions has no ${operation}`,
        );
    }
    return Promise.resolve({
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: "{}",
    });
  }

  renderError({ code, status, message }: AwsError): ServiceResponse {
    const type = code === "AccessDenied" ? "AccessDeniedException" : code;
    return {
      status: type === "AccessDeniedException" ? 400 : status,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": type },
      body: JSON.stringify({ __type: type, message }),
    };
  }
}

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (!result.success) {
    throw new AwsError("ValidationException", 400, z.prettifyError(result.error));
  }
  return result.data;
}
