/** An endpoint, and what serves its requests: replaced as a whole by an update. */
import { InvocationError, type Model } from "../../containers/image-classification/serve";
import { AwsError } from "../../protocol";
import type { CaptureConfiguration, CaptureWriter } from "./capture";

export interface EndpointConfigurationDefinition {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly variantName: string;
  readonly modelName: string;
  readonly instanceType: string;
  readonly instanceCount: number;
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

export class Endpoint {
  /** Milliseconds since 1970. */
  readonly created = Date.now();
  private lastModified = this.created;
  private invocationCount = 0;
  private underWay: Promise<void> | undefined;
  private rollingBack = false;
  /** The last update is to be undone when the new model is loaded, as an alarm has it undone. */
  private undoNextUpdate = false;
  /** How its last update took over the traffic, as the API has it. */
  deploymentConfig: unknown;
  /** Of variants that are no longer in service. */
  private readonly pastLosses: Error[] = [];

  constructor(
    readonly name: string,
    readonly arn: string,
    private variant: Variant,
  ) {}

  get status(): "InService" | "Updating" | "RollingBack" {
    if (this.underWay === undefined) {
      return "InService";
    }
    return this.rollingBack ? "RollingBack" : "Updating";
  }

  /** Has the next update rolled back, as if one of its alarms went off. */
  rollBackNextUpdate(): void {
    this.undoNextUpdate = true;
  }

  /** What it serves now; while it is updated, still the old one. */
  get configuration(): EndpointConfigurationDefinition {
    return this.variant.configuration;
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
    return [...this.pastLosses, ...(this.variant.capture?.losses ?? [])];
  }

  /** @throws AwsError `ModelError` when the container refuses the request */
  async invoke(invocation: Invocation): Promise<InvocationAnswer> {
    const answer = await this.variant.invoke(invocation);
    this.invocationCount += 1;
    return answer;
  }

  /**
   * Moves to another variant as UpdateEndpoint does: the old one serves until the new one is
   * loaded, and ends what it has begun. When the new one does not load, the old one stays.
   * @returns when the endpoint is in service again
   * @throws AwsError `ValidationException` while another update is under way; whatever `load` threw
   */
  async update(load: () => Promise<Variant>): Promise<void> {
    if (this.underWay !== undefined) {
      throw new AwsError(
        "ValidationException",
        400,
        `Cannot update in-progress endpoint "${this.name}": wait until it is InService`,
      );
    }
    this.underWay = this.replaceVariant(load).finally(() => (this.underWay = undefined));
    await this.underWay;
  }

  /** Writes out everything captured so far. */
  async flushCapture(): Promise<void> {
    await this.variant.capture?.flush();
  }

  /** Ends the service, after an update that is under way. */
  async close(): Promise<void> {
    await Promise.allSettled([this.underWay]);
    await this.variant.retire();
  }

  private async replaceVariant(load: () => Promise<Variant>): Promise<void> {
    const old = this.variant;
    const loaded = await load();
    if (this.undoNextUpdate) {
      this.undoNextUpdate = false;
      this.rollingBack = true;
      await loaded.retire().finally(() => (this.rollingBack = false));
      // The words in which the provider's waiter stops.
      throw new Error("unexpected state 'RollingBack', wanted target 'InService'");
    }
    this.variant = loaded;
    this.lastModified = Date.now();
    await old.retire();
    this.pastLosses.push(...(old.capture?.losses ?? []));
  }
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
