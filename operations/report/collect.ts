/** Gathers the report on a deployed stack: what its outputs, its bucket and its executions tell. */
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { TimeRange } from "../../common/captures/files";
import { driftBaselineSchema } from "../../common/drift";
import { findHeldOutImages } from "../../common/heldOutImages";
import type { RecordReader } from "../../common/records";
import { calibration, type Calibration } from "../../common/statistics";
import { BASELINE_BINS, DRIFT_BASELINE_KEY, type DriftBaseline } from "../../contract/monitoring";
import { printable } from "../printable";
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

/** @param reader knows afterwards which records are damaged: the report is made of the others */
export async function collectReport(
  workflow: Workflow,
  outputs: ReportOutputs,
  { project, stack, range, images }: CollectOptions,
  reader: RecordReader,
): Promise<Report> {
  const { s3, states, inferenceBucket, stateMachineArn } = workflow;
  const [verdicts, executions, baseline, sheet, windows] = await Promise.all([
    findVerdicts(workflow, range, images, reader),
    findExecutions(states, stateMachineArn, range),
    reader.read(driftBaselineSchema, DRIFT_BASELINE_KEY),
    contactSheet(s3, outputs.datasetBucket),
    findWindows(workflow, range, reader),
  ]);
  const { trainingResult, datasetSummary } = outputs;
  const { damaged } = reader;
  const rest = verdicts.records > images ? ` of ${String(verdicts.records)}, the latest` : "";
  return {
    ...{ project, stack },
    notes: [
      `From ${range.from.toISOString()} to ${range.to.toISOString()}: ` +
        `${count(verdicts.images.length, "image")}${rest}.`,
      ...(damaged.length === 0
        ? []
        : [`Without ${count(damaged.length, "record")} that cannot be read.`]),
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
      ...damages(damaged),
      ...absences(outputs),
      ...(baseline === undefined
        ? [
            {
              what: "Reliability",
              why: "There is no baseline that can be read: deployment writes it, if the endpoint is on.",
            },
          ]
        : []),
      ...(windows.length === 0
        ? [
            {
              what: "Drift",
              why: "Of this time there is no window of the drift monitor that can be read.",
            },
          ]
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

function damages(damaged: RecordReader["damaged"]): Report["absent"] {
  return damaged.map(({ record, problem }) => ({
    what: `The record ${printable(record)}`,
    why: `It cannot be read: ${printable(problem)}`,
  }));
}

/** How reliable confidences were on held-out images, when the endpoint was deployed. */
function calibrationOf({ confidenceHistogram, correctHistogram }: DriftBaseline): Calibration {
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
