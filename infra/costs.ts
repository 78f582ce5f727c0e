import * as pulumi from "@pulumi/pulumi";
import * as aws from "./aws";
import type { PriceEstimate } from "../contract/price";
import { DRIFT_PERIOD_HOURS } from "../contract/monitoring";
import { hasManagedSchedule, type WorkflowConfig } from "./config";
import { INSTANCE_TYPE as ANALYZER_TYPE } from "./managedSchedule";
import { HOURS_PER_MONTH, PRICES } from "./prices";

/** What stands in the account whether it is used or not. */
export interface Standing {
  readonly alarms: number;
  /** In every zone in which there is one. */
  readonly interfaceEndpoints: number;
}

/**
 * The states that an uploaded image passes when all goes well, and the start and the end of its
 * execution, which the first example of "AWS Step Functions pricing" counts too (from memory).
 */
export const TRANSITIONS_PER_IMAGE = 9;

/** Assumed: from an image's first state to its last. A batch takes as long, for all go at once. */
export const SECONDS_PER_IMAGE = 0.5;

/** Steps in which Express workflows are billed; 50 MB and the data of a batch fit into one. */
export const EXPRESS_STEP = { megabytes: 64, seconds: 0.1 } as const;

/** Assumed, for warm invocations: seconds times gigabytes of the three functions together. */
export const GIGABYTE_SECONDS_PER_IMAGE = 0.06;
export const INVOCATIONS_PER_IMAGE = 3;

/** Assumed, of one job of the managed schedule: its machine is paid for while the job runs. */
const ANALYZER_HOURS = 0.1;

/**
 * Estimates what the stack costs. Data stored and transferred, logs and the functions' own metrics
 * are not in it.
 */
export function estimatePrice(
  config: Pick<WorkflowConfig, "endpoint" | "training" | "workflow" | "review" | "monitoring">,
  standing: Standing,
): PriceEstimate {
  const { endpoint, training, review } = config;
  const instances = endpoint.enabled ? endpoint.instanceCount : 0;
  const hostingHour = PRICES.hostingHour[endpoint.instanceType];
  const trainingHour = PRICES.trainingHour[training.instanceType];
  const monthly = {
    endpoint: cents((hostingHour ?? 0) * instances * HOURS_PER_MONTH),
    // That of the data, and that of the links to reviews.
    encryption: PRICES.keyMonth * (review.enabled ? 2 : 1),
    monitoring: cents(
      PRICES.alarmMonth * standing.alarms + PRICES.dashboardMonth + analyzerMonth(config),
    ),
    network: cents(PRICES.interfaceEndpointHour * standing.interfaceEndpoints * HOURS_PER_MONTH),
  };
  const functions =
    PRICES.lambdaRequest * INVOCATIONS_PER_IMAGE +
    PRICES.lambdaGigabyteSecond * GIGABYTE_SECONDS_PER_IMAGE;
  const hours = training.maxRuntimeSeconds / 3600;
  return {
    currency: "USD",
    basis: PRICES.basis,
    region: PRICES.region,
    monthly,
    monthlyTotal: cents(Object.values(monthly).reduce((total, each) => total + each, 0)),
    perThousandImages: cents((PRICES.stateTransition * TRANSITIONS_PER_IMAGE + functions) * 1000),
    // Fractions of a cent, which are something for many images.
    perThousandInBatches: Number(
      (
        expressCost(1000 / config.workflow.batch.size, SECONDS_PER_IMAGE) +
        functions * 1000
      ).toFixed(6),
    ),
    trainingRunAtMost: cents((trainingHour ?? 0) * training.instanceCount * hours),
    withoutPrice: [
      ...(hostingHour === undefined ? [endpoint.instanceType] : []),
      ...(trainingHour === undefined ? [training.instanceType] : []),
    ],
  };
}

/** Dollars for executions of Express workflows in one month, each of so many seconds. */
export function expressCost(executions: number, seconds: number): number {
  // In whole milliseconds, of which a step has many.
  const steps = Math.ceil(Math.round(seconds * 1000) / (EXPRESS_STEP.seconds * 1000));
  const hours = (executions * steps * EXPRESS_STEP.seconds) / 3600;
  const gigabyteHours = hours * (EXPRESS_STEP.megabytes / 1024);
  const first = Math.min(gigabyteHours, 1_000);
  const next = Math.min(gigabyteHours - first, 4_000);
  return (
    executions * PRICES.expressRequest +
    first * PRICES.expressGigabyteHour +
    next * PRICES.expressGigabyteHourNext +
    (gigabyteHours - first - next) * PRICES.expressGigabyteHourRest
  );
}

/** Of the managed schedule, if there is one. */
function analyzerMonth(config: Pick<WorkflowConfig, "endpoint" | "monitoring">): number {
  const jobs = HOURS_PER_MONTH / DRIFT_PERIOD_HOURS[config.monitoring.managedSchedule.period];
  return hasManagedSchedule(config)
    ? PRICES.processingHour[ANALYZER_TYPE] * ANALYZER_HOURS * jobs
    : 0;
}

function cents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}

/** Tells by e-mail when the account's month gets expensive, before it is and when it is. */
export class SpendingAlert extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: NonNullable<WorkflowConfig["budget"]>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ml-workflow-aws:infra:SpendingAlert", name, {}, opts);

    const notification = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberEmailAddresses: [args.email],
    });
    new aws.budgets.Budget(
      name,
      {
        budgetType: "COST",
        limitAmount: String(args.monthlyDollars),
        limitUnit: "USD",
        timeUnit: "MONTHLY",
        notifications: [notification("FORECASTED", 100), notification("ACTUAL", 80)],
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}
