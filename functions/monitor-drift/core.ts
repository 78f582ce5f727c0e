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
import type { Example } from "./examples";
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
  const { s3, bucket } = ports;
  const folder = driftWindowPrefix(range.from, range.to);
  const known = await findStatistics(ports, range);
  const reading = await readWindow(ports, range, baseline);
  const put = (name: string, Body: string | Buffer, ContentType: string, inferenceId?: string) =>
    s3.send(
      new PutObjectCommand({
        ...{ Bucket: bucket, Key: folder + name, Body, ContentType },
        ...(inferenceId === undefined ? {} : { Metadata: { "inference-id": inferenceId } }),
      }),
    );

  const measures: DriftMeasure[] = [];
  for (const measure of judgeWindow(reading, baseline, settings)) {
    const shown = measure.drifted ? reading.finder.of(measure, reading.tally.predicted) : [];
    for (const [index, { png, inferenceId }] of shown.entries()) {
      await put(exampleName(measure, index), png, "image/png", inferenceId);
    }
    measures.push({
      ...measure,
      examples: measure.drifted ? examplesOf(measure, shown, reading, folder) : [],
    });
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
    await ports.publish(
      `Drift: ${names}`.slice(0, 100),
      describeWindow(window, news, { bucket, folder }),
    );
  }
  await put(DRIFT_FILES.violations, violationsOf(window, drifted), "application/json");
  // The last, for what is known of a window has been told.
  await put(DRIFT_FILES.statistics, JSON.stringify(window), "application/json");
  return window;
}

function exampleName({ name }: Pick<DriftMeasure, "name">, index: number): string {
  return `${name}-${index + 1}.png`;
}

function examplesOf(
  measure: Pick<DriftMeasure, "name">,
  shown: readonly Example[],
  { undecodableKeys, correctedKeys }: WindowReading,
  folder: string,
): readonly string[] {
  const uploads = { undecodable: undecodableKeys, accuracy: correctedKeys } as const;
  return measure.name === "undecodable" || measure.name === "accuracy"
    ? uploads[measure.name]
    : shown.map((_, index) => folder + exampleName(measure, index));
}

/** In the words of SageMaker's Model Monitor (`constraint_violations.json`), and our own. */
function violationsOf({ from, to }: DriftWindow, drifted: readonly DriftMeasure[]): string {
  return JSON.stringify({
    ...{ version: 1, from, to },
    violations: drifted.map((measure) => ({
      feature_name: measure.name,
      constraint_check_type: "baseline_drift_check",
      description: describeMeasure(measure),
      ...measure,
    })),
  });
}
