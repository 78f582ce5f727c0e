/** The report of a run in the local cloud. */
import { percent } from "../../operations/report/format";
import {
  pathsOf,
  SHEET_PICTURES,
  type ClassifiedImage,
  type Report,
  type SheetPicture,
  type Tile,
} from "../../operations/report/report";
import type { Run } from "./run";
import { latencySamples, type EndpointSummary, type Summary } from "./summary";
import type { Classification } from "./traffic";

export function runReport({
  summary,
  classifications,
  definition,
}: Pick<Run, "summary" | "classifications" | "definition">): Report {
  const { project, stack, archive, dataset, training, classification, endpoint } = summary;
  const { confusion, recall, threshold, calibration } = classification;
  return {
    ...{ project, stack },
    notes: [
      archive.isSample
        ? "These are generated pictures in CIFAR-100's format. They show that everything works, " +
          "not how good the model is; give --archive for the real images."
        : `Archive: ${archive.source}`,
      `Everything ran in the local cloud, without AWS: the training job is a small stand-in.`,
    ],
    tiles: tiles(summary),
    dataset: { summary: dataset, sheet: contactSheet(classifications, dataset.classes) },
    confusion: { classes: dataset.classes, counts: confusion, recall },
    calibration,
    training,
    traffic: {
      images: classifications.map((each) => classifiedImage(each, dataset.classes)),
      threshold,
      latency: latencySamples(classifications),
    },
    machine: {
      definition,
      paths: pathsOf(classifications.map(({ execution }) => execution.states.map((it) => it.name))),
    },
    people: summary.people,
    alarms: summary.alarms,
    policies: summary.policies.results,
    price: summary.price,
    seconds: summary.seconds,
    places: [
      ["Model", training.artefact],
      ...(endpoint === undefined ? [] : endpointPlaces(endpoint)),
    ],
    ...(summary.drift.length === 0 ? {} : { drift: summary.drift }),
    absent: [],
  };
}

function tiles({ classification, endpoint, seconds, policies }: Summary): readonly Tile[] {
  const { accuracy, interval, verdicts, acceptedAccuracy, images } = classification;
  const total = (seconds["preview"] ?? 0) + (seconds["deploy"] ?? 0) + (seconds["classify"] ?? 0);
  const excepted = policies.results.filter(({ outcome }) => outcome === "excepted").length;
  return [
    {
      value: percent(accuracy),
      name: "accuracy",
      remark: `95% interval ${percent(interval.low)} to ${percent(interval.high)}`,
    },
    {
      value: percent(images === 0 ? 0 : verdicts.accepted / images),
      name: "accepted",
      remark:
        acceptedAccuracy === undefined
          ? "none above the threshold"
          : `${percent(acceptedAccuracy)} of them right; ${verdicts.review} for review`,
    },
    endpoint === undefined
      ? { value: "off", name: "endpoint", remark: "switched off in the stack's config" }
      : {
          value: `${endpoint.capture.records} / ${endpoint.invocations}`,
          name: "captured / invocations",
          remark: `${endpoint.capture.percentage}% asked for, ${endpoint.capture.files} files`,
        },
    {
      value: String(policies.asked),
      name: "policies kept",
      remark:
        `by ${policies.resources} resources` + (excepted === 0 ? "" : `, ${excepted} exceptions`),
    },
    {
      value: `${total.toFixed(1)} s`,
      name: "from nothing to verdicts",
      remark: "preview, deployment, classification",
    },
  ];
}

/** The first pictures of each class. */
function contactSheet(
  classifications: readonly Classification[],
  classes: readonly string[],
): readonly SheetPicture[] {
  return classes.flatMap((className, label) =>
    classifications
      .filter(({ image }) => image.label === label)
      .slice(0, SHEET_PICTURES)
      .map(({ png }) => ({ className, png })),
  );
}

function classifiedImage(
  { image, png, execution, verdict }: Classification,
  classes: readonly string[],
): ClassifiedImage {
  const truth = classes[image.label];
  return {
    ...{ key: image.key, at: execution.startedAt, png },
    ...(truth === undefined ? {} : { truth }),
    ending: verdict ?? { verdict: "failed", error: execution.error ?? execution.status },
  };
}

function endpointPlaces(endpoint: EndpointSummary): (readonly [name: string, value: string])[] {
  const { name, status, variant, instanceCount, instanceType, capture } = endpoint;
  return [
    ["Endpoint", `${name}, ${status}`],
    ["Variant", `${variant}, ${instanceCount} x ${instanceType}`],
    ["Capture", capture.destination],
    ["A captured file", capture.example ?? "none"],
  ];
}
