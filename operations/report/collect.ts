/** Gathers the report on a deployed stack: what its outputs, its bucket and its executions tell. */
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { TimeRange } from "../../common/captures/files";
import { parseBaseline } from "../../common/drift";
import { findHeldOutImages } from "../../common/heldOutImages";
import { findText } from "../../common/objectText";
import { calibration, type Calibration } from "../../common/statistics";
import { BASELINE_BINS, DRIFT_BASELINE_KEY } from "../../contract/monitoring";
import type { Workflow } from "../workflow";
import { findExecutions } from "./executions";
import { count, percent } from "./format";
import type { ReportOutputs } from "./outputs";
import { SHEET_PICTURES, type Report, type SheetPicture, type Tile } from "./report";
import { findVerdicts, type Verdicts } from "./verdicts";
import { findWindows } from "./windows";

export interface CollectOptions {
  readonly project: string;
  /** Name of the stack, or of the file of its outputs. */
  readonly stack: string;
  readonly range: TimeRange;
  /** Images that are told, the latest. */
  readonly images: number;
}

export async function collectReport(
  workflow: Workflow,
  outputs: ReportOutputs,
  { project, stack, range, images }: CollectOptions,
): Promise<Report> {
  const { s3, states, inferenceBucket, stateMachineArn } = workflow;
  const [verdicts, executions, baseline, sheet, windows] = await Promise.all([
    findVerdicts(workflow, range, images),
    findExecutions(states, stateMachineArn, range),
    findText(s3, inferenceBucket, DRIFT_BASELINE_KEY),
    contactSheet(s3, outputs.datasetBucket),
    findWindows(workflow, range),
  ]);
  const { trainingResult, datasetSummary } = outputs;
  const rest =
    verdicts.records > verdicts.images.length ? ` of ${String(verdicts.records)}, the latest` : "";
  return {
    ...{ project, stack },
    notes: [
      `From ${range.from.toISOString()} to ${range.to.toISOString()}: ` +
        `${count(verdicts.images.length, "image")}${rest}.`,
    ],
    tiles: tiles(outputs, verdicts),
    dataset: { summary: datasetSummary, sheet },
    ...(baseline === undefined ? {} : { calibration: calibrationOf(baseline) }),
    traffic: {
      ...{ images: verdicts.images, threshold: verdicts.threshold },
      latency: { execution: executions.milliseconds },
    },
    machine: executions.machine,
    price: outputs.priceEstimate,
    ...(windows.length === 0 ? {} : { drift: windows }),
    places: [
      ["Model", trainingResult.modelDataUrl],
      ["Training job", trainingResult.trainingJobName],
      ["Endpoint", workflow.endpointName],
      ["Bucket", inferenceBucket],
      ["State machine", stateMachineArn],
    ],
    absent: [
      ...absences(outputs),
      ...(baseline === undefined
        ? [
            {
              what: "Reliability",
              why: "There is no baseline: deployment writes it, if the endpoint is on.",
            },
          ]
        : []),
      ...(windows.length === 0
        ? [{ what: "Drift", why: "The drift monitor has judged no window of this time." }]
        : []),
    ],
  };
}

function tiles(
  { parityReport, priceEstimate }: ReportOutputs,
  verdicts: Verdicts,
): readonly Tile[] {
  const { images, captured } = verdicts;
  const accepted = images.filter(({ ending }) => ending.verdict === "accepted").length;
  const review = images.filter(({ ending }) => ending.verdict === "review").length;
  const unreadable = Object.values(captured.unreadable).reduce((sum, { lines }) => sum + lines, 0);
  return [
    parityReport === null
      ? { value: "off", name: "endpoint", remark: "switched off in the stack's config" }
      : {
          value: percent(parityReport.accuracy),
          name: "accuracy when it was deployed",
          remark:
            `95% interval ${percent(parityReport.interval.low)} to ` +
            `${percent(parityReport.interval.high)}, ${count(parityReport.images, "image")}`,
        },
    {
      value: percent(accepted / Math.max(1, images.length)),
      name: "accepted",
      remark: `${String(review)} for review, ${String(images.length - accepted - review)} failed`,
    },
    {
      value: String(captured.records),
      name: "requests captured",
      remark: `${count(captured.files, "file")}, ${count(unreadable, "line")} unreadable`,
    },
    {
      value: `${String(Math.round(priceEstimate.monthlyTotal))} ${priceEstimate.currency}`,
      name: "a month",
      remark: `and ${priceEstimate.perThousandImages.toFixed(2)} for a thousand uploads, estimated`,
    },
  ];
}

/** What nobody keeps, or somebody else tells. */
function absences({ parityReport, trainingResult }: ReportOutputs): Report["absent"] {
  const recall = Object.entries(parityReport?.perClassRecall ?? {}).map(
    ([name, share]) => `${name} ${share === null ? "-" : percent(share)}`,
  );
  const metrics = Object.entries(trainingResult.metrics).map(
    ([name, value]) => `${name} ${percent(value)}`,
  );
  return [
    {
      what: "What was taken for what",
      why: `Deployment keeps the recall of each class alone: ${recall.join(", ") || "none"}.`,
    },
    {
      what: "Training by epoch",
      why: `It is in the log of the job; its last values are ${metrics.join(", ") || "not known"}.`,
    },
    {
      what: "Policies",
      why: "`npm run policy:check -- --stack NAME` asks each of them about the program.",
    },
    {
      what: "Truth",
      why: "Whether a verdict is right is known of those that a person has reviewed, and these were doubtful.",
    },
  ];
}

/** How reliable confidences were on held-out images, when the endpoint was deployed. */
function calibrationOf(text: string): Calibration {
  const { confidenceHistogram, correctHistogram } = parseBaseline(text);
  return calibration(
    confidenceHistogram.flatMap((images, bin) =>
      Array.from({ length: images }, (_, index) => ({
        confidence: (bin + 0.5) / BASELINE_BINS,
        isRight: index < (correctHistogram[bin] ?? 0),
      })),
    ),
  );
}

/** The first held-out pictures of each class. */
async function contactSheet(s3: S3Client, Bucket: string): Promise<readonly SheetPicture[]> {
  const { classes, images } = await findHeldOutImages(async (Key) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  });
  const some = classes.flatMap((className, label) =>
    images
      .filter((each) => each.label === label)
      .slice(0, SHEET_PICTURES)
      .map((each) => ({ className, read: each.read })),
  );
  return Promise.all(some.map(async ({ className, read }) => ({ className, png: await read() })));
}
