import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { parseDefinition } from "../../../../../local/cloud/services/stepFunctions/definition";
import { StateError } from "../../../../../local/cloud/services/stepFunctions/errors";
import {
  runDistributedMap,
  type ChildResult,
  type MapRun,
  type MapRunServices,
} from "../../../../../local/cloud/services/stepFunctions/mapRun";

interface Outcome {
  readonly output?: unknown;
  readonly error?: Error;
  readonly run: MapRun | undefined;
  /** What each child was given. */
  readonly inputs: readonly unknown[];
  /** Most children that ran at once. */
  readonly peak: number;
  readonly kept: readonly ChildResult[];
}

const SERVICES: Pick<MapRunServices, "readItems" | "signal"> = {
  readItems: async function* () {
    yield await Promise.resolve({ Key: "a.png" });
    yield { Key: "b.png" };
    yield { Key: "c.png" };
  },
  signal: new AbortController().signal,
};

interface Surroundings {
  readonly data?: unknown;
  /** Of which inputs the child fails. */
  readonly fails?: (input: unknown) => boolean;
  /** Of which it goes on until it is ended. */
  readonly hangs?: (input: unknown) => boolean;
}

/** Runs a map with these fields. */
async function runMap(
  fields: object,
  { data = {}, fails = () => false, hangs = () => false }: Surroundings = {},
): Promise<Outcome> {
  const definition = parseDefinition(
    JSON.stringify({
      StartAt: "Map",
      States: {
        Map: {
          Type: "Map",
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
            StartAt: "Work",
            States: { Work: { Type: "Succeed" } },
          },
          End: true,
          ...fields,
        },
      },
    }),
  );
  const state = definition.States["Map"];
  if (state?.Type !== "Map") {
    throw new Error("The definition has no map");
  }
  const inputs: unknown[] = [];
  const kept: ChildResult[] = [];
  let run: MapRun | undefined;
  let [running, peak] = [0, 0];
  const outcome = await runDistributedMap(
    state,
    { data, context: {} },
    { arnPrefix: "arn:aws:states:eu-west-1:000000000000", stateMachine: "machine" },
    {
      ...SERVICES,
      writeResults: () => ({
        add: (result) => Promise.resolve(void kept.push(result)),
        finish: () => Promise.resolve("written"),
      }),
      runChild: async (_state, _arn, input, signal) => {
        inputs.push(input);
        running += 1;
        peak = Math.max(peak, running);
        await turn();
        while (hangs(input)) {
          signal.throwIfAborted();
          await turn();
        }
        running -= 1;
        if (fails(input)) {
          throw new StateError("OddError", "a child failed");
        }
        return input;
      },
    },
    (started) => (run = started),
  ).then(
    (output) => ({ output }),
    (error: unknown) => ({ error: error as Error }),
  );
  return { ...outcome, run, inputs, peak, kept };
}

const READER = {
  ItemReader: { Resource: "arn:aws:states:::s3:listObjectsV2", Parameters: { Bucket: "images" } },
};
const WRITER = {
  ResultWriter: {
    Resource: "arn:aws:states:::s3:putObject",
    Parameters: { Bucket: "images", Prefix: "results" },
  },
};

const NONE = { pending: 0, succeeded: 0, failed: 0, aborted: 0 };
const TEN = Array.from({ length: 10 }, (_, index) => index);

