/** Data capture: writes what goes through an endpoint to S3, in SageMaker's own layout. */
import { randomUUID } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { parseS3Uri } from "./objects";

/** The data capture configuration of an endpoint configuration. */
export interface CaptureConfiguration {
  readonly enabled: boolean;
  /** Share of requests captured, in percent. */
  readonly percentage: number;
  readonly destination: string;
  readonly modes: readonly string[];
  readonly jsonContentTypes: readonly string[];
  readonly csvContentTypes: readonly string[];
}

export interface CapturedExchange {
  readonly input: { readonly contentType: string; readonly body: Buffer };
  readonly output: { readonly contentType: string; readonly body: Buffer };
  readonly inferenceId: string | undefined;
  readonly time: Date;
}

/**
 * How long records are gathered before they are written. SageMaker takes about a minute and
 * documents no figure; nobody watching a local run wants to wait that long.
 */
const FLUSH_MILLISECONDS = 1000;

export class CaptureWriter {
  private pending: CapturedExchange[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  /** Why records were lost; SageMaker itself does not tell. */
  readonly losses: Error[] = [];

  constructor(
    private readonly configuration: CaptureConfiguration,
    /** `<endpoint name>/<variant name>`. */
    private readonly folder: string,
    private readonly s3: S3Client,
  ) {}

  capture(exchange: CapturedExchange): void {
    const { enabled, percentage } = this.configuration;
    if (!enabled || Math.random() * 100 >= percentage) {
      return;
    }
    this.pending.push(exchange);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MILLISECONDS);
  }

  /** Writes what has been gathered; resolves when it is in S3, or lost. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const exchanges = this.pending;
    this.pending = [];
    this.writing = this.writing.then(() => this.write(exchanges));
    await this.writing;
  }

  private async write(exchanges: readonly CapturedExchange[]): Promise<void> {
    const [first] = exchanges;
    if (first === undefined) {
      return;
    }
    const { bucket, key } = parseS3Uri(this.configuration.destination);
    try {
      await this.s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: `${key.replace(/\/$/, "")}/${this.folder}/${fileName(first.time)}`,
          Body: exchanges.map((exchange) => captureLine(exchange, this.configuration)).join(""),
        }),
      );
    } catch (error) {
      this.losses.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** `yyyy/mm/dd/hh/mm-ss-SSS-<uuid>.jsonl`, in UTC, of the first record's time. */
function fileName(time: Date): string {
  const [date = "", clock = ""] = time.toISOString().replace("Z", "").split("T");
  const [hour = "", ...rest] = clock.split(/[:.]/);
  return `${date.replaceAll("-", "/")}/${hour}/${rest.join("-")}-${randomUUID()}.jsonl`;
}

/** One captured record as a line of JSON ("Capture data from real-time endpoint"). */
export function captureLine(
  exchange: CapturedExchange,
  configuration: Pick<CaptureConfiguration, "modes" | "jsonContentTypes" | "csvContentTypes">,
): string {
  const side = (mode: "Input" | "Output", { contentType, body }: CapturedExchange["input"]) => {
    if (
      !configuration.modes.some((captured) => captured === mode || captured === "InputAndOutput")
    ) {
      return {};
    }
    const encoding = encodingOf(contentType, configuration);
    return {
      [`endpoint${mode}`]: {
        observedContentType: contentType,
        mode: mode.toUpperCase(),
        data: body.toString(encoding === "BASE64" ? "base64" : "utf8"),
        encoding,
      },
    };
  };
  const record = {
    captureData: { ...side("Input", exchange.input), ...side("Output", exchange.output) },
    eventMetadata: {
      eventId: randomUUID(),
      ...(exchange.inferenceId === undefined ? {} : { inferenceId: exchange.inferenceId }),
      inferenceTime: `${exchange.time.toISOString().slice(0, 19)}Z`,
    },
    eventVersion: "0",
  };
  return `${JSON.stringify(record)}\n`;
}

/** Content types that are not declared as text are captured as base64. */
function encodingOf(
  contentType: string,
  {
    jsonContentTypes,
    csvContentTypes,
  }: Pick<CaptureConfiguration, "jsonContentTypes" | "csvContentTypes">,
): "JSON" | "CSV" | "BASE64" {
  if (jsonContentTypes.includes(contentType)) return "JSON";
  return csvContentTypes.includes(contentType) ? "CSV" : "BASE64";
}
