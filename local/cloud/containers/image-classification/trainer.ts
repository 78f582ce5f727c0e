/** The training loop: epochs of batches, validation after each, the best epoch kept. */
import { InferenceSession, Tensor } from "./runtime";
import { augment, cropCentre } from "./augmentation";
import type { LabelledImage } from "./channel";
import type { Checkpoint, Vector } from "./checkpoint";
import { ClientError } from "./errors";
import type { Hyperparameters } from "./hyperparameters";
import {
  featureCount,
  initialWeights,
  type NetworkSpec,
  servingGraph,
  trainingGraph,
  type Weights,
} from "./network";
import { type OptimizerSettings, updateRate } from "./optimizers";
import { Patience } from "./patience";
import { type Random, seededRandom } from "./random";

/** Channels of the three blocks. */
const WIDTHS = [16, 32, 64];
/** Share of the features that a training sample goes without. */
const DROPOUT = 0.4;
/** Share of the probability that a target gives to all classes alike. */
const LABEL_SMOOTHING = 0.05;
/** Fixed, so that a job gives the same model on every machine of a kind. */
const THREADS = 2;
const SESSION_OPTIONS = {
  intraOpNumThreads: THREADS,
  // Between two steps the threads would keep the processors busy with waiting.
  extra: { session: { intra_op: { allow_spinning: "0" } } },
  logSeverityLevel: 3,
} as const;

interface TrainingData {
  readonly train: readonly LabelledImage[];
  readonly validation: readonly LabelledImage[];
}

interface TrainingOptions {
  /** Decides the first weights, the order of the samples, augmentation and dropout. */
  readonly seed: number;
  /** Gets each line of the log. */
  readonly log: (line: string) => void;
  /** Gets the content of an `.onnx` file whenever an epoch is better than all before. */
  readonly keep: (model: Buffer) => Promise<void>;
  /** Ends the training before the next batch. */
  readonly stop: AbortSignal;
  /** Where an interrupted job was. */
  readonly resume?: Checkpoint | undefined;
  /** Gets where the job is after each epoch; without it, nobody can go on from there. */
  readonly checkpoint?: ((checkpoint: Checkpoint) => Promise<void>) | undefined;
}

/**
 * Trains a model. As in the algorithm, samples that do not fill a batch are left out, in each epoch
 * and in validation, and the accuracy in training is that on augmented samples while learning. A job
 * that goes on from a checkpoint gives the model that it would have given uninterrupted.
 * @throws ClientError when training diverges, the images are too small for the network, or the
 *   checkpoint is of other data or another network
 */
export async function train(
  { train, validation }: TrainingData,
  settings: Hyperparameters,
  { seed, log, keep, stop, resume, checkpoint }: TrainingOptions,
): Promise<void> {
  const spec = networkSpec(settings);
  const random = seededRandom(seed);
  const learner = await Learner.create(spec, settings, random);
  const patience = new Patience(settings, resume?.patience);
  const batches = Math.floor(train.length / settings.mini_batch_size);
  const order = Uint32Array.from(train.keys());
  let best: Buffer | undefined;
  const keepBest = async (model: Buffer) => {
    best = model;
    await keep(model);
  };
  try {
    if (resume !== undefined) {
      if (resume.order.length !== order.length) {
        throw otherCheckpoint(`${resume.order.length} training images`);
      }
      order.set(resume.order);
      learner.resume(resume);
      random.state = resume.random;
      await keepBest(Buffer.from(resume.best));
      log(`Going on from the checkpoint after ${resume.epochs} epochs`);
    }
    let over = resume?.over ?? false;
    for (let epoch = resume?.epochs ?? 0; epoch < settings.epochs && !over; epoch++) {
      const started = performance.now();
      random.shuffle(order);
      let correct = 0;
      for (let batch = 0; batch < batches; batch++) {
        if (stop.aborted) return;
        const rate = learningRate(settings, epoch + batch / batches);
        const chosen = order.subarray(batch * learner.batch, (batch + 1) * learner.batch);
        correct += await learner.learn(
          Array.from(chosen, (index) => train[index] as LabelledImage),
          rate,
        );
      }
      log(`Epoch[${epoch}] Train-accuracy=${(correct / (batches * learner.batch)).toFixed(6)}`);
      log(`Epoch[${epoch}] Time cost=${((performance.now() - started) / 1000).toFixed(3)}`);
      const model = servingGraph(spec, learner.weights);
      const accuracy = await validate(model, validation, spec, settings.mini_batch_size);
      log(`Epoch[${epoch}] Validation-accuracy=${accuracy.toFixed(6)}`);
      if (patience.isBest(accuracy)) {
        await keepBest(model);
        log(`Storing the best model with validation accuracy: ${accuracy.toFixed(6)}`);
      }
      over = patience.isOver(accuracy, epoch + 1);
      await checkpoint?.({
        epochs: epoch + 1,
        over,
        order,
        random: random.state,
        patience: patience.state,
        // Any accuracy is better than none, so the first epoch has given one.
        best: best ?? model,
        ...learner.progress,
      });
    }
  } finally {
    await learner.close();
  }
}

