import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { expect } from "chai";
import {
  loadModel,
  MODEL_FILE,
} from "../../../../../local/cloud/containers/image-classification/serve";
import { encodePng } from "../../../../../etl/formats/png";
import { pictures, runContainer, withFolder, writeChannel, writeJob } from "./support";

const failureOf = (root: string) => readFile(path.join(root, "output", "failure"), "utf8");

describe("the training container", () => {
  it("leaves a model whose answers have the accuracy that it logged", async () => {
    await withFolder(async (root) => {
      // Prepare
      await writeJob(root, { epochs: "4" });

      // Act
      const { exitCode, log, errors } = await runContainer(root);

      // Assess
      expect(errors).to.equal("");
      expect(exitCode).to.equal(0);
      const model = await loadModel(path.join(root, "model"));
      const validation = pictures(30, 20);
      let correct = 0;
      for (const { pixels, label } of validation) {
        const { body } = await model.invoke(Buffer.from(encodePng(pixels)), "image/png");
        const probabilities = JSON.parse(body) as number[];
        if (probabilities.indexOf(Math.max(...probabilities)) === label) correct += 1;
      }
      await model.close();
      const stored = log.filter((line) => line.startsWith("Storing")).at(-1);
      expect(stored).to.match(new RegExp(`: ${(correct / validation.length).toFixed(6)}$`));
    });
  });

  it("gives a wrong num_training_samples as the reason of its failure", async () => {
    await withFolder(async (root) => {
      // Prepare
      await writeJob(root, { num_training_samples: "61" });

      // Act
      const { exitCode } = await runContainer(root);

      // Assess
      expect(exitCode).to.equal(1);
      expect(await failureOf(root)).to.equal(
        "ClientError: num_training_samples is 61, but the train channel has 60 images. " +
          "Make them equal.",
      );
      expect(await readdir(path.join(root, "model"))).to.deep.equal([]);
    });
  });

  it("tells a fault of its own from one of the customer's", async () => {
    await withFolder(async (root) => {
      // Prepare
      await writeJob(root);
      await writeFile(path.join(root, "input", "config", "hyperparameters.json"), "{");

      // Act
      const { exitCode } = await runContainer(root);

      // Assess
      expect(exitCode).to.equal(1);
      expect(await failureOf(root)).to.match(/^AlgorithmError: ./);
    });
  });

  it("ends at SIGTERM in success, with the best model so far", async () => {
    await withFolder(async (root) => {
      // Prepare
      await writeJob(root, { epochs: "100000" });

      // Act
      const { exitCode, log } = await runContainer(root, (line, signal) => {
        if (line.startsWith("Storing")) signal("SIGTERM");
      });

      // Assess
      expect(exitCode).to.equal(0);
      expect(log.length).to.be.below(100);
      await (await loadModel(path.join(root, "model"))).close();
    });
  });

  describe("that is killed", () => {
    const CHANGES = { epochs: "4", early_stopping: "True", early_stopping_min_epochs: "4" };

    it("goes on from its last checkpoint, and gives the very model of a job that is not", async () => {
      await withFolder(async (uninterrupted) => {
        await withFolder(async (root) => {
          // Prepare
          await writeJob(uninterrupted, CHANGES);
          await writeJob(root, CHANGES);
          await mkdir(path.join(root, "checkpoints"));
          const killed = await runContainer(root, (line, signal) => {
            if (line.startsWith("Epoch[2] Train-accuracy")) signal("SIGKILL");
          });
          // What a machine that is taken away leaves is its checkpoints alone.
          await rm(path.join(root, "model"), { recursive: true });

          // Act
          const whole = await runContainer(uninterrupted);
          const rest = await runContainer(root);

          // Assess
          expect(killed.exitCode).to.equal(null);
          const accuracies = ({ log }: { log: readonly string[] }) =>
            log.filter((line) => /^Epoch.*accuracy/.test(line));
          expect(rest.log).to.include("Going on from the checkpoint after 2 epochs");
          expect(accuracies(rest)).to.deep.equal(accuracies(whole).slice(4));
          const model = (folder: string) => readFile(path.join(folder, "model", MODEL_FILE));
          expect((await model(root)).equals(await model(uninterrupted))).to.be.true;
        });
      });
    });

    it("has nothing more to learn when it was done, and still leaves its model", async () => {
      await withFolder(async (root) => {
        // Prepare
        await writeJob(root);
        await mkdir(path.join(root, "checkpoints"));
        await runContainer(root);
        await rm(path.join(root, "model"), { recursive: true });

        // Act
        const { log } = await runContainer(root);

        // Assess
        expect(log).to.deep.equal(["Going on from the checkpoint after 2 epochs"]);
        await (await loadModel(path.join(root, "model"))).close();
      });
    });

    for (const [what, changes, pattern] of [
      ["other images", { num_training_samples: "30" }, /it has 60 training images/],
      ["another network", { num_classes: "4" }, /it has \d+ parameters/],
    ] as const) {
      it(`refuses the checkpoint of a job with ${what}`, async () => {
        await withFolder(async (root) => {
          // Prepare
          await writeJob(root);
          await mkdir(path.join(root, "checkpoints"));
          await runContainer(root);
          await writeJob(root, changes);
          if ("num_training_samples" in changes) {
            await writeChannel(path.join(root, "input", "data"), "train", pictures(30));
          }

          // Act
          const { exitCode } = await runContainer(root);

          // Assess
          expect(exitCode).to.equal(1);
          expect(await failureOf(root)).to.match(/^ClientError: The checkpoint is of another job/);
          expect(await failureOf(root)).to.match(pattern);
        });
      });
    }

    it("refuses a file that is no checkpoint", async () => {
      await withFolder(async (root) => {
        // Prepare
        await writeJob(root);
        await mkdir(path.join(root, "checkpoints"));
        await writeFile(path.join(root, "checkpoints", "image-classification.checkpoint"), "{");

        // Act
        const { exitCode } = await runContainer(root);

        // Assess
        expect(exitCode).to.equal(1);
        expect(await failureOf(root)).to.match(/^ClientError: .*is no checkpoint/);
      });
    });
  });
});
