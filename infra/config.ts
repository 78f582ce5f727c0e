import { z } from "zod";
import { DRIFT_DEFAULTS } from "../common/drift";
import { DEFAULT_CLASSES } from "../contract/dataset";
import { INLINE_CONCURRENCY } from "./batches";
import { checkConfig, configTexts } from "./configValues";
import { rolloutProblem } from "./rollout";
import { CLASS_NAME_PATTERN, MAX_PIXELS_RANGE } from "../contract/values";
import { fractionProblem, isTime, MOST_HELD_BACK } from "../etl/recipe";
import { trainingConfig } from "./trainingConfig";

const dataset = z.strictObject({
  classes: z
    .array(
      z
        .string()
        .regex(CLASS_NAME_PATTERN, "must be 1 to 63 letters, digits, hyphens and underscores"),
    )
    .min(2)
    .max(100)
    .refine((names) => new Set(names).size === names.length, "must not name a class twice")
    .default([...DEFAULT_CLASSES])
    .describe("CIFAR-100 fine labels to keep; their order is the label order"),
  archive: z
    .string()
    .min(1)
    .optional()
    .describe("URL or path of the CIFAR-100 archive; the official one unless given"),
  archiveMd5: z
    .string()
    .regex(/^[0-9a-f]{32}$/, "must be 32 lower-case hexadecimal digits")
    .optional()
    .describe("MD5 the archive must have; known archives are pinned without it"),
  validationFraction: z
    .number()
    .min(0)
    .max(MOST_HELD_BACK)
    .superRefine((fraction, context) => {
      const message = fractionProblem(fraction);
      if (message !== undefined) {
        context.addIssue({ code: "custom", message });
      }
    })
    .default(0.1)
    .describe(
      "Share of the training images held back for validation, at least one of each class; 0 validates on the test set",
    ),
  format: z
    .enum(["image", "recordio"])
    .default("image")
    .describe("PNGs with lists, or one RecordIO file per split; the pixels are the same"),
  labelsUntil: z
    .string()
    // Without quotes YAML has a time of its own, which Pulumi writes in another way.
    .refine(isTime, 'must be a time in UTC, in quotes, such as "2026-11-26T12:00:00Z"')
    .refine(
      (time) => !isTime(time) || Date.parse(time) <= Date.now(),
      "must be over: answers may still come until then",
    )
    .optional()
    .describe(
      "Trains on the reviewers' answers too that were kept until then (UTC), such as " +
        "`2026-11-26T12:00:00Z`; set it anew to learn from more",
    ),
});

const autoscaling = z
  .strictObject({
    minInstances: z.int().min(1).max(16).describe("Fewest instances"),
    maxInstances: z.int().min(1).max(16).describe("Most instances"),
    invocationsPerMinute: z
      .number()
      .min(1)
      .describe("Requests per minute that one instance is to take"),
  })
  .refine(({ minInstances, maxInstances }) => minInstances <= maxInstances, {
    path: ["maxInstances"],
    message: "must not be less than minInstances",
  });

const endpointSettings = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe("Off deletes only the endpoint; uploads then fail with `EndpointDisabled`"),
  instanceType: z.string().startsWith("ml.").describe("Hosting instance; policy allows one type"),
  instanceCount: z.int().min(1).max(16).default(1).describe("Instances behind the endpoint"),
  capture: z.int().min(0).max(100).describe("Percentage of requests captured; policy demands all"),
  deployment: z
    .enum(["all-at-once", "canary", "linear"])
    .default("all-at-once")
    .describe("How an update takes over the traffic; canary and linear need two instances or more"),
  bakeSeconds: z
    .int()
    .min(0)
    // What SageMaker takes; the time of the whole update is judged below.
    .max(3600, { abort: true })
    .default(300)
    .describe(
      "How long alarms are watched after each step of an update, before the next one; with the start " +
        "of a fleet the whole must end within 3500 s",
    ),
  autoscaling: autoscaling
    .optional()
    .describe("Off unless given; an update begins with `endpoint.instanceCount` instances again"),
});

