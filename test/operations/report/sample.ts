/** Reports of any number of images, with every figure that there is. */
import { calibration } from "../../../common/statistics";
import { DEFAULT_CLASSES } from "../../../contract/dataset";
import { DRIFT_MEASURES, type DriftWindow } from "../../../contract/monitoring";
import { stateMachineDefinition } from "../../../infra/stateMachine";
import type { ClassifiedImage, Report } from "../../../operations/report/report";
import { encode, patterned } from "../../functions/support/images";

const CLASSES = DEFAULT_CLASSES;
const START = Date.UTC(2026, 10, 2, 9);
const THRESHOLD = 0.8;

/** The same at every run: how much of 1 the fraction of a multiple is. */
const share = (index: number) => (index * 0.618034) % 1;

function classified(index: number, png: Buffer, truthIsKnown: boolean): ClassifiedImage {
  const name = (label: number) => CLASSES[label % CLASSES.length] ?? "";
  const at = START + index * 40;
  const confidence = 0.4 + 0.6 * Math.sqrt(share(index));
  const truth = name(index);
  const label = share(index * 7) < confidence ? truth : name(index + 1);
  const base = { key: `incoming/${String(index)}.png`, at, png };
  if (index % 97 === 96) {
    return { ...base, ending: { verdict: "failed", error: "UnreadableImageError" } };
  }
  return {
    ...base,
    ...(truthIsKnown ? { truth } : {}),
    ending: {
      verdict: confidence < THRESHOLD ? "review" : "accepted",
      ...{ label, confidence },
      scores: { [label]: confidence, [name(index + 2)]: 1 - confidence },
    },
  };
}

/** @param windows of the drift monitor, of which the last has drifted */
export async function sampleReport(
  images: number,
  { truthIsKnown = true, windows = 12 } = {},
): Promise<Report> {
  const png = await encode(patterned(28, 28), "image/png");
  const all = Array.from({ length: images }, (_, index) => classified(index, png, truthIsKnown));
  const known = all.flatMap(({ truth, ending }) =>
    truth === undefined || ending.verdict === "failed"
      ? []
      : [{ confidence: ending.confidence, isRight: ending.label === truth }],
  );
  const succeeded = all.filter(({ ending }) => ending.verdict !== "failed").length;
  const way = ["ReceiveRequest", "TakeUpload", "ClaimImage", "SerializeImage"];
  const perClass = Object.fromEntries(CLASSES.map((name) => [name, 100]));
  return {
    ...{ project: "ml-workflow-aws", stack: "test", notes: ["A sample <of> a report."] },
    tiles: [{ value: "93.0%", name: "accuracy", remark: "95% interval 90.0% to 95.0%" }],
    dataset: {
      summary: {
        ...{ classes: CLASSES, format: "image", imageShape: [3, 28, 28], digest: "0123abcd" },
        counts: { train: 300, validation: 300, test: 300 },
        perClass: { train: perClass, validation: perClass, test: perClass },
      },
      sheet: images === 0 ? [] : CLASSES.map((className) => ({ className, png })),
    },
    confusion: {
      classes: CLASSES,
      counts: CLASSES.map((_, row) => CLASSES.map((__, column) => (row === column ? images : 1))),
      recall: Object.fromEntries(CLASSES.map((name) => [name, 0.9])),
    },
    calibration: calibration(known),
    training: {
      job: "job-1",
      metrics: { "train:accuracy": [0.5, 0.8, 0.9], "validation:accuracy": [0.4, 0.7, 0.89] },
    },
    traffic: {
      ...{ images: all, threshold: THRESHOLD },
      latency: {
        execution: all.map((_, index) => 40 + 300 * share(index) ** 3),
        SerializeImage: all.map((_, index) => 10 + 20 * share(index)),
      },
    },
    machine: {
      definition: JSON.stringify(
        stateMachineDefinition(
          {
            ...{ partition: "aws", bucketName: "b", serializeFunctionArn: "s" },
            ...{ classifyFunctionArn: "c", filterFunctionArn: "f" },
          },
          { size: 40, concurrency: 10, toleratedFailurePercentage: 50 },
        ),
      ),
      paths: [
        {
          states: [...way, "ClassifyImage", "FilterInference", "KeepVerdict"],
          executions: succeeded,
        },
        { states: [...way, "RecordFailure", "Failed"], executions: images - succeeded },
      ].filter(({ executions }) => executions > 0),
    },
    drift: Array.from({ length: images === 0 ? 0 : windows }, (_, index) =>
      driftWindow(index, images, index === windows - 1),
    ),
    alarms: [
      {
        ...{ name: "latency", state: "OK", description: "It answers too slowly." },
        ...{ condition: "p95 of ModelLatency ≥ 1000000 in 60 s", values: [81_000, 79_500] },
      },
      {
        ...{
          name: "failed-executions",
          state: "ALARM",
          description: "Images were not classified.",
        },
        ...{ condition: "Sum of ExecutionsFailed ≥ 1 in 60 s", values: [1] },
      },
    ],
    policies: [
      { policy: "s3-bucket-require-tls", outcome: "kept" },
      {
        ...{ policy: "s3-bucket-require-versioning", outcome: "excepted" },
        ...{ resource: "aws:s3/bucket:Bucket legacy", note: "Until 2027-03-31." },
      },
    ],
    price: {
      ...{ currency: "USD", basis: "List prices of a day.", region: "us-east-1" },
      monthly: { endpoint: 100, encryption: 2, monitoring: 1, network: 0 },
      ...{ perThousandImages: 0.5, perThousandInBatches: 0.0015 },
      ...{ monthlyTotal: 103, trainingRunAtMost: 3 },
      withoutPrice: ["ml.c7i.large"],
    },
    seconds: { preview: 3, deploy: 12, "deploy: training": 8, classify: 4 },
    places: [["Model", "s3://bucket/models/job-1/output/model.tar.gz"]],
    absent: [{ what: "bills", why: "Nobody was asked." }],
  };
}

function driftWindow(index: number, images: number, drifted: boolean): DriftWindow {
  const hour = (count: number) => new Date(START + count * 3_600_000).toISOString();
  return {
    ...{ version: 1, from: hour(index), to: hour(index + 1), images, undecodable: 0, leftOut: 0 },
    classes: Object.fromEntries(CLASSES.map((name) => [name, images])),
    measures: DRIFT_MEASURES.map((name, measure) => ({
      ...{ name, statistic: "ks", threshold: 0.2, images, examples: [] },
      value: name === "accuracy" ? null : 0.15 * share(index * 3 + measure) + (drifted ? 0.1 : 0),
      drifted: drifted && measure < 3,
      ...{ figure: 0.5, baseline: 0.45 },
    })),
  };
}