function otherCheckpoint(what: string): ClientError {
  return new ClientError(
    `The checkpoint is of another job: it has ${what}. Give each job a checkpoint folder of its own.`,
  );
}

function networkSpec({ image_shape, num_classes }: Hyperparameters): NetworkSpec {
  const [, height, width] = image_shape;
  const least = 2 ** WIDTHS.length;
  if (height < least || width < least) {
    throw new ClientError(
      `The local stand-in of the algorithm takes images of at least ${least} x ${least} pixels, ` +
        `image_shape has ${height} x ${width}.`,
    );
  }
  return { height, width, classes: num_classes, widths: WIDTHS };
}

/**
 * Falls by `lr_scheduler_factor` at each of the epochs in `lr_scheduler_step`. Without these it
 * falls to zero along half a cosine, where the algorithm's would stay.
 * @param progress epochs done, with fractions
 */
export function learningRate(settings: Hyperparameters, progress: number): number {
  const { learning_rate, lr_scheduler_step: steps, lr_scheduler_factor, epochs } = settings;
  if (steps === undefined) {
    return (learning_rate * (1 + Math.cos((Math.PI * progress) / epochs))) / 2;
  }
  return learning_rate * lr_scheduler_factor ** steps.filter((step) => step <= progress).length;
}

/** The network while it learns. */
class Learner {
  private updates = 0;
  private state: Record<Vector, Tensor>;
  private readonly images: Uint8Array;
  private readonly dropout: Float32Array;
  private readonly targets: Float32Array;

  private constructor(
    private readonly session: InferenceSession,
    private readonly spec: NetworkSpec,
    private readonly settings: Hyperparameters,
    private readonly optimizer: OptimizerSettings,
    private readonly random: Random,
    { parameters, statistics }: Weights,
  ) {
    this.state = vectors({
      parameters,
      statistics,
      slot1: new Float32Array(parameters.length),
      slot2: new Float32Array(parameters.length),
    });
    this.images = new Uint8Array(this.batch * 3 * spec.height * spec.width);
    this.dropout = new Float32Array(this.batch * featureCount(spec));
    this.targets = new Float32Array(this.batch * spec.classes);
  }

  static async create(spec: NetworkSpec, settings: Hyperparameters, random: Random) {
    const optimizer = {
      // "for sgd and nag, ignored for other optimizers"
      weightDecay: ["sgd", "nag"].includes(settings.optimizer) ? settings.weight_decay : 0,
      momentum: settings.momentum,
      beta1: settings.beta_1,
      beta2: settings.beta_2,
      epsilon: settings.eps,
      gamma: settings.gamma,
    };
    const graph = trainingGraph(spec, settings.mini_batch_size, settings.optimizer, optimizer);
    const session = await InferenceSession.create(graph, SESSION_OPTIONS);
    const weights = initialWeights(spec, () => random.gaussian());
    return new Learner(session, spec, settings, optimizer, random, weights);
  }

  get batch(): number {
    return this.settings.mini_batch_size;
  }

  get weights(): Weights {
    return {
      parameters: this.state.parameters.data as Float32Array,
      statistics: this.state.statistics.data as Float32Array,
    };
  }

  /** What has been learnt, for a checkpoint. */
  get progress(): Pick<Checkpoint, "updates" | "vectors"> {
    const { parameters, statistics, slot1, slot2 } = this.state;
    const data = (tensor: Tensor) => tensor.data as Float32Array;
    return {
      updates: this.updates,
      vectors: {
        parameters: data(parameters),
        statistics: data(statistics),
        slot1: data(slot1),
        slot2: data(slot2),
      },
    };
  }

