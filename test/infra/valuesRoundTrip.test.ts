import { readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { ENVIRONMENT } from "../../contract/environment";
import { formatNumber, parseNumber } from "../../contract/values";
import {
  readClassNames,
  readConfidenceThreshold,
  readImageShape,
  readMaxPixels,
} from "../../functions/shared/environment";
import { ConfigError, parseConfig, type WorkflowConfig } from "../../infra/config";
import { hyperParameters, modelShape } from "../../infra/imageClassification";
import { parseHyperparameters } from "../../local/cloud/containers/image-classification/hyperparameters";
import { etl, folderOfSuite } from "../etl/support/etl";
import { archiveOf, binaryFiles, sample } from "../etl/support/archive";
import { resource } from "../support/graph";
import { deployProgram, SUMMARY } from "../support/mocks";

const NAME_START = "abcXYZ019_";
const NAME_UNITS = `${NAME_START}-`;
const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };

/** Numbers over all magnitudes that a person may write. */
const share = fc
  .oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(0, 1, 1e-7, 5e-324, 0.1, 1e-21),
  )
  .map((value) => value);

const training = fc.record(
  {
    epochs: fc.integer({ min: 1, max: 1000 }),
    batchSize: fc.integer({ min: 1, max: 512 }),
    optimizer: fc.constantFrom("sgd", "adam", "rmsprop", "nag"),
    learningRate: share,
    learningRateFactor: share,
    learningRateSteps: fc
      .uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 4 })
      .map((all) => all.sort((a, b) => a - b)),
    momentum: share,
    weightDecay: share,
    imageSize: fc.integer({ min: 8, max: 32 }),
    layers: fc.constantFrom(20, 32, 44, 56, 110, 18, 34, 50, 101, 152, 200),
    earlyStopping: fc.record({ patience: fc.integer({ min: 1, max: 9 }), tolerance: share }),
  },
  { requiredKeys: [] },
);

/** The configuration, or undefined where it is refused. */
function accepted(values: Record<string, unknown>): WorkflowConfig | undefined {
  try {
    return parseConfig({ endpoint: ENDPOINT, ...values });
  } catch (error) {
    if (error instanceof ConfigError) {
      return undefined;
    }
    throw error;
  }
}

describe("a number as text", () => {
  it("has digits alone, and is read back as the very same number", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatNumber(value);
        expect(text).to.match(/^\d+(\.\d+)?$/);
        expect(parseNumber(text)).to.equal(value);
      }),
    );
  });

  it("is refused where it is none, or below zero", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      expect(() => formatNumber(value)).to.throw(RangeError);
    }
    for (const text of ["", " ", "1e-7", "-1", "+1", ".5", "1.", "0x10", "Infinity", "1 "]) {
      expect(parseNumber(text), text).to.equal(undefined);
    }
  });
});

