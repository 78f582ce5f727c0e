import { Command, InvalidArgumentError } from "commander";
import { concurrencyFor, instanceHourOf, USUAL, type Load } from "./scaling/model";
import { documentTables, usualLoad, waysTable } from "./scaling/tables";
import { parseCount, print } from "./table";

interface Options {
  readonly images?: number;
  readonly instances: number;
  readonly instanceType: string;
  readonly instanceHour?: number;
  readonly rate: number;
  readonly batch: number;
  readonly concurrency?: number;
  readonly latency: number;
}

/**
 * Prints what classifying many images takes in time and money, by each way in: for somebody's own
 * numbers if `--images` is given, and else what docs/scaling.md has.
 */
export function benchScaling(args: readonly string[]): Promise<void> {
  const options = new Command("bench scaling")
    .description(
      "Reckons time, cost and limits of many images, from the numbers in bench/scaling/facts.ts.",
    )
    .option("--images <count>", "images; without it the tables of docs/scaling.md", parseCount)
    .option("--instances <count>", "instances of the endpoint", parseCount, 1)
    .option("--instance-type <type>", "their type, for the price", USUAL.instanceType)
    .option(
      "--instance-hour <dollars>",
      "their price, if infra/prices.ts has not yours",
      parsePositive,
    )
    .option(
      "--rate <images>",
      "images that one answers in a second",
      parsePositive,
      USUAL.ratePerInstance,
    )
    .option("--batch <count>", "workflow.batch.size", parseCount, USUAL.batchSize)
    .option(
      "--concurrency <count>",
      "workflow.batch.concurrency; what keeps the instances busy",
      parseCount,
    )
    .option(
      "--latency <seconds>",
      "from an image's first state to its last",
      parsePositive,
      USUAL.latency,
    )
    .addHelpText("after", "\nMeasure rate and latency of your own endpoint: npm run load -- --help")
    .parse([...args], { from: "user" })
    .opts<Options>();
  if (options.images === undefined) {
    print(Object.values(documentTables()).join("\n\n"));
  } else {
    print(waysTable(loadOf({ ...options, images: options.images })));
  }
  return Promise.resolve();
}

function loadOf(options: Options & { readonly images: number }): Omit<Load, "way"> {
  const instanceHour = options.instanceHour ?? instanceHourOf(options.instanceType);
  if (instanceHour === undefined) {
    throw new InvalidArgumentError(
      `There is no price of ${options.instanceType}: give it with --instance-hour.`,
    );
  }
  const load = {
    ...usualLoad(),
    images: options.images,
    instances: options.instances,
    instanceHour,
    ratePerInstance: options.rate,
    batchSize: options.batch,
    latency: options.latency,
  };
  return { ...load, concurrency: options.concurrency ?? concurrencyFor(load) };
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError(`${text} is no number above 0.`);
  }
  return value;
}
