/** A SageMaker behind a gateway, with an S3 for its data and containers that only pretend. */
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import type { Container } from "../../../../../local/cloud/containers";
import {
  InvocationError,
  type Model,
} from "../../../../../local/cloud/containers/image-classification/serve";
import { Gateway } from "../../../../../local/cloud/gateway";
import { Authority, LOCAL_ACCOUNT_ID } from "../../../../../local/cloud/iam";
import { S3Service } from "../../../../../local/cloud/services/s3";
import { AwsError, type ServiceRequest } from "../../../../../local/cloud/protocol";
import { Network, type Placement } from "../../../../../local/cloud/services/network";
import type { AlarmState } from "../../../../../local/cloud/services/cloudWatch/alarms";
import type { Datum } from "../../../../../local/cloud/services/cloudWatch/metrics";
import { SageMaker } from "../../../../../local/cloud/services/sagemaker/service";
import { allow, trust } from "../../../pulumi/resources/support";

const BUCKET = "data";
export const KEY = `arn:aws:kms:us-east-1:${LOCAL_ACCOUNT_ID}:key/1`;
export const ROLE = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/execution`;
const CALLER = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/caller`;
const SAGEMAKER = "sagemaker.amazonaws.com";

export const arnOf = (resource: string) =>
  `arn:aws:sagemaker:us-east-1:${LOCAL_ACCOUNT_ID}:${resource}`;

const channel = (S3Uri: string) => ({
  ChannelName: "train",
  ContentType: "text/plain",
  DataSource: {
    S3DataSource: {
      S3DataType: "S3Prefix",
      S3Uri,
      S3DataDistributionType: "FullyReplicated",
    },
  },
});

