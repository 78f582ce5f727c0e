/** An endpoint, and what serves its requests: replaced as a whole by an update. */
import { InvocationError, type Model } from "../../containers/image-classification/serve";
import { AwsError } from "../../protocol";
import type { Publish } from "../cloudWatch/metrics";
import type { CaptureConfiguration, CaptureWriter } from "./capture";
import { invocationMetrics } from "./metrics";

export interface EndpointConfigurationDefinition {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly variantName: string;
  readonly modelName: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  /** What its volumes would be encrypted with. */
  readonly volumeKey: string | undefined;
  readonly capture: CaptureConfiguration | undefined;
}

export interface Invocation {
  readonly contentType: string;
  readonly body: Buffer;
  /** What the caller calls it, to find it among the captured records. */
  readonly inferenceId: string | undefined;
}

interface InvocationAnswer {
  readonly contentType: string;
  readonly body: string;
  /** Name of the production variant that answered. */
  readonly variantName: string;
}

/** A production variant in service: a loaded model, and the writer of what goes through it. */
export class Variant {
  private readonly inFlight = new Set<Promise<unknown>>();

  constructor(
    readonly configuration: EndpointConfigurationDefinition,
    private readonly model: Model,
    readonly capture: CaptureWriter | undefined,
    private readonly leaveNetwork: () => void,
  ) {}

  /** @throws AwsError `ModelError` when the container refuses the request */
  async invoke(invocation: Invocation): Promise<InvocationAnswer> {
    const exchange = this.exchange(invocation);
    this.inFlight.add(exchange);
    try {
      return await exchange;
    } finally {
      this.inFlight.delete(exchange);
    }
  }

  /** Lets invocations under way end, writes what was captured and frees the model. */
  async retire(): Promise<void> {
    await Promise.allSettled(this.inFlight);
    await this.capture?.flush();
    await this.model.close();
    this.leaveNetwork();
  }

  private async exchange(invocation: Invocation): Promise<InvocationAnswer> {
    const { contentType, body, inferenceId } = invocation;
    const time = new Date();
    const answer = await this.model.invoke(body, contentType).catch(asModelError);
    this.capture?.capture({
      input: { contentType, body },
      output: { contentType: answer.contentType, body: Buffer.from(answer.body) },
      inferenceId,
      time,
    });
    return { ...answer, variantName: this.configuration.variantName };
  }
}

/** How updates of an endpoint take over the traffic, as far as it is acted on; kept as a whole. */
export interface DeploymentConfig {
  readonly AutoRollbackConfiguration?:
    | { readonly Alarms?: readonly { readonly AlarmName?: string | undefined }[] | undefined }
    | undefined;
}

/** Whether one of these alarms has gone off, by name. */
type IsAlarmed = (alarms: readonly string[]) => boolean;

/** The endpoint did not come into service, or not with what it was to serve with. */
export class EndpointStateError extends Error {
  override readonly name = "EndpointStateError";

  constructor(
    readonly status: "Creating" | "Failed" | "RollingBack",
    readonly reason?: string,
  ) {
    super(`The endpoint is ${status}${reason === undefined ? "" : `: ${reason}`}`);
  }
}

/** An hour in which the provider waits for an endpoint, at a second a minute. */
const HANGING_MILLISECONDS = 60_000;

export class Endpoint {
  /** Milliseconds since 1970. */
  readonly created = Date.now();
  private lastModified = this.created;
  private invocationCount = 0;
  private underWay: Promise<void> | undefined;
  private rollingBack = false;
  private variant: Variant | undefined;
  private reason: string | undefined;
  private hanging: NodeJS.Timeout | undefined;
  /** Of variants that are no longer in service. */
  private readonly pastLosses: Error[] = [];

  constructor(
    readonly name: string,
    readonly arn: string,
    private readonly firstConfiguration: EndpointConfigurationDefinition,
    /** How its last update took over the traffic; without alarms nothing is rolled back. */
    public deploymentConfig: DeploymentConfig | undefined,
  ) {}

  get status(): "Creating" | "Failed" | "InService" | "Updating" | "RollingBack" {
    if (this.variant === undefined) {
      return this.reason === undefined ? "Creating" : "Failed";
    }
    if (this.underWay === undefined) {
      return "InService";
    }
    return this.rollingBack ? "RollingBack" : "Updating";
  }

  /** Why its creation has failed; nothing if it has not. */
  get failureReason(): string | undefined {
    return this.reason;
  }

  /** What it serves now; while it is updated, still the old one. */
  get configuration(): EndpointConfigurationDefinition {
    return this.variant?.configuration ?? this.firstConfiguration;
  }

  /** Invocations that were answered, by whichever variant. */
  get invocations(): number {
    return this.invocationCount;
  }

