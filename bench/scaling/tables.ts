/** The tables of docs/scaling.md, and those for somebody's own numbers. */
import { table } from "../table";
import { FACTS } from "./facts";
import {
  concurrencyFor,
  estimate,
  instanceHourOf,
  USUAL,
  WAYS,
  type Estimate,
  type Load,
  type Way,
} from "./model";

/** The fleets that the document reckons with. */
const SCENARIOS = [
  { images: 1_000, instances: 1 },
  { images: 1_000_000, instances: 5 },
  { images: 100_000_000, instances: 50 },
] as const;

const BATCH_SIZES = [1, 5, 10, 20, 40] as const;

const HEAD = [
  "images",
  "way",
  "instances",
  "children at once",
  "images/s",
  "held back by",
  "time",
  ...["orchestration", "functions", "S3", "logs", "instances' cost", "total", "per 1,000"],
];

/** One row for each way. */
export function waysTable(load: Omit<Load, "way">): string {
  return table(
    HEAD,
    WAYS.map((way) => row({ ...load, way })),
  );
}

/** All of what the document holds between its marks, by the mark's name. */
export function documentTables(): Readonly<Record<string, string>> {
  const usual = usualLoad();
  const withFleet = (fleet: { readonly images: number; readonly instances: number }) => {
    const load = { ...usual, ...fleet };
    return { ...load, concurrency: Math.max(USUAL.concurrency, concurrencyFor(load)) };
  };
  return {
    ways: table(
      HEAD,
      SCENARIOS.flatMap((fleet) => WAYS.map((way) => row({ ...withFleet(fleet), way }))),
    ),
    batches: table(
      ["images of a batch", "children", "orchestration of 1,000,000 images"],
      BATCH_SIZES.map((batchSize) => {
        const way: Way = "map of Express children";
        const { cost } = estimate({ ...usual, ...SCENARIOS[1], batchSize, way });
        const children = Math.ceil(SCENARIOS[1].images / batchSize);
        return [String(batchSize), count(children), dollars(cost.orchestration)];
      }),
    ),
    facts: table(
      ["number", "unit", "what it is", "source"],
      Object.values(FACTS).map(({ value, unit, means, source }) => [
        plain(value),
        unit,
        means,
        source,
      ]),
    ),
  };
}

/** @throws Error when the price table has no such instance */
export function usualLoad(): Omit<Load, "way" | "images" | "instances"> {
  const { instanceType, ...usual } = USUAL;
  const instanceHour = instanceHourOf(instanceType);
  if (instanceHour === undefined) {
    throw new Error(`There is no price of ${instanceType}`);
  }
  return { ...usual, instanceHour };
}

function row(load: Load): string[] {
  const { imagesPerSecond, boundBy, hours, cost, total, problems } = estimate(load);
  const isMap = load.way.startsWith("map");
  return [
    count(load.images),
    load.way,
    count(load.instances),
    isMap ? count(load.concurrency) : "",
    imagesPerSecond.toFixed(0),
    [boundBy, ...problems].join("; "),
    duration(hours),
    ...costCells(cost),
    dollars(total),
    dollars((total * 1000) / load.images),
  ];
}

function costCells(cost: Estimate["cost"]): string[] {
  const { orchestration, functions, storage, logs, instances } = cost;
  return [orchestration, functions, storage, logs, instances].map(dollars);
}

function dollars(amount: number): string {
  const digits = amount < 1 ? 3 : amount < 100 ? 2 : 0;
  return `$${amount.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Without an exponent, however small. */
function plain(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 12 });
}

function duration(hours: number): string {
  if (hours < 1) {
    return `${(hours * 60).toFixed(1)} min`;
  }
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`;
}
