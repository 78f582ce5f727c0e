import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { TimeRange } from "../../common/captures/files";
import { DriftBaselineError, judgeWindow, parseBaseline } from "../../common/drift";
import { findText } from "../../common/objectText";
import {
  DRIFT_BASELINE_KEY,
  DRIFT_FILES,
  driftWindowPrefix,
  type DriftBaseline,
  type DriftMeasure,
  type DriftWindow,
} from "../../contract/monitoring";
import { describeMeasure, describeWindow } from "./message";
import { findStatistics, readWindow, type Source, type WindowReading } from "./reading";
import type { MonitorSettings } from "./request";

export interface MonitorPorts extends Source {
  /** Tells people. */
  readonly publish: (subject: string, message: string) => Promise<void>;
}

/**
 * What live traffic is compared with.
 * @throws DriftBaselineError if there is none, or none of this version
 */
export async function readBaseline({ s3, bucket }: Source): Promise<DriftBaseline> {
  const text = await findText(s3, bucket, DRIFT_BASELINE_KEY);
  if (text === undefined) {
    throw new DriftBaselineError(
      `There is no s3://${bucket}/${DRIFT_BASELINE_KEY}: deploy with the endpoint enabled, which writes it`,
    );
  }
  return parseBaseline(text);
}

/**
 * Judges one window and keeps what was found. Judged again, it is the same window with whatever came
 * late: its results take the place of the former, and people are told only of what is new in them.
 */
export async function monitorWindow(
  ports: MonitorPorts,
  range: TimeRange,
  baseline: DriftBaseline,
  settings: MonitorSettings,
): Promise<DriftWindow> {
  const { bucket } = ports;
  const folder = driftWindowPrefix(range.from, range.to);
  const known = await findStatistics(ports, range);
  const reading = await readWindow(ports, range, baseline);

  const measures: DriftMeasure[] = [];
  for (const measure of judgeWindow(reading, baseline, settings)) {
    const examples = measure.drifted ? await keepExamples(ports, folder, measure, reading) : [];
    measures.push({ ...measure, examples });
  }
  const window: DriftWindow = {
    ...{ version: 1, from: range.from.toISOString(), to: range.to.toISOString() },
    ...{ images: reading.tally.images, undecodable: reading.undecodable, leftOut: reading.leftOut },
    classes: Object.fromEntries(
      reading.tally.classes.map((name, label) => [name, reading.tally.predicted[label] ?? 0]),
    ),
    measures,
  };

  const drifted = measures.filter((measure) => measure.drifted);
  const isKnown = ({ name }: DriftMeasure) =>
    known?.measures.some((each) => each.name === name && each.drifted) === true;
  const news = drifted.filter((measure) => !isKnown(measure));
  if (news.length > 0) {
    const names = news.map(({ name }) => name).join(", ");
    // SNS takes 100 characters of a subject ("Publish", Amazon SNS API Reference).
    const subject = `Drift: ${names}`.slice(0, 100);
    await ports.publish(subject, describeWindow(window, news, { bucket, folder }));
  }
  await putJson(ports, folder + DRIFT_FILES.violations, violationsOf(window, drifted));
  // The last, for what is known of a window has been told.
  await putJson(ports, folder + DRIFT_FILES.statistics, window);
  return window;
}

/**
 * Keeps pictures that show a drift.
 * @returns keys of the examples: the pictures, or uploads of which there are none
 */
async function keepExamples(
  { s3, bucket }: Source,
  folder: string,
  measure: Omit<DriftMeasure, "examples">,
  { finder, tally, undecodableKeys, correctedKeys }: WindowReading,
): Promise<readonly string[]> {
  if (measure.name === "undecodable") {
    return undecodableKeys;
  }
  if (measure.name === "accuracy") {
    return correctedKeys;
  }
  const keys: string[] = [];
  for (const [index, { png, inferenceId }] of finder.of(measure, tally.predicted).entries()) {
    const Key = `${folder}${measure.name}-${index + 1}.png`;
    await s3.send(
      new PutObjectCommand({
        ...{ Bucket: bucket, Key, Body: png, ContentType: "image/png" },
        ...(inferenceId === undefined ? {} : { Metadata: { "inference-id": inferenceId } }),
      }),
    );
    keys.push(Key);
  }
  return keys;
}

async function putJson({ s3, bucket }: Source, Key: string, value: unknown): Promise<void> {
  const Body = JSON.stringify(value);
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: "application/json" }),
  );
}

/** In the words of SageMaker's Model Monitor (`constraint_violations.json`), and our own. */
function violationsOf({ from, to }: DriftWindow, drifted: readonly DriftMeasure[]): object {
  return {
    ...{ version: 1, from, to },
    violations: drifted.map((measure) => ({
      feature_name: measure.name,
      constraint_check_type: "baseline_drift_check",
      description: describeMeasure(measure),
      ...measure,
    })),
  };
}