  /** When it was last updated, in milliseconds since 1970. */
  get modified(): number {
    return this.lastModified;
  }

  /** Why captured records could not be written. */
  get captureLosses(): readonly Error[] {
    return [...this.pastLosses, ...(this.variant?.capture?.losses ?? [])];
  }

  /**
   * Takes up service with its first variant.
   * @throws EndpointStateError when it does not load: the endpoint has failed, and stays
   */
  async start(load: () => Promise<Variant>): Promise<void> {
    try {
      this.variant = await load();
    } catch (error) {
      throw this.failCreation(error instanceof Error ? error.message : String(error));
    }
  }

  /** Fails as if its container did not come up. */
  fail(): Promise<never> {
    return Promise.reject(this.failCreation(this.unhealthy));
  }

  /** Stays in creation for as many seconds as the provider waits minutes, and then fails. */
  hang(): void {
    const fail = () => void this.failCreation(this.unhealthy);
    this.hanging = setTimeout(fail, HANGING_MILLISECONDS).unref();
  }

  private get unhealthy(): string {
    return (
      `The primary container for production variant ${this.firstConfiguration.variantName} did ` +
      "not pass the ping health check. Please check CloudWatch logs for this endpoint."
    );
  }

  private failCreation(reason: string): EndpointStateError {
    this.reason = reason;
    this.lastModified = Date.now();
    return new EndpointStateError("Failed", reason);
  }

  /**
   * @throws AwsError `ValidationError` unless a model serves; `ModelError` when the container refuses
   *   the request
   */
  async invoke(invocation: Invocation, publish: Publish): Promise<InvocationAnswer> {
    if (this.variant === undefined) {
      throw endpointNotFound(this.name);
    }
    const { name: configurationName, variantName } = this.variant.configuration;
    const fleet = { configurationName, variantName };
    const started = performance.now();
    const measure = (status: number) => {
      const milliseconds = performance.now() - started;
      publish(...invocationMetrics(this.name, fleet, { status, milliseconds }));
    };
    try {
      const answer = await this.variant.invoke(invocation);
      this.invocationCount += 1;
      measure(200);
      return answer;
    } catch (error) {
      measure(error instanceof ModelError ? error.details.OriginalStatusCode : 500);
      throw error;
    }
  }

  /**
   * Moves to another variant as UpdateEndpoint does: the old one serves until the new one is
   * loaded, and ends what it has begun. When the new one does not load, or an alarm goes off that
   * the deployment is watched by, the old one stays.
   * @param isAlarmed asked once, when the new fleet is watched, of the alarms that it is watched by
   * @returns when the endpoint is in service again
   * @throws AwsError `ValidationException` unless it is in service; EndpointStateError when it was
   *   rolled back; whatever `load` threw
   */
  async update(load: () => Promise<Variant>, isAlarmed: IsAlarmed): Promise<void> {
    refuseUnlessInService(this);
    const replacing = this.replaceVariant(load, isAlarmed);
    this.underWay = replacing.finally(() => (this.underWay = undefined));
    await this.underWay;
  }

  /** Writes out everything captured so far. */
  async flushCapture(): Promise<void> {
    await this.variant?.capture?.flush();
  }

  /** Ends the service, after an update that is under way. */
  async close(): Promise<void> {
    clearTimeout(this.hanging);
    await Promise.allSettled([this.underWay]);
    await this.variant?.retire();
  }

  private async replaceVariant(load: () => Promise<Variant>, isAlarmed: IsAlarmed): Promise<void> {
    const old = this.variant;
    const loaded = await load();
    const watched = this.deploymentConfig?.AutoRollbackConfiguration?.Alarms ?? [];
    const alarms = watched.flatMap(({ AlarmName }) => AlarmName ?? []);
    if (alarms.length > 0 && isAlarmed(alarms)) {
      this.rollingBack = true;
      await loaded.retire().finally(() => (this.rollingBack = false));
      throw new EndpointStateError("RollingBack");
    }
    this.variant = loaded;
    this.lastModified = Date.now();
    await old?.retire();
    this.pastLosses.push(...(old?.capture?.losses ?? []));
  }
}

/** @throws AwsError `ValidationException` while it cannot be updated or deleted */
export function refuseUnlessInService({ status, arn }: Endpoint): void {
  if (status !== "InService") {
    const what = status === "Failed" ? "failed" : "in-progress";
    throw new AwsError("ValidationException", 400, `Cannot update ${what} endpoint "${arn}".`);
  }
}

/** What whoever invokes an endpoint is told of one that does not serve. */
export function endpointNotFound(name: string): AwsError {
  return new AwsError("ValidationError", 400, `Endpoint ${name} not found.`);
}

/** The container's refusal of a request, passed on. */
export class ModelError extends AwsError {
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
