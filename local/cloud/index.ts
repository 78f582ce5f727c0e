/** The local cloud: every service, who may call it, and everything that must end when it stops. */
import type { ChildProcess } from "node:child_process";
import { Gateway } from "./gateway";
import { Authority, LOCAL_ACCOUNT_ID, type Credentials } from "./iam";
import { CloudWatch } from "./services/cloudWatch/service";
import { EventBus } from "./services/eventBus";
import { Kms } from "./services/kms";
import { FunctionUrls } from "./services/lambda/functionUrls";
import { Lambda } from "./services/lambda/service";
import { Network } from "./services/network";
import { S3Service } from "./services/s3";
import type { Fault } from "./services/sagemaker/faults";
import { SageMaker } from "./services/sagemaker/service";
import { ServiceQuotas } from "./services/serviceQuotas";
import { Topics } from "./services/sns";
import { Scheduler } from "./services/scheduler";
import { SnsApi } from "./services/snsApi";
import { StepFunctionsApi } from "./services/stepFunctions/api";
import { integrationsOf } from "./services/stepFunctions/integrations";
import { StepFunctions, type Execution } from "./services/stepFunctions/service";
import { Sts } from "./services/sts";
import type { Session } from "./session";

export interface CloudOptions {
  readonly region: string;
  /** Folder in which commands of the program run. */
  readonly projectRoot: string;
  /** Existing folder for what functions and jobs unpack, and for objects that are
   * too many for memory; the system's temporary one unless given. */
  readonly scratch?: string;
  /** What is to go wrong, once each. */
  readonly faults?: readonly Fault[];
  /** Told each line of progress, and who says it; nobody is unless given. */
  readonly report?: (source: string, line: string) => void;
}

export class Cloud {
  readonly partition: string = "aws";
  readonly accountId: string = LOCAL_ACCOUNT_ID;
  readonly region: string;
  readonly projectRoot: string;
  readonly report: NonNullable<CloudOptions["report"]>;
  readonly authority = new Authority(LOCAL_ACCOUNT_ID);
  readonly s3: S3Service;
  readonly topics = new Topics();
  readonly cloudWatch: CloudWatch;
  readonly bus: EventBus;
  readonly kms = new Kms();
  readonly network = new Network(this.authority);
  readonly lambda: Lambda;
  readonly functionUrls = new FunctionUrls();
  readonly scheduler: Scheduler;
  readonly quotas = new ServiceQuotas();
  readonly sagemaker: SageMaker;
  readonly stepFunctions: StepFunctions;
  /** Bugs of the local cloud itself: never the fault of what runs in it. */
  readonly bugs: Error[] = [];
  private readonly gateway: Gateway;
  private readonly children = new Set<ChildProcess>();
  private url = "";
  private stopped = false;

  private constructor(options: CloudOptions) {
    this.region = options.region;
    this.projectRoot = options.projectRoot;
    this.report = options.report ?? (() => undefined);
    this.cloudWatch = new CloudWatch(this.topics, this);
    const { publish } = this.cloudWatch;
    const session = (roleArn: string, service: string) => this.sessionFor(roleArn, service);
    this.s3 = new S3Service(options.scratch);
    this.bus = new EventBus((failure) => this.bugs.push(failure), publish);
    this.lambda = new Lambda(options.scratch, publish);
    this.scheduler = new Scheduler(this.authority, this.lambda);
    this.sagemaker = new SageMaker(session, this.network, this.report, {
      scratch: options.scratch,
      cloudWatch: this.cloudWatch,
    });
    options.faults?.forEach((fault) => {
      this.sagemaker.arrangeFault(fault);
    });
    this.stepFunctions = new StepFunctions(
      integrationsOf({
        lambda: this.lambda,
        topics: this.topics,
        s3: this.s3,
        publish,
        authority: this.authority,
        assumeRole: session,
      }),
      publish,
    );
    this.gateway = new Gateway(this.authority, (bug) => this.bugs.push(bug));
    this.gateway.register("s3", this.s3);
    this.gateway.register("sagemaker", this.sagemaker);
    this.gateway.register("servicequotas", this.quotas);
    this.gateway.register("kms", this.kms);
    this.gateway.register("sns", new SnsApi(this.topics));
    this.gateway.register("states", new StepFunctionsApi(this.stepFunctions));
    this.gateway.register("sts", new Sts(this.accountId));
    this.s3.onObjectCreated((detail) => {
      this.bus.put({ source: "aws.s3", "detail-type": "Object Created", detail });
    });
  }

  /** Starts the services on a free port of the loopback interface. */
  static async start(options: CloudOptions): Promise<Cloud> {
    const cloud = new Cloud(options);
    cloud.url = await cloud.gateway.start();
    return cloud;
  }

  /** Where all services answer: what `AWS_ENDPOINT_URL` is set to for whoever calls them. */
  get endpoint(): string {
    return this.url;
  }

  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  roleArn(name: string): string {
    return `arn:${this.partition}:iam::${this.accountId}:role/${name}`;
  }

  /** What an SDK needs in its environment to act as a role. */
  environmentFor(roleArn: string, service: string): Record<string, string> {
    return this.environment(this.authority.assumeRole(roleArn, service));
  }

  /** The same for the person who deploys. */
  deployerEnvironment(): Record<string, string> {
    return this.environment(this.authority.deployer);
  }

  /** A session of the person who deploys. */
  deployerSession(): Session {
    return this.session(this.authority.deployer);
  }

  /** Starts an execution as EventBridge does: with a role that may. */
  startExecution(stateMachineArn: string, input: unknown, roleArn: string): Execution {
    const caller = this.authority.assumeRole(roleArn, "events.amazonaws.com");
    this.authority.authorize(caller.accessKeyId, "states:StartExecution", stateMachineArn);
    return this.stepFunctions.startExecution(stateMachineArn, input);
  }

  /** @throws Error when the cloud has been stopped: nothing more is to be started then */
  refuseWhenStopped(): void {
    if (this.stopped) {
      throw new Error("The local cloud has been stopped");
    }
  }

  /** Ends a child process with the cloud, unless the returned function is called before. */
  track(child: ChildProcess): () => void {
    this.children.add(child);
    return () => this.children.delete(child);
  }

  /** Ends everything that was started; afterwards no process and no port is left. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const child of this.children) {
      child.kill("SIGKILL");
    }
    await this.functionUrls.stop();
    const executionsEnded = this.stepFunctions.stop();
    await this.lambda.stop();
    await executionsEnded;
    await this.sagemaker.stop();
    await this.gateway.stop();
    this.s3.stop();
  }

  private sessionFor(roleArn: string, service: string): Session {
    return this.session(this.authority.assumeRole(roleArn, service));
  }

  private session(credentials: Credentials): Session {
    return { endpoint: this.url, region: this.region, credentials };
  }

  private environment(credentials: Credentials): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: this.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    };
  }
}
