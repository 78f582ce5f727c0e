/** SageMaker: training jobs, models and endpoints made by the graph, and the two wire APIs. */
import { tmpdir } from "node:os";
import { containerFor } from "../../containers";
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../../protocol";
import { NOBODY_WATCHES, type Watch } from "../cloudWatch/watch";
import { parseBody } from "../jsonProtocol";
import type { Network } from "../network";
import type { AssumeRole } from "../../session";
import {
  Endpoint,
  endpointNotFound,
  EndpointStateError,
  ModelError,
  type DeploymentConfig,
  type EndpointConfigurationDefinition,
} from "./endpoint";
import type { Fault } from "./faults";
import { handleHosting, type HostingStore } from "./hostingApi";
import { takesVolumeKey } from "./instances";
import { ModelMonitor } from "./modelMonitor";
import { ModelLoader, SERVICE_PRINCIPAL, type ModelDefinition } from "./models";
import { CREATE_TRAINING_JOB, DESCRIBE_TRAINING_JOB, parseRequest } from "./requests";
import { TrainingJob } from "./trainingJob";

/** An endpoint as DescribeEndpoint would tell, and what went through it. */
export interface EndpointDescription {
  readonly name: string;
  readonly status: Endpoint["status"];
  readonly configuration: EndpointConfigurationDefinition;
  readonly invocations: number;
  /** Why captured records could not be written. */
  readonly captureLosses: readonly Error[];
}

interface SageMakerOptions {
  /** Existing folder in which jobs work and models are unpacked; the system's temporary one unless given. */
  readonly scratch?: string | undefined;
  /** Gives the container of an image. */
  readonly registry?: typeof containerFor;
  /** Nothing is measured, and no alarm goes off, unless given. */
  readonly cloudWatch?: Watch;
}

export class SageMaker implements Service {
  private readonly scratch: string;
  private readonly registry: typeof containerFor;
  private readonly cloudWatch: Watch;
  readonly monitor: ModelMonitor;
  private readonly jobs = new Map<string, TrainingJob>();
  private readonly models = new Map<string, ModelDefinition>();
  private readonly configurations = new Map<string, EndpointConfigurationDefinition>();
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly faults = new Set<Fault>();
  private readonly loader: ModelLoader;

  constructor(
    private readonly assumeRole: AssumeRole,
    private readonly network: Network,
    private readonly onTrainingLog: (job: string, line: string) => void,
    { scratch = tmpdir(), registry = containerFor, cloudWatch = NOBODY_WATCHES }: SageMakerOptions,
  ) {
    this.scratch = scratch;
    this.registry = registry;
    this.cloudWatch = cloudWatch;
    this.loader = new ModelLoader(assumeRole, network, scratch, registry);
    this.monitor = new ModelMonitor(assumeRole, network, scratch, (name) => this.endpoint(name));
  }

  /**
   * Starts a job and returns while it runs, as CreateTrainingJob does.
   * @param input the request as it would go over the wire
   * @throws AwsError `ValidationException` when it is wrong or asks for what is not there, and
   *   `ResourceInUse` for a name that is taken
   */
  createTrainingJob(arn: string, input: unknown): void {
    const request = parseRequest(CREATE_TRAINING_JOB, input);
    const { TrainingJobName: name, RoleArn: roleArn, VpcConfig: network } = request;
    if (this.jobs.has(name)) {
      throw new AwsError("ResourceInUse", 400, `Job name must be unique: ${name}`);
    }
    const container = this.registry(request.AlgorithmSpecification.TrainingImage);
    const session = this.assumeRole(roleArn, SERVICE_PRINCIPAL);
    if (network !== undefined) {
      const { Subnets: subnetIds, SecurityGroupIds: securityGroupIds } = network;
      const placement = { subnetIds, securityGroupIds };
      this.network.join(arn, placement, { roleArn, service: SERVICE_PRINCIPAL });
    }
    const job = new TrainingJob(arn, request, {
      container,
      session,
      scratch: this.scratch,
      onLog: (line) => {
        this.onTrainingLog(name, line);
      },
      losesCapacity: request.EnableManagedSpotTraining && this.faults.delete("spot-interruption"),
    });
    this.jobs.set(name, job);
    void job.done.then(() => {
      this.network.leave(arn);
    });
  }