/** A request for a training job that is right. */
export const TRAINING_JOB = {
  TrainingJobName: "job",
  RoleArn: ROLE,
  AlgorithmSpecification: { TrainingImage: "registry/fake:1", TrainingInputMode: "File" },
  HyperParameters: { behaviour: "learn" },
  InputDataConfig: [channel(`s3://${BUCKET}/train/`)],
  OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models` },
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
};

export class RunningSageMaker {
  readonly bugs: Error[] = [];
  /** Texts of the models that were loaded and not freed. */
  readonly loaded: string[] = [];
  /** What was measured, oldest first. */
  readonly measured: Datum[] = [];
  /** Those that are not `OK`, by name. */
  readonly alarmStates = new Map<string, AlarmState>();
  readonly authority = new Authority(LOCAL_ACCOUNT_ID);
  readonly s3 = new S3Service();
  readonly network = new Network(this.authority);
  private readonly gateway = new Gateway(this.authority, (bug) => this.bugs.push(bug));
  private readonly logged = new EventEmitter();
  private readonly held = new EventEmitter();
  private endpoint = "";
  private readonly clients: { destroy(): void }[] = [];

  readonly sagemaker = new SageMaker(
    (roleArn, service) => this.session(this.authority.assumeRole(roleArn, service)),
    this.network,
    (_job, line) => this.logged.emit(line),
    {
      registry: () => this.container,
      cloudWatch: {
        publish: (...data) => this.measured.push(...data),
        stateOf: (alarm) => this.alarmStates.get(alarm) ?? "OK",
      },
    },
  );

  /** Answers with its own text; `hold` waits for {@link release}; other text is refused. */
  private readonly container: Container = {
    trainScript: path.join(__dirname, "container.ts"),
    metricDefinitions: { accuracy: /^accuracy=([0-9.]+)/ },
    load: async (folder): Promise<Model> => {
      const text = await readFile(path.join(folder, "model.txt"), "utf8");
      this.loaded.push(text);
      return {
        invoke: async (body, contentType) => {
          if (contentType !== "text/plain") {
            throw new InvocationError(415, `Unsupported content-type ${contentType}`);
          }
          if (body.length === 0) {
            throw new InvocationError(400, "Unable to decode the payload");
          }
          if (body.toString() === "hold") {
            this.held.emit("begun");
            await once(this.held, "release");
          }
          return { contentType: "application/json", body: JSON.stringify(text) };
        },
        close: async () => {
          this.loaded.splice(this.loaded.indexOf(text), 1);
          return Promise.resolve();
        },
      };
    },
  };

  static async start(): Promise<RunningSageMaker> {
    const running = new RunningSageMaker();
    running.s3.createBucket(BUCKET);
    running.gateway.register("s3", running.s3);
    running.gateway.register("sagemaker", running.sagemaker);
    running.endpoint = await running.gateway.start();
    running.authority.putRole(ROLE, trust(SAGEMAKER));
    running.authority.putRolePolicy(ROLE, "data", allow("s3:*", "*"));
    return running;
  }

  async stop(): Promise<void> {
    await this.sagemaker.stop();
    this.clients.forEach((client) => {
      client.destroy();
    });
    await this.gateway.stop();
  }

  get deployer() {
    return this.session(this.authority.deployer);
  }

  /** A client of the control plane. */
  control(session = this.deployer): SageMakerClient {
    return this.closing(new SageMakerClient({ ...session, maxAttempts: 1 }));
  }

  /** A client that invokes endpoints. */
  runtime(session = this.deployer): SageMakerRuntimeClient {
    return this.closing(new SageMakerRuntimeClient({ ...session, maxAttempts: 1 }));
  }

  get storage(): S3Client {
    return this.closing(new S3Client({ ...this.deployer, maxAttempts: 1 }));
  }

  /** A session of a role without any policy. */
  get nobody() {
    this.authority.putRole(CALLER, trust("lambda.amazonaws.com"));
    return this.session(this.authority.assumeRole(CALLER, "lambda.amazonaws.com"));
  }

  /** Resolves when a container of a job has logged the line. */
  async line(text: string): Promise<void> {
    await once(this.logged, text);
  }

  /** Resolves when a model was asked to hold an answer back. */
  async holding(): Promise<void> {
    await once(this.held, "begun");
  }

  release(): void {
    this.held.emit("release");
  }

  /**
   * Asks the control plane for anything, right or wrong, past the SDK: it would refuse some of it, and
   * leave out what it does not know.
   */
  async ask(operation: string, input: object) {
    const request: ServiceRequest = {
      method: "POST",
      url: new URL(this.endpoint),
      headers: { "x-amz-target": `SageMaker.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
      callerArn: "",
      authorize: () => undefined,
    };
    const response = await Promise.resolve()
      .then(() => this.sagemaker.handle(request))
      .catch((error: unknown) => {
        if (error instanceof AwsError) {
          return this.sagemaker.renderError(error);
        }
        throw error;
      });
    const answer = JSON.parse(String(response.body)) as Readonly<Record<string, unknown>>;
    return { status: response.status, answer };
  }

  async upload(Key: string, Body: Buffer | string): Promise<void> {
    await this.storage.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  }

  /** Starts a job whose container behaves as told, on what is below a prefix of the bucket. */
  async train(
    behaviour: string,
    maxRuntimeSeconds = 60,
    prefix = "train/",
    more: object = {},
  ): Promise<void> {
    await this.upload("train/1", "an image");
    this.sagemaker.createTrainingJob(arnOf("training-job/job"), {
      ...TRAINING_JOB,
      HyperParameters: { behaviour },
      InputDataConfig: [channel(`s3://${BUCKET}/${prefix}`)],
      StoppingCondition: { MaxRuntimeInSeconds: maxRuntimeSeconds },
      ...more,
    });
  }

  /** Makes a model that answers with its name, and a configuration of the same name for it. */
  async configure(name: string, placement?: Placement): Promise<void> {
    await this.upload(`models/${name}`, await modelArchive(name));
    await this.sagemaker.createModel({
      name,
      arn: arnOf("model/" + name),
      roleArn: ROLE,
      image: "registry/fake:1",
      modelDataUrl: `s3://${BUCKET}/models/${name}`,
      isolated: true,
      placement,
      created: Date.now(),
    });
    this.sagemaker.createEndpointConfiguration({
      created: Date.now(),
      name,
      arn: arnOf(`endpoint-config/${name}`),
      variantName: `variant-${name}`,
      modelName: name,
      instanceType: "ml.m5.xlarge",
      instanceCount: 1,
      volumeKey: KEY,
      capture: {
        enabled: true,
        percentage: 100,
        destination: `s3://${BUCKET}/capture-${name}`,
        modes: ["Input", "Output"],
        jsonContentTypes: ["application/json"],
        csvContentTypes: [],
      },
    });
  }

  /** What a program needs in its environment to act as whoever deploys. */
  get environment(): Readonly<Record<string, string>> {
    const { accessKeyId, secretAccessKey, sessionToken } = this.authority.deployer;
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }

  private session(credentials: Authority["deployer"]) {
    return { endpoint: this.endpoint, region: "us-east-1", credentials };
  }

  private closing<Client extends { destroy(): void }>(client: Client): Client {
    this.clients.push(client);
    return client;
  }
}

async function modelArchive(text: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: "model.txt" }, text);
  archive.finalize();
  return buffer(archive.pipe(createGzip()));
}
