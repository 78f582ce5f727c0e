import { expect } from "chai";
import { ClientError } from "../../../../../local/cloud/containers/image-classification/errors";
import { parseHyperparameters } from "../../../../../local/cloud/containers/image-classification/hyperparameters";
import { SMALL_JOB } from "./support";

const REQUIRED = { num_classes: "3", num_training_samples: "60" };

describe("the hyperparameters", () => {
  it("have the algorithm's defaults", () => {
    // Act
    const values = parseHyperparameters(REQUIRED);

    // Assess
    expect(values).to.deep.include({
      image_shape: [3, 224, 224],
      mini_batch_size: 32,
      epochs: 30,
      num_layers: "152",
      augmentation_type: "none",
      optimizer: "sgd",
      learning_rate: 0.1,
      lr_scheduler_factor: 0.1,
      weight_decay: 0.0001,
      momentum: 0.9,
      beta_1: 0.9,
      beta_2: 0.999,
      eps: 1e-8,
      gamma: 0.9,
      early_stopping: "False",
      early_stopping_min_epochs: 10,
      early_stopping_patience: 5,
      early_stopping_tolerance: 0,
    });
    expect(values).not.to.have.any.keys("resize", "lr_scheduler_step", "kv_store");
  });

  it("are read from text", () => {
    // Act
    const values = parseHyperparameters({
      ...REQUIRED,
      image_shape: "3, 32, 48",
      lr_scheduler_step: "10,20",
      learning_rate: "5e-3",
      resize: "36",
    });

    // Assess
    expect(values).to.deep.include({
      image_shape: [3, 32, 48],
      lr_scheduler_step: [10, 20],
      learning_rate: 0.005,
      resize: 36,
    });
  });

  const REFUSED: readonly [change: Record<string, unknown>, message: string][] = [
    [{ epochs: "0" }, "The value 0 is not valid for the epochs hyperparameter which expects an"],
    [{ epochs: "2.5" }, "The value 2.5 is not valid for the epochs hyperparameter"],
    [{ epochs: 3 }, "The value 3 is not valid for the epochs hyperparameter which expects a value"],
    [{ learning_rate: "1.1" }, "expects a number between 0.0 and 1.0."],
    [{ learning_rate: "-0.1" }, "The value -0.1 is not valid for the learning_rate"],
    [{ learning_rate: "" }, "The value  is not valid for the learning_rate"],
    [{ optimizer: "adamw" }, "expects one of sgd, adam, rmsprop, nag."],
    [{ image_shape: "32,32" }, "expects channels, height and width"],
    [{ image_shape: "1,32,32" }, "takes images of 3 channels, not 1."],
    [{ lr_scheduler_step: "20,10" }, "expects epochs in ascending order"],
    [{ num_layers: "20" }, "no experiments done on num_layers 20 with image_shape 3,32,32"],
    [{ image_shape: "3,28,28" }, "no experiments done on num_layers 152 with image_shape 3,28,28"],
    [{ num_layers: "19" }, "The value 19 is not valid for the num_layers hyperparameter"],
    [{ num_classes: undefined }, "The num_classes hyperparameter is required."],
    [{ epoch: "3" }, "Additional hyperparameters are not allowed ('epoch' was unexpected)."],
    [{ a: "3", b: "4" }, "('a', 'b' were unexpected)."],
    [{ use_pretrained_model: "1" }, "stand-in of the algorithm cannot do use_pretrained_model=1"],
    [{ checkpoint_frequency: "1" }, "cannot do checkpoint_frequency=1"],
    [{ multi_label: "1" }, "cannot do multi_label=1"],
    [{ precision_dtype: "float16" }, "cannot do precision_dtype=float16"],
    [{ top_k: "2" }, "cannot do top_k=2"],
    [{ use_weighted_loss: "1" }, "cannot do use_weighted_loss=1"],
  ];
  for (const [change, message] of REFUSED) {
    it(`are refused with ${JSON.stringify(change)}`, () => {
      // Act
      const parse = () => parseHyperparameters({ ...SMALL_JOB, ...change });

      // Assess
      expect(parse).to.throw(ClientError, message);
    });
  }
});
