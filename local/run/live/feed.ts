/** Follows what happens in a deployed stack by the objects that appear in its inference bucket. */
import { S3Client } from "@aws-sdk/client-s3";
import { findText } from "../../../common/objectText";
import { CAPTURE_PREFIX, INFERENCE_PREFIXES, type Verdict } from "../../../contract/inference";
import { DRIFT_FILES, type DriftWindow } from "../../../contract/monitoring";
import { goneOff } from "../../../operations/report/report";
import type { Cloud } from "../../cloud";
import type { ObjectCreatedDetail } from "../../cloud/services/s3/events";
import { alarmResults } from "../alarms";
import type { LivePicture, LiveState } from "./state";

/** Where pictures go that were given to the page. */
export const GIVEN_PREFIX = `${INFERENCE_PREFIXES.incoming}live/`;

/** How much the page is sent. */
const MOST_PICTURES = 24;
const MOST_GIVEN = 8;
const MOST_CONFIDENCES = 200;
/** Uploads whose verdict is waited for; of more the oldest are not timed. */
const MOST_WAITING = 10_000;

/** A record of a failure, as the state machine writes it. */
interface FailureRecord {
  readonly image: { readonly key: string; readonly versionId: string | null };
  readonly error: string;
  readonly cause?: string;
}

type Counts = { -readonly [Name in keyof LiveState["counts"]]: number };

export class LiveFeed {
  private readonly counts: Counts = {
    uploaded: 0,
    accepted: 0,
    review: 0,
    failed: 0,
    captured: 0,
    reviewed: 0,
  };
  private readonly classes: Record<string, number>;
  private readonly uploadedAt = new Map<string, number>();
  private readonly milliseconds: number[] = [];
  private readonly confidences: number[] = [];
  private pictures: readonly LivePicture[] = [];
  private given: readonly LivePicture[] = [];
  private threshold: number | null = null;
  private drift: DriftWindow | null = null;
  private lastId = 0;
  private readonly s3: S3Client;
  private readonly listeners = new Set<() => void>();

  /** @param classes names in label order */
  constructor(
    private readonly cloud: Cloud,
    private readonly stack: string,
    private readonly bucket: string,
    classes: readonly string[],
  ) {
    this.s3 = new S3Client(cloud.deployerSession());
    this.classes = Object.fromEntries(classes.map((name) => [name, 0]));
    cloud.cloudWatch.onStateChange(() => {
      this.tell();
    });
    cloud.s3.onObjectCreated((detail) => {
      if (detail.bucket.name === bucket) {
        void this.observe(detail, performance.now()).catch((error: unknown) => {
          // What cannot be read is shown by nobody, but the cloud goes on.
          cloud.report("live", `${detail.object.key}: ${String(error)}`);
        });
      }
    });
  }

  /** Calls back after every change. @returns what ends it */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get state(): LiveState {
    const sorted = [...this.milliseconds].sort((one, other) => one - other);
    return {
      stack: this.stack,
      counts: this.counts,
      classes: this.classes,
      medianMilliseconds: sorted[Math.floor(sorted.length / 2)] ?? null,
      threshold: this.threshold,
      confidences: this.confidences,
      pictures: this.pictures,
      given: this.given,
      drift: this.drift,
      alarms: this.alarms(),
    };
  }

  /** @returns a picture that the page was told of and is still shown */
  picture(id: number): LivePicture | undefined {
    return [...this.pictures, ...this.given].find((each) => each.id === id);
  }

  stop(): void {
    this.listeners.clear();
    this.s3.destroy();
  }

  private alarms(): LiveState["alarms"] {
    const all = alarmResults(this.cloud);
    return {
      count: all.length,
      off: goneOff(all).off.map(({ name, description, purpose }) => ({
        name,
        description: purpose === undefined ? description : `On purpose: ${purpose}.`,
        isOnPurpose: purpose !== undefined,
      })),
    };
  }

