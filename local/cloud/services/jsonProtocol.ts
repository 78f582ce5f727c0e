/**
 * What services with a JSON protocol have in common: a header names the operation, bodies are JSON
 * ("AWS JSON 1.0 protocol" and "1.1", Smithy).
 */
import { z } from "zod";
import { AwsError, type ServiceRequest, type ServiceResponse } from "../protocol";

export class JsonProtocol {
  private readonly contentType: string;

  /**
   * @param service as error messages name it
   * @param target what stands before the operation in the header
   */
  constructor(
    private readonly service: string,
    private readonly target: string,
    version: "1.0" | "1.1",
  ) {
    this.contentType = `application/x-amz-json-${version}`;
  }

  operationOf({ headers }: ServiceRequest): string {
    return (headers["x-amz-target"] ?? "").replace(this.target, "");
  }

  /**
   * @throws AwsError `SerializationException` when the body is no JSON, `ValidationException` when it
   *   does not fit
   */
  read<T>(request: ServiceRequest, schema: z.ZodType<T>): T {
    const result = schema.safeParse(parseBody(request));
    if (!result.success) {
      throw new AwsError("ValidationException", 400, z.prettifyError(result.error));
    }
    return result.data;
  }

  answer(output: object): ServiceResponse {
    return {
      status: 200,
      headers: { "content-type": this.contentType },
      body: JSON.stringify(output),
    };
  }

  /** What IAM calls AccessDenied has a longer name in these services, and their status. */
  refusal({ code, status, message }: AwsError): ServiceResponse {
    const [type, found] = code === "AccessDenied" ? ["AccessDeniedException", 400] : [code, status];
    return {
      status: found,
      headers: { "content-type": this.contentType, "x-amzn-errortype": type },
      body: JSON.stringify({ __type: type, message }),
    };
  }

  unknown(operation: string): AwsError {
    return new AwsError(
      "UnknownOperationException",
      400,
      `The local ${this.service} has no ${operation}`,
    );
  }
}

/** @throws AwsError `SerializationException` ("AWS JSON protocols", Smithy) when it is no JSON */
export function parseBody({ body }: ServiceRequest): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError("SerializationException", 400, "The body is no JSON");
  }
}