  /** @throws AwsError `ValidationException` when there is no such job */
  trainingJob(name: string): TrainingJob {
    const job = this.jobs.get(name);
    if (job === undefined) {
      throw new AwsError("ValidationException", 400, "Requested resource not found.");
    }
    return job;
  }

  /** Stops a job that still runs, and removes it; one that is not there is as good as removed. */
  async deleteTrainingJob(name: string): Promise<void> {
    await this.jobs.get(name)?.stop();
    this.jobs.delete(name);
  }

  /**
   * Registers a model; its data must exist by then, as it must on AWS.
   * @throws AwsError `ValidationException` when there is no data, or already such a model
   */
  async createModel(definition: ModelDefinition): Promise<void> {
    refuseExisting("model", definition.name, this.models);
    await this.loader.read(definition);
    this.models.set(definition.name, definition);
  }

  /** Removes a model; endpoints go on with what they have loaded. */
  deleteModel(name: string): void {
    this.models.delete(name);
  }

  /**
   * @throws AwsError `ValidationException` when there is no model, already such a one, or a key that
   *   its instances do not take
   */
  createEndpointConfiguration(definition: EndpointConfigurationDefinition): void {
    refuseExisting("endpoint configuration", definition.name, this.configurations);
    if (!this.models.has(definition.modelName)) {
      throw notFound("model", definition.modelName);
    }
    if (definition.volumeKey !== undefined && !takesVolumeKey(definition.instanceType)) {
      throw new AwsError(
        "ValidationException",
        400,
        `KmsKeyId must not be given: the local storage of ${definition.instanceType} encrypts itself`,
      );
    }
    this.configurations.set(definition.name, definition);
  }

  /** Removes a configuration; endpoints go on with what they have. */
  deleteEndpointConfiguration(name: string): void {
    this.configurations.delete(name);
  }

  /**
   * Has the next endpoint that is created, the next update that is watched by alarms, or the next job
   * on spot capacity go wrong in this way, once.
   */
  arrangeFault(fault: Fault): void {
    this.faults.add(fault);
  }

  /**
   * Resolves when the endpoint is in service.
   * @throws AwsError `ValidationException` when there is no such configuration or model, or already
   *   such an endpoint; EndpointStateError when it fails, or is still being created by the time at
   *   which the provider gives up, of which is told at once: such an endpoint is there, and stays
   */
  async createEndpoint(
    name: string,
    arn: string,
    configurationName: string,
    deploymentConfig?: DeploymentConfig,
  ): Promise<void> {
    refuseExisting("endpoint", name.toLowerCase(), this.endpoints);
    const configuration = this.configuration(configurationName);
    const model = this.model(configuration.modelName);
    const endpoint = new Endpoint(name, arn, configuration, deploymentConfig);
    this.endpoints.set(name.toLowerCase(), endpoint);
    if (this.faults.delete("create-hangs")) {
      endpoint.hang();
      throw new EndpointStateError("Creating");
    }
    await (this.faults.delete("create-fails")
      ? endpoint.fail()
      : endpoint.start(() => this.loader.load(name, configuration, model)));
  }

  /**
   * Moves an endpoint to another configuration, while it goes on serving.
   * @param deploymentConfig how it takes over the traffic; as before unless given
   * @returns when it is in service again, with what was begun before ended by the old model
   * @throws AwsError `ValidationException` when there is no such endpoint, configuration or model,
   *   EndpointStateError when an alarm rolled it back; it then goes on with the one that it has
   */
  async updateEndpoint(
    name: string,
    configurationName: string,
    deploymentConfig?: DeploymentConfig,
  ): Promise<void> {
    const endpoint = this.endpoint(name);
    const configuration = this.configuration(configurationName);
    const model = this.model(configuration.modelName);
    endpoint.deploymentConfig = deploymentConfig ?? endpoint.deploymentConfig;
    await endpoint.update(
      () => this.loader.load(endpoint.name, configuration, model),
      (alarms) =>
        this.faults.delete("update-rolls-back") ||
        alarms.some((alarm) => this.cloudWatch.stateOf(alarm) === "ALARM"),
    );
  }

  /**
   * Ends an endpoint once what was begun has ended, and frees its model; one that is not there is
   * as good as removed.
   * @throws AwsError `ValidationException` while a schedule monitors it
   */
  async deleteEndpoint(name: string): Promise<void> {
    this.monitor.refuseWhileMonitored(name);
    const endpoint = this.endpoints.get(name.toLowerCase());
    this.endpoints.delete(name.toLowerCase());
    await endpoint?.close();
  }

