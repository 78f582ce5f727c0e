/** The services that a state machine's tasks can call, by resource ARN without its partition. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import type { Authority, ContextValues } from "../../iam";
import { AwsError } from "../../protocol";
import type { AssumeRole } from "../../session";
import type { Lambda } from "../lambda/service";
import type { Topics } from "../sns";
import { StateError } from "./errors";
import { ITEM_READERS, RESULT_WRITERS } from "./mapData";
import type { Integrations, TaskIntegration } from "./service";

const SERVICE_PRINCIPAL = "states.amazonaws.com";

export interface IntegratedServices {
  readonly lambda: Lambda;
  readonly topics: Topics;
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

const objectParameters = z.strictObject({ Bucket: z.string(), Key: z.string() });

export function integrationsOf(services: IntegratedServices): Integrations {
  const { lambda, topics, authority, assumeRole } = services;

  const authorize = (
    roleArn: string,
    action: string,
    resource: string,
    context: ContextValues = {},
  ) => {
    const { accessKeyId } = authority.assumeRole(roleArn, SERVICE_PRINCIPAL);
    authority.authorize(accessKeyId, action, resource, context);
  };

  // One per role, so that connections are used again; they end with the gateway.
  const clients = new Map<string, S3Client>();
  const s3As = (roleArn: string): S3Client => {
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
        return orStateError("S3", async () => {
          // A JSON value given as a body is stored as its text.
          const text = typeof Body === "string" ? Body : JSON.stringify(Body);
          const { ETag } = await s3As(roleArn).send(new PutObjectCommand({ ...input, Body: text }));
          return { ETag };
        });
      },
    ],
    [
      "states:::aws-sdk:s3:getObject",
      (parameters, roleArn) => {
        const input = objectParameters.parse(parameters);
        return orStateError("S3", async () => {
          const { Body, ETag, ContentType } = await s3As(roleArn).send(new GetObjectCommand(input));
          return { Body: await Body?.transformToString(), ETag, ContentType };
        });
      },
    ],
    [
      "states:::aws-sdk:s3:headObject",
      (parameters, roleArn) => {
        const input = objectParameters.parse(parameters);
        return orStateError("S3", async () => {
          const { ETag, ContentLength, ContentType, VersionId } = await s3As(roleArn).send(
            new HeadObjectCommand(input),
          );
          return { ETag, ContentLength, ContentType, VersionId };
        });
      },
    ],
    [
      "states:::aws-sdk:s3:deleteObject",
      (parameters, roleArn) => {
        const input = objectParameters.parse(parameters);
        return orStateError("S3", async () => {
          const { VersionId } = await s3As(roleArn).send(new DeleteObjectCommand(input));
          return { VersionId };
        });
      },
    ],
  ]);

  return {
    tasks,
    readers: new Map(
      [...ITEM_READERS].map(([resource, read]) => [
        resource,
        (parameters: unknown, roleArn: string) => read(s3As(roleArn), parameters),
      ]),
    ),
    writers: new Map(
      [...RESULT_WRITERS].map(([resource, write]) => [
        resource,
        (parameters: unknown, roleArn: string, mapRunArn: string) =>
          write(s3As(roleArn), parameters, mapRunArn),
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
async function orStateError<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof S3ServiceException) {
      const { name, message, $metadata } = error;
      const code = NAMED_S3_REFUSALS.includes(name) ? name : "S3";
      const { httpStatusCode: status, requestId } = $metadata;
      throw new StateError(
        `S3.${code}Exception`,
        `${message} (Service: S3, Status Code: ${status}, Request ID: ${requestId})`,
      );
    }
    if (error instanceof AwsError || (error instanceof Error && "$metadata" in error)) {
      const code = error.name.endsWith("Exception") ? error.name : `${error.name}Exception`;
      throw new StateError(`${service}.${code}`, error.message);
    }
    throw error;
  }
}