describe("what the configuration accepts", () => {
  it("reaches the training container as it is", () => {
    fc.assert(
      fc.property(training, (values) => {
        const config = accepted({ training: values });
        fc.pre(config !== undefined);
        const { training: settings } = config;
        const read = parseHyperparameters(hyperParameters(SUMMARY, settings));
        expect(read).to.deep.include({
          epochs: settings.epochs,
          optimizer: settings.optimizer,
          learning_rate: settings.learningRate,
          image_shape: modelShape(settings),
          num_layers: String(settings.layers),
          early_stopping_tolerance: settings.earlyStopping?.tolerance ?? 0,
        });
        if (settings.learningRateSteps !== undefined && settings.learningRateSteps.length > 0) {
          expect(read.lr_scheduler_step).to.deep.equal(settings.learningRateSteps);
          expect(read.lr_scheduler_factor).to.equal(settings.learningRateFactor);
        }
        if (settings.momentum !== undefined) {
          expect(read.momentum).to.equal(settings.momentum);
        }
        if (settings.weightDecay !== undefined) {
          expect(read.weight_decay).to.equal(settings.weightDecay);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reaches the functions as it is, by the graph's own environment", async () => {
    for (const workflow of [
      { confidenceThreshold: 1e-7, maxPixels: 1_000_000_000 },
      { confidenceThreshold: 0, maxPixels: 1024 },
      { confidenceThreshold: 1 },
    ]) {
      // Prepare
      const config = parseConfig({ endpoint: ENDPOINT, workflow });

      // Act
      const { resources } = await deployProgram({ endpoint: ENDPOINT, workflow });
      const variables = (step: string) => {
        const { environment } = resource(
          resources,
          "aws:lambda/function:Function",
          `workflow-${step}`,
        ).inputs;
        return (environment as { variables: Record<string, string> }).variables;
      };

      // Assess
      const { height, width } = readImageShape(variables("serialize"));
      expect([3, height, width]).to.deep.equal(modelShape(config.training));
      expect(readMaxPixels(variables("serialize"))).to.equal(config.workflow.maxPixels);
      expect(readConfidenceThreshold(variables("filter"))).to.equal(
        config.workflow.confidenceThreshold,
      );
      expect(readClassNames(variables("classify"))).to.deep.equal(config.dataset.classes);
      expect(variables("serialize")).to.have.property(ENVIRONMENT.imageShape);
    }
  });
});

describe("the dataset's configuration and the ETL", () => {
  const folder = folderOfSuite();
  const content = sample(40, 1);
  const named = fc
    .tuple(fc.constantFrom(...NAME_START), fc.string({ unit: fc.constantFrom(...NAME_UNITS) }))
    .map(([first, others]) => `${first}${others}`.slice(0, 63));

  it("agree on every class and every share that is accepted", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(named, { minLength: 2, maxLength: 2 }),
        fc.oneof(
          // Smaller ones leave a class of the small archive without an image to validate on.
          fc.double({ min: 0.25, max: 0.5, noNaN: true }),
          fc.constantFrom(0, -0, 1 / 3, 0.5),
        ),
        fc.constantFrom("image", "recordio"),
        async (classes, validationFraction, format) => {
          // Prepare
          const archive = path.join(folder, "archive.tar.gz");
          const [one = "", two = ""] = classes;
          // No other class is of one of these names.
          const fineNames = [one, two, ...["three", "four", "five", "six"]];
          await writeFile(archive, archiveOf(binaryFiles({ ...content, fineNames })));
          const dataset = { classes, validationFraction, format, archive };
          const { dataset: settings } = parseConfig({ endpoint: ENDPOINT, dataset });

          // Act
          const { resources } = await deployProgram({ endpoint: ENDPOINT, dataset });
          const { interpreter } = resource(
            resources,
            "command:local:Command",
            "dataset-etl",
          ).inputs;
          const options = (interpreter as string[]).slice(5).filter((arg) => arg !== "--prune");
          const out = path.join(folder, "dataset");
          const built = ["build", ...options.slice(0, -1), "--out", out];
          const { exitCode, stderr } = await etl(built);
          expect(exitCode, stderr).to.equal(0);
          const manifest = JSON.parse(await readFile(path.join(out, "manifest.json"), "utf8")) as {
            recipe: object;
            classes: readonly string[];
          };

          // Assess
          expect(manifest.classes).to.deep.equal(settings.classes);
          expect(manifest.recipe).to.deep.include({
            validationFraction: settings.validationFraction + 0,
            format: settings.format,
          });
          await rm(out, { recursive: true });
        },
      ),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it("leave nothing to be read in two ways: other names and shares are refused", () => {
    const wrong = fc
      .string({ unit: "binary" })
      .filter((name) => !/^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$/.test(name));
    fc.assert(
      fc.property(
        fc.oneof(
          wrong,
          fc.constantFrom(
            "bicycle,motorcycle",
            " bicycle",
            "bicycle ",
            '"a"',
            "a\n",
            "é",
            "--",
            "a b",
          ),
        ),
        (name) => {
          expect(accepted({ dataset: { classes: ["apple", name] } })).to.equal(undefined);
        },
      ),
    );
    for (const validationFraction of [Number.NaN, -1e-7, 0.5000001, 1e21, "0.1", "1e-7"]) {
      expect(accepted({ dataset: { validationFraction } })).to.equal(undefined);
    }
    for (const workflow of [
      ...[Number.NaN, -1e-7, 1.0000001, 1e21, "0.8"].map((value) => ({
        confidenceThreshold: value,
      })),
      ...[1023, 1e15, 1024.5, "5000"].map((value) => ({ maxPixels: value })),
    ]) {
      expect(accepted({ workflow }), JSON.stringify(workflow)).to.equal(undefined);
    }
  });
});
