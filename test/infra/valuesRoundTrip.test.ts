import { expect } from "chai";
import fc from "fast-check";
import { ENVIRONMENT } from "../../contract/environment";
import { formatNumber, parseNumber } from "../../contract/values";
import { planDataset } from "../../etl/dataset/plan";
import {
  readClassNames,
  readConfidenceThreshold,
  readImageShape,
  readMaxPixels,
} from "../../functions/shared/environment";
import { parseConfig, type WorkflowConfig } from "../../infra/config";
import { ConfigError } from "../../infra/configValues";
import { hyperParameters, modelShape } from "../../infra/imageClassification";
import { parseHyperparameters } from "../../local/cloud/containers/image-classification/hyperparameters";
import { resource } from "../support/graph";
import { deployProgram, SUMMARY } from "../support/mocks";

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

  it("of a validation fraction leaves each class of CIFAR-100 images to train and to validate with", () => {
    // Prepare: one class of the archive
    const half = (images: number) => {
      const labels = new Uint8Array(images);
      return { pixels: { path: "", offset: 0, stride: 0 }, fine: labels, coarse: labels };
    };
    const content = { fineNames: [], coarseNames: [], train: half(500), test: half(100) };
    const selection = { names: ["apple"], labelOf: () => 0 };
    let [taken, refused] = [0, 0];

    // Act and assess
    fc.assert(
      fc.property(
        fc.oneof(share, fc.double({ min: 0, max: 0.002, noNaN: true })),
        (validationFraction) => {
          const config = accepted({ dataset: { validationFraction } });
          if (config === undefined) {
            refused += 1;
            return;
          }
          taken += 1;
          const plan = planDataset(content, selection, config.dataset.validationFraction);
          expect(plan.train).not.to.be.empty;
          expect(plan.validation).not.to.be.empty;
        },
      ),
    );
    expect(Math.min(taken, refused)).to.be.greaterThan(0);
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
