/** The services that a state machine's tasks can call, by resource ARN without its partition. */
import { randomBytes } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { Authority, ContextValues } from "../../iam";
import { AwsError } from "../../protocol";
import type { AssumeRole } from "../../session";
import type { Publish } from "../cloudWatch/metrics";
import type { Lambda } from "../lambda/service";
import type { S3Service } from "../s3";
import { InsideCaller } from "../s3/insideCaller";
import type { Topics } from "../sns";
import { StateError } from "./errors";
import { ITEM_READERS, RESULT_WRITERS } from "./mapData";
import type { Integrations, TaskIntegration } from "./service";

const SERVICE_PRINCIPAL = "states.amazonaws.com";

export interface IntegratedServices {
  readonly lambda: Lambda;
  readonly topics: Topics;
  readonly s3: S3Service;
  /** Takes what is measured. */
  readonly publish: Publish;
  readonly authority: Authority;
  readonly assumeRole: AssumeRole;
}

const invokeParameters = z.strictObject({ FunctionName: z.string(), Payload: z.unknown() });

const publishParameters = z.strictObject({
  TopicArn: z.string(),
  Subject: z.string().optional(),
  Message: z.string(),
});

const putObjectParameters = z.strictObject({
  Bucket: z.string(),
  Key: z.string(),
  ContentType: z.string().optional(),
  IfNoneMatch: z.string().optional(),
  Body: z.unknown(),
});

const metricParameters = z.strictObject({
  Namespace: z.string(),
  MetricData: z.array(
    z.strictObject({
      MetricName: z.string(),
      Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
      Value: z.number(),
      Unit: z.string().optional(),
    }),
  ),
});

const objectParameters = z.strictObject({ Bucket: z.string(), Key: z.string() });