  /** @throws ClientError for a checkpoint of another network */
  resume(checkpoint: Checkpoint): void {
    const { parameters } = checkpoint.vectors;
    if (parameters.length !== this.weights.parameters.length) {
      throw otherCheckpoint(`${parameters.length} parameters`);
    }
    this.updates = checkpoint.updates;
    this.state = vectors(checkpoint.vectors);
  }

  /** Learns one batch. Returns how many of its samples the network knew before. */
  async learn(samples: readonly LabelledImage[], rate: number): Promise<number> {
    const { spec, batch, settings } = this;
    this.draw(samples);
    this.updates += 1;
    const applied = updateRate(settings.optimizer, this.optimizer, rate, this.updates);
    const outputs = await this.session.run({
      ...this.state,
      images: new Tensor("uint8", this.images, [batch, 3, spec.height, spec.width]),
      targets: new Tensor("float32", this.targets, [batch, spec.classes]),
      dropout: new Tensor("float32", this.dropout, [batch, featureCount(spec)]),
      rate: new Tensor("float32", Float32Array.of(applied), []),
    });
    const output = (name: string) => outputs[name] as Tensor;
    if (!Number.isFinite(output("loss").data[0] as number)) {
      throw new ClientError(
        `Training diverged with learning_rate=${settings.learning_rate}. Lower it.`,
      );
    }
    this.state = {
      parameters: output("newParameters"),
      statistics: output("newStatistics"),
      slot1: output("newSlot1"),
      slot2: output("newSlot2"),
    };
    return countCorrect(output("scores").data as Float32Array, samples, spec.classes);
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** Fills the inputs with augmented samples, smoothed targets and a dropout mask. */
  private draw(samples: readonly LabelledImage[]): void {
    const { spec, images, targets, dropout, random } = this;
    const { augmentation_type: type } = this.settings;
    const size = images.length / samples.length;
    targets.fill(LABEL_SMOOTHING / spec.classes);
    for (const [index, sample] of samples.entries()) {
      const target = images.subarray(index * size, (index + 1) * size);
      if (type === "none") cropCentre(sample, spec, target);
      else augment(sample, spec, type, random, target);
      targets[index * spec.classes + sample.label] =
        1 - LABEL_SMOOTHING + LABEL_SMOOTHING / spec.classes;
    }
    for (let feature = 0; feature < dropout.length; feature++) {
      dropout[feature] = random.uniform() < DROPOUT ? 0 : 1 / (1 - DROPOUT);
    }
  }
}

function vectors(data: Readonly<Record<Vector, Float32Array>>): Record<Vector, Tensor> {
  const vector = (values: Float32Array) => new Tensor("float32", values, [values.length]);
  return {
    parameters: vector(data.parameters),
    statistics: vector(data.statistics),
    slot1: vector(data.slot1),
    slot2: vector(data.slot2),
  };
}

/** Accuracy of a serving graph on the images that fill a batch. */
async function validate(
  model: Buffer,
  images: readonly LabelledImage[],
  spec: NetworkSpec,
  batch: number,
): Promise<number> {
  const session = await InferenceSession.create(model, SESSION_OPTIONS);
  const size = 3 * spec.height * spec.width;
  const pixels = new Uint8Array(batch * size);
  const whole = images.length - (images.length % batch);
  let correct = 0;
  try {
    for (let start = 0; start < whole; start += batch) {
      const samples = images.slice(start, start + batch);
      for (const [index, sample] of samples.entries()) {
        cropCentre(sample, spec, pixels.subarray(index * size, (index + 1) * size));
      }
      const { probabilities } = await session.run({
        images: new Tensor("uint8", pixels, [batch, 3, spec.height, spec.width]),
      });
      correct += countCorrect(
        (probabilities as Tensor).data as Float32Array,
        samples,
        spec.classes,
      );
    }
  } finally {
    await session.release();
  }
  return correct / whole;
}

function countCorrect(
  scores: Float32Array,
  samples: readonly LabelledImage[],
  classes: number,
): number {
  return samples.filter(({ label }, index) => {
    const own = scores.subarray(index * classes, (index + 1) * classes);
    return own.indexOf(Math.max(...own)) === label;
  }).length;
}