  /** Names of everything that is there, by kind. */
  get names() {
    return {
      trainingJobs: [...this.jobs.keys()],
      models: [...this.models.keys()],
      endpointConfigurations: [...this.configurations.keys()],
      endpoints: [...this.endpoints.values()].map(({ name }) => name),
      ...this.monitor.names,
    };
  }

  /** What is known of an endpoint; nothing when there is none of that name. */
  describeEndpoint(name: string): EndpointDescription | undefined {
    const found = this.endpoints.get(name.toLowerCase());
    if (found === undefined) {
      return undefined;
    }
    const { status, configuration, invocations, captureLosses } = found;
    return { name: found.name, status, configuration, invocations, captureLosses };
  }

  /** Writes out everything captured so far. */
  async flushCapture(): Promise<void> {
    await Promise.all([...this.endpoints.values()].map((endpoint) => endpoint.flushCapture()));
  }

  /** Ends running jobs and frees the models. */
  async stop(): Promise<void> {
    for (const job of this.jobs.values()) {
      job.kill();
      await job.done;
    }
    const endpoints = [...this.endpoints.values()];
    this.endpoints.clear();
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
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
    const input = parseBody(request);
    const output =
      handleHosting(target, input, this.store, request.authorize) ??
      this.handleTraining(target, input, request);
    return {
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.1" },
      body: JSON.stringify(output),
    };
  }

  private handleTraining(target: string, input: unknown, request: ServiceRequest): object {
    if (target !== "SageMaker.DescribeTrainingJob") {
      throw new AwsError("UnknownOperationException", 400, `The local SageMaker has no ${target}`);
    }
    const job = this.trainingJob(parseRequest(DESCRIBE_TRAINING_JOB, input).TrainingJobName);
    request.authorize("sagemaker:DescribeTrainingJob", job.arn);
    return job.describe();
  }

  private async invokeEndpoint(name: string, request: ServiceRequest): Promise<ServiceResponse> {
    const endpoint = this.endpoints.get(name.toLowerCase());
    if (endpoint === undefined) {
      throw endpointNotFound(name);
    }
    request.authorize("sagemaker:InvokeEndpoint", endpoint.arn);
    const { contentType, body, variantName } = await endpoint.invoke(
      {
        contentType: request.headers["content-type"] ?? "application/octet-stream",
        body: request.body,
        inferenceId: request.headers["x-amzn-sagemaker-inference-id"],
      },
      this.cloudWatch.publish,
    );
    return {
      status: 200,
      headers: { "content-type": contentType, "x-amzn-invoked-production-variant": variantName },
      body,
    };
  }

  private get store(): HostingStore {
    return {
      configurations: this.configurations,
      models: this.models,
      endpoints: this.endpoints,
      schedules: this.monitor.listed,
      endpoint: (name) => this.endpoint(name),
      startUpdate: (name, configurationName) => {
        // The API answers at once; how the update ends is seen in DescribeEndpoint.
        this.updateEndpoint(name, configurationName).catch(() => undefined);
      },
      startDeletion: (name) => {
        this.monitor.refuseWhileMonitored(name);
        void this.deleteEndpoint(name);
      },
    };
  }

  private endpoint(name: string): Endpoint {
    const endpoint = this.endpoints.get(name.toLowerCase());
    if (endpoint === undefined) {
      throw notFound("endpoint", name);
    }
    return endpoint;
  }

  private configuration(name: string): EndpointConfigurationDefinition {
    const configuration = this.configurations.get(name);
    if (configuration === undefined) {
      throw notFound("endpoint configuration", name);
    }
    return configuration;
  }

  private model(name: string): ModelDefinition {
    const model = this.models.get(name);
    if (model === undefined) {
      throw notFound("model", name);
    }
    return model;
  }
}

function notFound(kind: string, name: string): AwsError {
  return new AwsError("ValidationException", 400, `Could not find ${kind} "${name}".`);
}

function refuseExisting(kind: string, name: string, existing: ReadonlyMap<string, unknown>): void {
  if (existing.has(name)) {
    throw new AwsError(
      "ValidationException",
      400,
      `Cannot create already existing ${kind} "${name}".`,
    );
  }
}
