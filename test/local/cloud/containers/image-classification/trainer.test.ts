import { expect } from "chai";
import { Patience } from "../../../../../local/cloud/containers/image-classification/patience";
import {
  learningRate,
  train,
} from "../../../../../local/cloud/containers/image-classification/trainer";
import { pictures, settings } from "./support";

const DATA = { train: pictures(60), validation: pictures(30, 20) };

/** Trains on drawn pictures. */
async function trained(changes: Readonly<Record<string, string>>, seed = 1) {
  const log: string[] = [];
  const kept: Buffer[] = [];
  await train(DATA, settings(changes), {
    seed,
    log: (line) => log.push(line),
    keep: (model) => Promise.resolve(void kept.push(model)),
    stop: new AbortController().signal,
  });
  return { log, kept };
}

/** The values that the log has under a name, epoch after epoch. */
const logged = (log: readonly string[], name: string) =>
  log.flatMap((line) => {
    const value = new RegExp(`^Epoch\\[\\d+\\] ${name}=([0-9.]+)$`).exec(line)?.[1];
    return value === undefined ? [] : [Number(value)];
  });

describe("training", () => {
  it("learns: accuracy on the training images rises", async () => {
    // Act
    const { log } = await trained({ epochs: "15", augmentation_type: "none" });

    // Assess
    const accuracies = logged(log, "Train-accuracy");
    expect(accuracies).to.have.lengthOf(15);
    expect(accuracies.at(-1))
      .to.be.above(0.8)
      .and.above((accuracies[0] as number) + 0.2);
  });

  for (const optimizer of ["sgd", "nag", "rmsprop"]) {
    it(`learns with ${optimizer} too`, async () => {
      // Act
      const { log } = await trained({
        epochs: "12",
        optimizer,
        learning_rate: optimizer === "rmsprop" ? "0.003" : "0.02",
      });

      // Assess
      expect(logged(log, "Train-accuracy").at(-1)).to.be.above(0.6);
    });
  }

  it("logs like the algorithm, and keeps each epoch that is better than all before", async () => {
    // Act
    const { log, kept } = await trained({ epochs: "6", augmentation_type: "crop" });

    // Assess
    const lines = log.filter((line) => !line.startsWith("Storing"));
    expect(lines).to.have.lengthOf(18);
    for (const [index, line] of lines.entries()) {
      const name = ["Train-accuracy", "Time cost", "Validation-accuracy"][index % 3];
      expect(line).to.match(
        new RegExp(`^Epoch\\[${Math.floor(index / 3)}\\] ${name}=\\d+\\.\\d+$`),
      );
    }
    const accuracies = logged(log, "Validation-accuracy");
    const improving = accuracies.filter(
      (accuracy, epoch) => accuracy > Math.max(-1, ...accuracies.slice(0, epoch)),
    );
    expect(log.filter((line) => line.startsWith("Storing"))).to.deep.equal(
      improving.map(
        (accuracy) => `Storing the best model with validation accuracy: ${accuracy.toFixed(6)}`,
      ),
    );
    expect(kept).to.have.lengthOf(improving.length);
  });

  it("gives byte for byte the same model again, and another from another seed", async () => {
    // Prepare
    const changes = { epochs: "1", augmentation_type: "crop_color_transform" };

    // Act
    const runs = [await trained(changes), await trained(changes), await trained(changes, 2)];

    // Assess
    const [one, again, other] = runs.map(({ kept }) => kept.at(-1) as Buffer);
    expect(one?.equals(again as Buffer)).to.be.true;
    expect(one?.equals(other as Buffer)).to.be.false;
  });

  it("leaves out the samples that do not fill a batch", async () => {
    // Act
    const { log } = await trained({ epochs: "1", mini_batch_size: "28" });

    // Assess
    for (const [name, samples] of [
      ["Train-accuracy", 56],
      ["Validation-accuracy", 28],
    ] as const) {
      const correct = (logged(log, name)[0] as number) * samples;
      expect(correct).to.be.closeTo(Math.round(correct), 1e-4);
    }
  });

  it("refuses an image_shape that is too small for the network", async () => {
    // Act
    const failure: unknown = await trained({ image_shape: "3,32,7" }).catch(
      (error: unknown) => error,
    );

    // Assess
    expect(String(failure)).to.contain("at least 8 x 8 pixels, image_shape has 32 x 7.");
  });

  it("fails rather than keep a network that has diverged", async () => {
    // Act
    const failure: unknown = await trained({ optimizer: "rmsprop", eps: "0", gamma: "1" }).catch(
      (error: unknown) => error,
    );

    // Assess
    expect(String(failure)).to.equal(
      "ClientError: Training diverged with learning_rate=0.005. Lower it.",
    );
  });
});

describe("the learning rate", () => {
  it("falls by the factor at each step", () => {
    // Prepare
    const stepped = settings({
      learning_rate: "0.4",
      lr_scheduler_step: "2,4",
      lr_scheduler_factor: "0.5",
    });

    // Act
    const rates = [0, 1, 2, 3, 4, 5].map((epoch) => learningRate(stepped, epoch));

    // Assess
    expect(rates).to.deep.equal([0.4, 0.4, 0.2, 0.2, 0.1, 0.1]);
  });

  it("falls to zero along half a cosine without steps", () => {
    // Prepare
    const smooth = settings({ learning_rate: "0.4", epochs: "4" });

    // Act
    const rates = [0, 2, 4].map((progress) => learningRate(smooth, progress));

    // Assess
    expect(rates[0]).to.equal(0.4);
    expect(rates[1]).to.be.closeTo(0.2, 1e-9);
    expect(rates[2]).to.be.closeTo(0, 1e-9);
  });
});

describe("early stopping", () => {
  /** How many epochs these accuracies last. */
  function epochs(accuracies: readonly number[], changes: Readonly<Record<string, string>>) {
    const patience = new Patience(
      settings({ early_stopping: "True", early_stopping_min_epochs: "1", ...changes }),
    );
    const last = accuracies.findIndex((accuracy, epoch) => patience.isOver(accuracy, epoch + 1));
    return last === -1 ? accuracies.length : last + 1;
  }

  const FLAT = [0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6];

  it("waits `early_stopping_patience` epochs for an improvement", () => {
    expect(epochs(FLAT, { early_stopping_patience: "2" })).to.equal(4);
  });

  it("waits for `early_stopping_min_epochs`", () => {
    expect(epochs(FLAT, { early_stopping_patience: "1", early_stopping_min_epochs: "6" })).to.equal(
      6,
    );
  });

  it("takes less than `early_stopping_tolerance`, relative to the best, for no improvement", () => {
    const slow = [0.5, 0.52, 0.54, 0.56];
    const changes = { early_stopping_patience: "1", early_stopping_tolerance: "0.2" };
    expect(epochs(slow, changes)).to.equal(2);
    expect(epochs(slow, { early_stopping_patience: "1" })).to.equal(4);
  });

  it("does not stop unless asked to", () => {
    expect(epochs(FLAT, { early_stopping: "False", early_stopping_patience: "0" })).to.equal(7);
  });
});
