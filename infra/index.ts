import { readConfig } from "./config";
import { estimatePrice, SpendingAlert } from "./costs";
import { DataKey } from "./dataKey";
import { Dataset } from "./dataset";
import { Hosting } from "./hosting";
import { modelShape } from "./imageClassification";
import { Monitoring } from "./monitoring";
import { physicalNames } from "./naming";
import { NotificationTopic } from "./notificationTopic";
import { ParityGate } from "./parityGate";
import { Preflight } from "./preflight";
import { PrivateBucket } from "./privateBucket";
import { PrivateNetwork } from "./privateNetwork";
import { inferenceExpiration } from "./retention";
import { HumanReview } from "./review";
import { Training } from "./training";
import { ClassificationWorkflow } from "./workflow";

const config = readConfig();
const { dataset: recipe, observability, protect } = config;
const names = physicalNames();
// Not to be deleted, all but what an ordinary update replaces.
const kept = { protect };

// Nothing is made, and nothing paid for, before it is known that it can work.
new Preflight("preflight", { config, endpointName: names.endpoint });

// Training, model and functions run in here, if anywhere in particular.
const placement =
  config.network === "private" ? new PrivateNetwork("network", config, kept) : undefined;

// Images, models, verdicts and captured traffic are encrypted with it.
const key = new DataKey("data", kept);

// Uploads, verdicts, answers of reviewers and captured traffic.
const stored = { key, keepObjects: protect, expirationDays: inferenceExpiration(config) };
const inference = new PrivateBucket("inference", stored, kept);

// CIFAR-100 archive, and answers if asked for -> images, lists and manifest in the dataset bucket.
const dataset = new Dataset("dataset", { recipe, inference, key, keepObjects: protect }, kept);

// Dataset -> model.tar.gz, once the job has really completed.
const training = new Training("training", { dataset, settings: config.training, placement }, kept);

// Whoever looks after the stack is told here.
const alarms = new NotificationTopic("alarms", { email: observability.alarmEmail }, kept);

// Model -> endpoint, every request and answer captured.
const hosting = new Hosting(
  "hosting",
  {
    ...{ dataset, training, inferenceBucket: inference, placement, alarms, observability },
    endpointName: names.endpoint,
    settings: config.endpoint,
  },
  kept,
);

// Endpoint + held-out images -> accuracy, and the baseline for drift.
const imageShape = modelShape(config.training);
const scored = { dataset, hosting, inferenceBucket: inference, imageShape, config };
const parity = config.endpoint.enabled ? new ParityGate("parity", scored) : undefined;

// incoming/ -> serialize -> classify -> filter -> accepted/ or review/.
const workflow = new ClassificationWorkflow(
  "workflow",
  {
    ...{ bucket: inference, hosting, placement, observability, imageShape },
    ...{ classes: config.dataset.classes, settings: config.workflow },
    endpointEnabled: config.endpoint.enabled,
    logGroupName: names.executionLogs,
  },
  kept,
);

// review/ -> a person, or nobody in time -> labels/ or undecided/.
const asked = { bucket: inference, placement, config, logGroupName: names.reviewLogs };
const review = config.review.enabled ? new HumanReview("review", asked, kept) : undefined;

// What is to be seen of all of the above, and what it costs.
const watched = { topic: alarms, hosting, workflow, review, bucket: inference, config, placement };
const monitoring = new Monitoring("monitoring", { ...watched, parity, names }, kept);
if (config.budget !== undefined) {
  new SpendingAlert("budget", config.budget);
}

export const priceEstimate = estimatePrice(config, {
  alarms: hosting.alarmCount + monitoring.alarmCount,
  interfaceEndpoints: placement?.interfaceEndpoints ?? 0,
});
export const { dashboardName } = monitoring;
export const { bucketName: datasetBucket, summary: datasetSummary } = dataset;
export const trainingResult = training.result;
export const inferenceBucket = inference.name;
export const { endpointName } = hosting;
export const { stateMachineArn } = workflow;
// Null, and not absent, what is switched off: Pulumi would warn of it.
export const parityReport = parity?.report ?? null;
export const reviewTopicArn = review?.topicArn ?? null;