const endpoint = endpointSettings
  .refine(({ deployment, instanceCount }) => deployment === "all-at-once" || instanceCount >= 2, {
    path: ["deployment"],
    message: "needs `endpoint.instanceCount` of at least 2",
    abort: true,
  })
  .superRefine((settings, context) => {
    const message = rolloutProblem(settings);
    if (message !== undefined) {
      context.addIssue({ code: "custom", path: ["bakeSeconds"], message });
    }
  });

const batch = z.strictObject({
  size: z
    .int()
    .min(1)
    .max(INLINE_CONCURRENCY)
    .default(20)
    .describe("Images that one child execution takes, all at once"),
  concurrency: z
    .int()
    .min(1)
    .max(1000)
    .default(3)
    .describe("Child executions at once: mind what the endpoint's fleet takes"),
  toleratedFailurePercentage: z
    .number()
    .min(0)
    .max(100)
    .default(10)
    .describe(
      "Share of the images, in batches of which more than half failed, that ends the whole",
    ),
});

const workflow = z.strictObject({
  confidenceThreshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe("Below this probability a verdict is `review` instead of `accepted`"),
  maxPixels: z
    .int()
    .min(MAX_PIXELS_RANGE.least)
    .max(MAX_PIXELS_RANGE.most)
    // 8660 x 6000: photos of 50 megapixels (`npm run bench -- pictures`, docs/pictures.md).
    .default(52_000_000)
    .describe("Larger images are refused before they are decoded"),
  notificationEmail: z.email().optional().describe("Told about every review"),
  batch: batch.prefault({}).describe("How a prefix or a manifest of images is worked through"),
});

const review = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe("Off keeps doubtful verdicts under `review/`, and asks and tells nobody"),
  timeoutHours: z
    .int()
    .min(1)
    // Half a year; an execution may take a whole one ("Standard workflows", Step Functions).
    .max(4380)
    .default(168)
    .describe("How long reviewers have; then a review ends as undecided, and is kept"),
});

const days = (usual: number) => z.int().min(1).max(3650).default(usual);

const storage = z.strictObject({
  captureDays: days(90).describe("Days for which captured requests and answers are kept"),
  resultDays: days(365).describe("Days for which uploads, verdicts, labels and failures are kept"),
});

/** The values that CloudWatch Logs has ("PutRetentionPolicy", CloudWatch Logs API Reference). */
const RETENTION_DAYS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180],
  ...[365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
] as const;

const observability = z.strictObject({
  logRetentionDays: z
    .literal([...RETENTION_DAYS])
    .default(30)
    .describe(
      "Days for which logs of functions and executions are kept; policy allows 731 unless told more",
    ),
  executionLogLevel: z
    .enum(["ALL", "ERROR", "FATAL", "OFF"])
    .default("ERROR")
    .describe("Which events of an execution are logged; never the data that passes through it"),
  alarmEmail: z.email().optional().describe("Told about every alarm"),
  latencyMilliseconds: z
    .int()
    .min(1)
    .max(60_000)
    .default(1000)
    .describe("95th percentile of the model's latency at which the alarm goes off"),
});

const driftLimits = z.strictObject({
  psi: z
    .number()
    .positive()
    .default(DRIFT_DEFAULTS.limits.psi)
    .describe("Population stability index of the predicted classes"),
  distance: z
    .number()
    .positive()
    .default(DRIFT_DEFAULTS.limits.distance)
    .describe("Kolmogorov-Smirnov distance of confidence, brightness, contrast and so on"),
  difference: z
    .number()
    .positive()
    .default(DRIFT_DEFAULTS.limits.difference)
    .describe("Difference of the share below the threshold, or of what reviewers find right"),
  undecodable: z
    .number()
    .positive()
    .max(1)
    .default(DRIFT_DEFAULTS.limits.undecodable)
    .describe("Share of the uploads that cannot be decoded"),
  volume: z
    .number()
    .min(1)
    .default(DRIFT_DEFAULTS.limits.volume)
    .describe("How many times more or fewer pictures than at this time of the last seven days"),
});