  private async observe({ object }: ObjectCreatedDetail, now: number): Promise<void> {
    const { key } = object;
    const { incoming, batches, accepted, review, failed, labels, undecided, windows } =
      INFERENCE_PREFIXES;
    const begins = (...prefixes: readonly string[]) =>
      prefixes.some((prefix) => key.startsWith(prefix));
    if (begins(incoming, batches)) {
      this.note(versionName(key, object["version-id"] ?? "null"), now);
    } else if (begins(accepted, review)) {
      this.addVerdict(await this.read<Verdict>(key), now);
    } else if (begins(failed)) {
      this.addFailure(await this.read<FailureRecord>(key), now);
    } else if (begins(labels, undecided)) {
      this.counts.reviewed += 1;
    } else if (begins(`${CAPTURE_PREFIX}/`)) {
      this.counts.captured += countLines((await findText(this.s3, this.bucket, key)) ?? "");
    } else if (begins(windows) && key.endsWith(`/${DRIFT_FILES.statistics}`)) {
      this.drift = await this.read<DriftWindow>(key);
    } else {
      return;
    }
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) {
      listener();
    }
  }

  private note(version: string, now: number): void {
    this.counts.uploaded += 1;
    this.uploadedAt.set(version, now);
    const [oldest] = this.uploadedAt.keys();
    if (this.uploadedAt.size > MOST_WAITING && oldest !== undefined) {
      this.uploadedAt.delete(oldest);
    }
  }

  private addVerdict(record: Verdict, now: number): void {
    const { image, verdict, label, confidence, scores, threshold } = record;
    this.counts[verdict] += 1;
    this.classes[label] = (this.classes[label] ?? 0) + 1;
    this.threshold = threshold;
    addTo(this.confidences, confidence, MOST_CONFIDENCES);
    this.add({ ...image, verdict, label, confidence, scores }, now);
  }

  private addFailure({ image, error, cause }: FailureRecord, now: number): void {
    this.counts.failed += 1;
    const { key, versionId } = image;
    this.add(
      {
        key,
        versionId: versionId ?? "null",
        verdict: "failed",
        label: error,
        ...(cause === undefined ? {} : { cause: causeOf(cause) }),
      },
      now,
    );
  }

  private add(picture: Omit<LivePicture, "id" | "milliseconds">, now: number): void {
    const version = versionName(picture.key, picture.versionId);
    const since = this.uploadedAt.get(version);
    this.uploadedAt.delete(version);
    if (since !== undefined) {
      addTo(this.milliseconds, now - since, MOST_CONFIDENCES);
    }
    const { key, versionId, verdict, label, confidence, scores, cause } = picture;
    const shown: LivePicture = {
      id: ++this.lastId,
      ...{ key, versionId, verdict, label },
      ...(confidence === undefined ? {} : { confidence }),
      ...(scores === undefined ? {} : { scores }),
      ...(cause === undefined ? {} : { cause }),
      ...(since === undefined ? {} : { milliseconds: now - since }),
    };
    this.pictures = [shown, ...this.pictures].slice(0, MOST_PICTURES);
    if (key.startsWith(GIVEN_PREFIX)) {
      this.given = [shown, ...this.given].slice(0, MOST_GIVEN);
    }
  }

  private async read<T>(key: string): Promise<T> {
    const text = await findText(this.s3, this.bucket, key);
    if (text === undefined) {
      throw new Error("it is gone before it was read");
    }
    return JSON.parse(text) as T;
  }
}

function versionName(key: string, versionId: string): string {
  return `${versionId} ${key}`;
}

function addTo(values: number[], value: number, most: number): void {
  values.push(value);
  if (values.length > most) {
    values.shift();
  }
}

function countLines(text: string): number {
  return text.split("\n").filter(Boolean).length;
}

/** A function's error comes as JSON with a message for people. */
function causeOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : cause;
  } catch {
    return cause;
  }
}