export function integrationsOf(services: IntegratedServices): Integrations {
  const { lambda, topics, s3, publish, authority, assumeRole } = services;

  const authorize = (
    roleArn: string,
    action: string,
    resource: string,
    context: ContextValues = {},
  ) => {
    const { accessKeyId } = authority.assumeRole(roleArn, SERVICE_PRINCIPAL);
    authority.authorize(accessKeyId, action, resource, context);
  };

  const objectsAs = (roleArn: string) =>
    new InsideCaller(s3, authority, assumeRole(roleArn, SERVICE_PRINCIPAL));

  // Datasets and results of distributed maps come page by page and file by file, as the SDK has it.
  // One client per role, so that connections are used again; they end with the gateway.
  const clients = new Map<string, S3Client>();
  const clientAs = (roleArn: string): S3Client => {
    const client = clients.get(roleArn) ?? new S3Client(assumeRole(roleArn, SERVICE_PRINCIPAL));
    clients.set(roleArn, client);
    return client;
  };

  const tasks = new Map<string, TaskIntegration>([
    [
      "states:::lambda:invoke",
      async (parameters, roleArn) => {
        const { FunctionName, Payload } = invokeParameters.parse(parameters);
        const result = await orStateError("Lambda", async () => {
          authorize(roleArn, "lambda:InvokeFunction", FunctionName);
          return lambda.invoke(FunctionName, Payload);
        });
        if ("error" in result) {
          throw functionError(result.error);
        }
        return { ExecutedVersion: "$LATEST", Payload: result.payload, StatusCode: 200 };
      },
    ],
    [
      "states:::sns:publish",
      (parameters, roleArn) => {
        const { TopicArn, Subject, Message } = publishParameters.parse(parameters);
        return orStateError("SNS", async () => {
          authorize(roleArn, "sns:Publish", TopicArn);
          const key = topics.kmsKeyOf(TopicArn);
          if (key !== undefined) {
            const context = { "kms:ViaService": `sns.${regionOf(TopicArn)}.amazonaws.com` };
            authorize(roleArn, "kms:GenerateDataKey", key, context);
            authorize(roleArn, "kms:Decrypt", key, context);
          }
          return { MessageId: topics.publish(TopicArn, Message, Subject) };
        });
      },
    ],
    [
      "states:::aws-sdk:s3:putObject",
      (parameters, roleArn) => {
        const { Body, ...input } = putObjectParameters.parse(parameters);
        // A JSON value given as a body is stored as its text.
        const text = typeof Body === "string" ? Body : JSON.stringify(Body);
        return orStateError("S3", () => objectsAs(roleArn).putObject({ ...input, Body: text }));
      },
    ],
    [
      "states:::aws-sdk:s3:getObject",
      (parameters, roleArn) => {
        const input = objectParameters.parse(parameters);
        return orStateError("S3", () => objectsAs(roleArn).getObject(input));
      },
    ],
    [
      "states:::aws-sdk:s3:headObject",
      (parameters, roleArn) => {
        const input = objectParameters.parse(parameters);
        return orStateError("S3", () => objectsAs(roleArn).headObject(input));
      },
    ],
    [
      "states:::aws-sdk:s3:deleteObject",
      (parameters, roleArn) => {
        const input = objectParameters.parse(parameters);
        return orStateError("S3", () => objectsAs(roleArn).deleteObject(input));
      },
    ],
    [
      "states:::aws-sdk:cloudwatch:putMetricData",
      (parameters, roleArn) => {
        const { Namespace, MetricData } = metricParameters.parse(parameters);
        return orStateError("CloudWatch", () => {
          const context = { "cloudwatch:namespace": Namespace };
          authorize(roleArn, "cloudwatch:PutMetricData", "*", context);
          for (const { MetricName, Dimensions, Value } of MetricData) {
            const dimensions = Object.fromEntries(
              Dimensions.map((each) => [each.Name, each.Value]),
            );
            publish({ namespace: Namespace, name: MetricName, dimensions, value: Value });
          }
          return {};
        });
      },
    ],
  ]);

  return {
    tasks,
    readers: new Map(
      [...ITEM_READERS].map(([resource, read]) => [
        resource,
        (parameters: unknown, roleArn: string) => read(clientAs(roleArn), parameters),
      ]),
    ),
    writers: new Map(
      [...RESULT_WRITERS].map(([resource, write]) => [
        resource,
        (parameters: unknown, roleArn: string, mapRunArn: string) =>
          write(clientAs(roleArn), parameters, mapRunArn),
      ]),
    ),
    authorizeStates: (action, resource, roleArn) => {
      try {
        authorize(roleArn, action, resource);
      } catch (error) {
        throw error instanceof AwsError
          ? new StateError("StepFunctions.AccessDeniedException", error.message)
          : error;
      }
    },
  };
}

/** An error that a handler threw, as Step Functions reports it. */
function functionError(error: { name: string; message: string; trace: string[] }): StateError {
  // What ends a function from outside has no name of its own ("Handling errors in Step Functions").
  const name = /^(Sandbox|Runtime)\./.test(error.name) ? "Lambda.Unknown" : error.name;
  return new StateError(
    name,
    JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: error.trace }),
  );
}

function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}

/** Refusals of S3 that have a class of their own in the SDK that Step Functions calls it with. */
const NAMED_S3_REFUSALS: readonly string[] = ["NoSuchBucket", "NoSuchKey", "InvalidObjectState"];

/**
 * Names a service's refusal as Step Functions does: `<Service>.<Code>Exception`. Of S3 most codes
 * have no class in the SDK: they are all called the same, and only the cause tells them apart.
 */
async function orStateError<T>(
  service: "CloudWatch" | "Lambda" | "S3" | "SNS",
  call: () => T | Promise<T>,
) {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    const { code, status, message } = error;
    if (service === "S3") {
      const requestId = randomBytes(8).toString("hex").toUpperCase();
      throw new StateError(
        `S3.${NAMED_S3_REFUSALS.includes(code) ? code : "S3"}Exception`,
        `${message} (Service: S3, Status Code: ${status}, Request ID: ${requestId})`,
      );
    }
    const name = code.endsWith("Exception") ? code : `${code}Exception`;
    throw new StateError(`${service}.${name}`, message);
  }
}
