import { readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { expect } from "chai";
import { loadModel } from "../../../../../local/cloud/containers/image-classification/serve";
import { encodePng } from "../../../../../etl/formats/png";
import { pictures, runContainer, withFolder, writeJob } from "./support";

const failureOf = (root: string) => readFile(path.join(root, "output", "failure"), "utf8");

describe("the training container", function () {
  this.timeout(60_000);

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
});
