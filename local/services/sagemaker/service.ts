/** SageMaker: training jobs, models and endpoints made by the graph, and the two wire APIs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { containerFor } from "../../containers";
import { InvocationError, type Model } from "../../containers/image-classification/serve";
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../../service";
import type { AssumeRole } from "../../session";
import { CaptureWriter, type CaptureConfiguration } from "./capture";
import { parseS3Uri } from "./objects";
import { unpackInto } from "./tarball";
import { TrainingJob, type TrainingJobDefinition } from "./trainingJob";

const SERVICE_PRINCIPAL = "sagemaker.amazonaws.com";

export interface ModelDefinition {
  readonly name: string;
  readonly roleArn: string;
  readonly image: string;
  readonly modelDataUrl: string;
}

export interface EndpointConfigurationDefinition {
  readonly name: string;
  readonly variantName: string;
  readonly modelName: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly capture: CaptureConfiguration | undefined;
}

/** An endpoint as DescribeEndpoint would tell, and what went through it. */
export interface EndpointDescription {
  readonly name: string;
  readonly status: "InService";
  readonly configuration: EndpointConfigurationDefinition;
  readonly invocations: number;
  /** Why captured records could not be written. */
  readonly captureLosses: readonly Error[];
}

interface Endpoint {
  readonly name: string;
  readonly arn: string;
  readonly configuration: EndpointConfigurationDefinition;
  readonly model: Model;
  readonly capture: CaptureWriter | undefined;
  /** Milliseconds since 1970. */
  readonly created: number;
  invocations: number;
}

export class SageMaker implements Service {
  private readonly jobs = new Map<string, TrainingJob>();
  private readonly models = new Map<string, ModelDefinition>();
  private readonly configurations = new Map<string, EndpointConfigurationDefinition>();
  private readonly endpoints = new Map<string, Endpoint>();

  constructor(
    private readonly assumeRole: AssumeRole,
    private readonly onTrainingLog: (job: string, line: string) => void,
  ) {}

  /** Starts a job and returns while it runs, as CreateTrainingJob does. */
  createTrainingJob(definition: TrainingJobDefinition): void {
    if (this.jobs.has(definition.name)) {
      throw new AwsError("ResourceInUse", 400, `Job name must be unique: ${definition.name}`);
    }
    containerFor(definition.image);
    const session = this.assumeRole(definition.roleArn, SERVICE_PRINCIPAL);
    this.jobs.set(
      definition.name,
      new TrainingJob(definition, session, (line) => {
        this.onTrainingLog(definition.name, line);
      }),
    );
  }

  /** @throws AwsError `ValidationException` when there is no such job */
  trainingJob(name: string): TrainingJob {
    const job = this.jobs.get(name);
    if (job === undefined) {
      throw new AwsError("ValidationException", 400, "Requested resource not found.");
    }
    return job;
  }

  /** Registers a model; its data must exist by then, as it must on AWS. */
  async createModel(definition: ModelDefinition): Promise<void> {
    await this.readModelData(definition);
    this.models.set(definition.name, definition);
  }

  createEndpointConfiguration(definition: EndpointConfigurationDefinition): void {
    if (!this.models.has(definition.modelName)) {
      throw new AwsError(
        "ValidationException",
        400,
        `Could not find model "${definition.modelName}"`,
      );
    }
    this.configurations.set(definition.name, definition);
  }