describe("a distributed map", () => {
  it("hands each item of its dataset to a child, as its selector wants it", async () => {
    // Act
    const { inputs, run } = await runMap({
      ...READER,
      ItemSelector: { "key.$": "$$.Map.Item.Value.Key", "place.$": "$$.Map.Item.Index" },
    });

    // Assess
    expect(inputs).to.deep.equal([
      { key: "a.png", place: 0 },
      { key: "b.png", place: 1 },
      { key: "c.png", place: 2 },
    ]);
    expect(run?.arn).to.match(/^arn:aws:states:eu-west-1:000000000000:mapRun:machine\/Map:/);
    expect(run?.itemCounts).to.deep.equal({ ...NONE, total: 3, succeeded: 3 });
  });

  it("hands over batches, the last of which may be smaller, with what they have in common", async () => {
    // Act
    const { inputs } = await runMap(
      {
        ...READER,
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "bucket.$": "$.bucket" } },
      },
      { data: { bucket: "images" } },
    );

    // Assess
    expect(inputs).to.deep.equal([
      { BatchInput: { bucket: "images" }, Items: [{ Key: "a.png" }, { Key: "b.png" }] },
      { BatchInput: { bucket: "images" }, Items: [{ Key: "c.png" }] },
    ]);
  });

  it("runs no more children at once than it says, nor more than this machine can work on", async () => {
    for (const [concurrency, batch, most] of [
      [3, 1, 3],
      [0, 1, 40],
      [100, 1, 40],
      [16, 20, 4],
      [2, 20, 2],
      [16, 100, 1],
    ] as const) {
      const { peak } = await runMap(
        {
          ItemsPath: "$.keys",
          MaxConcurrency: concurrency,
          ItemBatcher: { MaxItemsPerBatch: batch },
        },
        { data: { keys: Array.from({ length: 200 }, (_, index) => index) } },
      );
      expect(peak, `${concurrency} of ${batch}`).to.equal(most);
    }
  });

  it("takes its items from its input if it reads no dataset, and answers with all results", async () => {
    // Act
    const { output } = await runMap({ ItemsPath: "$.list" }, { data: { list: [1, 2] } });

    // Assess
    expect(output).to.deep.equal([1, 2]);
  });

  it("keeps results and failures where its writer says", async () => {
    // Act
    const { output, kept } = await runMap(
      { ItemsPath: "$.list", ToleratedFailurePercentage: 50, ...WRITER },
      { data: { list: [1, 2] }, fails: (input) => input === 1 },
    );

    // Assess
    expect(output).to.equal("written");
    expect(kept.map((child) => [child.input, child.status])).to.have.deep.members([
      [1, "FAILED"],
      [2, "SUCCEEDED"],
    ]);
  });

  for (const [tolerated, most] of [
    [{}, 0],
    [{ ToleratedFailureCount: 2 }, 2],
    [{ ToleratedFailurePercentage: 30 }, 3],
    [{ ToleratedFailurePercentage: 29.9 }, 2],
    [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 50 }, 1],
    [{ ToleratedFailureCount: 9, ToleratedFailurePercentage: 10 }, 1],
    [{ ToleratedFailurePercentage: 100 }, 10],
  ] as const) {
    it(`fails when more than ${most} of 10 items fail, told ${JSON.stringify(tolerated)}`, async () => {
      for (const failures of [most, most + 1]) {
        // Act
        const { error, output, run } = await runMap(
          { ItemsPath: "$", MaxConcurrency: 1, ...tolerated, ...WRITER },
          { data: TEN, fails: (input) => (input as number) < failures },
        );

        // Assess
        if (failures > most && most < TEN.length) {
          expect(error?.name).to.equal("States.ExceedToleratedFailureThreshold");
          expect(error?.message).to.include(`${failures} of 10 items failed`);
        } else {
          expect(output).to.equal("written");
        }
        expect(run?.failures[0]).to.deep.equal(
          failures === 0 ? undefined : { error: "OddError", cause: "a child failed" },
        );
      }
    });
  }

  it("starts no child any more when too many have failed, ends those that run, and keeps that", async () => {
    // Act
    const { error, run, inputs, kept } = await runMap(
      { ItemsPath: "$", MaxConcurrency: 3, ToleratedFailurePercentage: 10, ...WRITER },
      {
        data: TEN,
        fails: (input) => [1, 3].includes(input as number),
        hangs: (input) => [2, 4].includes(input as number),
      },
    );

    // Assess
    expect(error?.name).to.equal("States.ExceedToleratedFailureThreshold");
    expect(inputs).to.deep.equal([0, 1, 2, 3, 4]);
    expect(run?.itemCounts).to.deep.equal({
      ...{ total: 10, succeeded: 1, failed: 2, aborted: 2, pending: 5 },
    });
    const statuses = new Map(kept.map(({ input, status }) => [input, status]));
    expect(TEN.map((input) => statuses.get(input))).to.deep.equal([
      ...["SUCCEEDED", "FAILED", "ABORTED", "FAILED", "ABORTED"],
      ...Array<string>(5).fill("PENDING"),
    ]);
  });

  it("counts a batch by its items", async () => {
    // Act
    const { run } = await runMap(
      { ...READER, ItemBatcher: { MaxItemsPerBatch: 2 }, MaxConcurrency: 1 },
      { fails: () => true },
    );

    // Assess
    expect(run?.itemCounts).to.deep.equal({ ...NONE, total: 3, failed: 2, pending: 1 });
  });
});