const monitoring = z.strictObject({
  drift: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe("Compares what goes through the endpoint with the held-out images"),
      period: z
        .enum(["hour", "day"])
        .default("hour")
        .describe("Length of the windows, each of which is judged half an hour after its end"),
      minImages: z
        .int()
        .min(1)
        .default(DRIFT_DEFAULTS.minImages)
        .describe("Of a window with fewer pictures nothing is said"),
      limits: driftLimits
        .prefault({})
        .describe("From where on a difference matters; in few pictures chance sets a higher limit"),
    })
    .prefault({})
    .describe("Compares what goes through the endpoint with the held-out images, window by window"),
  managedSchedule: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          "Has SageMaker Model Monitor look at the captures too; AWS closed it to new customers on 30 July 2026, so only for accounts that have used it",
        ),
      period: z
        .enum(["hour", "day"])
        .default("day")
        .describe("How often; each time costs a processing job on one ml.m5.large"),
    })
    .prefault({})
    .describe("SageMaker's own schedule, besides the drift monitor"),
});

const budget = z.strictObject({
  monthlyDollars: z.number().min(1).describe("What the whole account may cost in a month"),
  email: z.email().describe("Told when 80% are spent, or all of it is forecast to be"),
});

const stackSchema = z.strictObject({
  dataset: dataset.prefault({}),
  training: trainingConfig.prefault({}),
  endpoint,
  workflow: workflow.prefault({}),
  review: review.prefault({}),
  storage: storage.prefault({}),
  observability: observability.prefault({}),
  monitoring: monitoring.prefault({}),
  budget: budget.optional().describe("No spending alert unless given"),
  network: z
    .enum(["public", "private"])
    .default("public")
    .describe("Private puts training, model and functions into a network without internet"),
  availabilityZones: z
    .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "must be a zone such as eu-west-1a"))
    .min(2)
    .max(6)
    .refine((zones) => new Set(zones).size === zones.length, "must not name a zone twice")
    .optional()
    .describe("Zones of the private network; two that offer its endpoints unless given"),
  protect: z
    .boolean()
    .default(true)
    .describe("Keeps everything from being deleted that an ordinary update does not replace"),
});

/** Everything that a stack can be told; `docs/configuration.md` is written from it. */
export const configSchema = stackSchema.refine(
  ({ review, storage }) => !review.enabled || review.timeoutHours <= storage.resultDays * 24,
  {
    path: ["review", "timeoutHours"],
    message: "must end before `storage.resultDays`, when pictures and verdicts are deleted",
  },
);

/** The whole configuration of a stack, validated, with defaults filled in. */
export type WorkflowConfig = z.infer<typeof configSchema>;

/** Whether drift is monitored: without the endpoint there is nothing to monitor. */
export function monitorsDrift({
  endpoint: { enabled },
  monitoring: { drift },
}: Pick<WorkflowConfig, "endpoint" | "monitoring">): boolean {
  return enabled && drift.enabled;
}

/** Whether Model Monitor's schedule is there: it is of the endpoint, and goes with it. */
export function hasManagedSchedule({
  endpoint: { enabled },
  monitoring: { managedSchedule },
}: Pick<WorkflowConfig, "endpoint" | "monitoring">): boolean {
  return enabled && managedSchedule.enabled;
}

/** Reads and validates the stack's configuration. Throws `ConfigError`. */
export function readConfig(): WorkflowConfig {
  return parseConfig(
    Object.fromEntries(Object.entries(configTexts()).map(([key, text]) => [key, parseValue(text)])),
  );
}

/** The engine hands over structured values, numbers and booleans as JSON, and text as it is. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Validates a configuration. Throws `ConfigError` naming each wrong key, its value and what
 * is allowed.
 */
export function parseConfig(values: Readonly<Record<string, unknown>>): WorkflowConfig {
  return checkConfig(configSchema, values, "keys and ranges: docs/configuration.md");
}