  /** Resolves when the endpoint is in service. */
  async createEndpoint(name: string, arn: string, configurationName: string): Promise<void> {
    const configuration = this.configurations.get(configurationName);
    const definition = this.models.get(configuration?.modelName ?? "");
    if (configuration === undefined || definition === undefined) {
      throw new AwsError(
        "ValidationException",
        400,
        `Could not find endpoint configuration "${configurationName}"`,
      );
    }
    const folder = await mkdtemp(path.join(tmpdir(), "model-"));
    try {
      await unpackInto(folder, await this.readModelData(definition));
      const model = await containerFor(definition.image).load(folder);
      this.endpoints.set(name.toLowerCase(), {
        name,
        arn,
        configuration,
        model,
        capture: this.captureWriter(name, configuration, definition.roleArn),
        created: Date.now(),
        invocations: 0,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** What is known of an endpoint; nothing when there is none of that name. */
  describeEndpoint(name: string): EndpointDescription | undefined {
    const found = this.endpoints.get(name.toLowerCase());
    if (found === undefined) {
      return undefined;
    }
    const { configuration, invocations, capture, ...endpoint } = found;
    return {
      name: endpoint.name,
      status: "InService",
      configuration,
      invocations,
      captureLosses: capture?.losses ?? [],
    };
  }

  /** Writes out everything captured so far. */
  async flushCapture(): Promise<void> {
    await Promise.all([...this.endpoints.values()].map(({ capture }) => capture?.flush()));
  }

  /** Ends running jobs and frees the models. */
  async stop(): Promise<void> {
    for (const job of this.jobs.values()) {
      job.kill();
      await job.done;
    }
    await this.flushCapture();
    await Promise.all([...this.endpoints.values()].map(({ model }) => model.close()));
    this.endpoints.clear();
  }

  handle(request: ServiceRequest): Promise<ServiceResponse> {
    const target = request.headers["x-amz-target"];
    if (target !== undefined) {
      return Promise.resolve(this.handleControl(target, request));
    }
    const name = /^\/endpoints\/([^/]+)\/invocations$/.exec(request.url.pathname)?.[1];
    if (request.method !== "POST" || name === undefined) {
      throw new AwsError(
        "UnknownOperationException",
        404,
        `The local SageMaker has no ${request.method} ${request.url.pathname}`,
      );
    }
    return this.invokeEndpoint(decodeURIComponent(name), request);
  }

  renderError(error: AwsError): ServiceResponse {
    const details = error instanceof ModelError ? error.details : {};
    // What IAM calls AccessDenied has a longer name in SageMaker ("Common Errors").
    const code = error.code === "AccessDenied" ? "AccessDeniedException" : error.code;
    return {
      status: error.status,
      headers: { "content-type": "application/json", "x-amzn-errortype": code },
      // The two APIs spell the message's key differently; SDKs read whichever is theirs.
      body: JSON.stringify({
        __type: code,
        message: error.message,
        Message: error.message,
        ...details,
      }),
    };
  }

  private handleControl(target: string, request: ServiceRequest): ServiceResponse {
    const input = JSON.parse(request.body.toString()) as Readonly<Record<string, string>>;
    return {
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.1" },
      body: JSON.stringify(this.describe(target, input, request)),
    };
  }

  private describe(
    target: string,
    { TrainingJobName = "", EndpointName = "" }: Readonly<Record<string, string>>,
    request: ServiceRequest,
  ): Record<string, unknown> {
    switch (target) {
      case "SageMaker.DescribeTrainingJob": {
        const job = this.trainingJob(TrainingJobName);
        request.authorize("sagemaker:DescribeTrainingJob", job.definition.arn);
        return job.describe();
      }
      case "SageMaker.DescribeEndpoint": {
        const { name, arn, configuration, created } = this.endpoint(EndpointName);
        request.authorize("sagemaker:DescribeEndpoint", arn);
        return {
          EndpointName: name,
          EndpointArn: arn,
          EndpointConfigName: configuration.name,
          EndpointStatus: "InService",
          CreationTime: created / 1000,
          LastModifiedTime: created / 1000,
        };
      }
      default:
        throw new AwsError(
          "UnknownOperationException",
          400,
          `The local SageMaker has no ${target}`,
        );
    }
  }

  private async invokeEndpoint(name: string, request: ServiceRequest): Promise<ServiceResponse> {
    const endpoint = this.endpoint(name);
    request.authorize("sagemaker:InvokeEndpoint", endpoint.arn);
    const time = new Date();
    const input = {
      contentType: request.headers["content-type"] ?? "application/octet-stream",
      body: request.body,
    };
    const answer = await endpoint.model.invoke(input.body, input.contentType).catch(asModelError);
    endpoint.invocations += 1;
    endpoint.capture?.capture({
      input,
      output: { contentType: answer.contentType, body: Buffer.from(answer.body) },
      inferenceId: request.headers["x-amzn-sagemaker-inference-id"],
      time,
    });
    return {
      status: 200,
      headers: {
        "content-type": answer.contentType,
        "x-amzn-invoked-production-variant": endpoint.configuration.variantName,
      },
      body: answer.body,
    };
  }

  private endpoint(name: string): Endpoint {
    const endpoint = this.endpoints.get(name.toLowerCase());
    if (endpoint === undefined) {
      throw new AwsError("ValidationError", 400, `Endpoint ${name} not found.`);
    }
    return endpoint;
  }

  private captureWriter(
    endpointName: string,
    { capture, variantName }: EndpointConfigurationDefinition,
    roleArn: string,
  ): CaptureWriter | undefined {
    return capture === undefined
      ? undefined
      : new CaptureWriter(
          capture,
          `${endpointName}/${variantName}`,
          new S3Client(this.assumeRole(roleArn, SERVICE_PRINCIPAL)),
        );
  }

  private async readModelData({ roleArn, modelDataUrl }: ModelDefinition): Promise<Buffer> {
    const { bucket, key } = parseS3Uri(modelDataUrl);
    const s3 = new S3Client(this.assumeRole(roleArn, SERVICE_PRINCIPAL));
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!(Body instanceof Readable)) {
        throw new Error("it has no body");
      }
      return await buffer(Body);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new AwsError(
        "ValidationException",
        400,
        `Could not find model data at ${modelDataUrl}: ${reason}`,
      );
    } finally {
      s3.destroy();
    }
  }
}

/** The container's refusal of a request, passed on. */
class ModelError extends AwsError {
  constructor(readonly details: { OriginalStatusCode: number; OriginalMessage: string }) {
    super(
      "ModelError",
      424,
      `Received client error (${details.OriginalStatusCode}) from primary with message ` +
        `"${details.OriginalMessage}"`,
    );
  }
}

function asModelError(error: unknown): never {
  if (error instanceof InvocationError) {
    throw new ModelError({ OriginalStatusCode: error.status, OriginalMessage: error.message });
  }
  throw error;
}
