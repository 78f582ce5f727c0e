/**
 * The algorithm's hyperparameters: names, meanings, ranges and defaults of "Image Classification
 * Hyperparameters" (Amazon SageMaker Developer Guide). All values arrive as text.
 */
import { z } from "zod";
import { ClientError } from "./errors";

/** A value as text; `expects` ends the sentence that refuses any other. */
function parameter<T>(
  expects: string,
  accepts: (text: string) => boolean,
  read: (text: string) => T,
) {
  return z.string().refine(accepts, { error: expects }).transform(read);
}

function integer(least = 1) {
  return parameter(
    `an integer of at least ${least}`,
    (text) => /^\d{1,9}$/.test(text) && Number(text) >= least,
    Number,
  );
}

function share() {
  return parameter(
    "a number between 0.0 and 1.0",
    (text) => /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number(text) <= 1,
    Number,
  );
}

function oneOf<const Values extends readonly string[]>(...values: Values) {
  return parameter(
    `one of ${values.join(", ")}`,
    (text) => values.includes(text),
    (text) => text as Values[number],
  );
}

/** Depths for small images, and the height up to which they are (MXNet's example `resnet.py`). */
const SMALL_DEPTHS: readonly string[] = ["20", "32", "44", "56", "110"];
const MOST_SMALL_HEIGHT = 28;

const numbers = (text: string) => text.split(",").map(Number);

const SCHEMA = z.strictObject({
  num_classes: integer(),
  num_training_samples: integer(),
  image_shape: parameter(
    "channels, height and width as three integers such as 3,32,32",
    (text) => /^[1-9]\d{0,4}(, ?[1-9]\d{0,4}){2}$/.test(text),
    (text) => numbers(text) as [channels: number, height: number, width: number],
  ).prefault("3,224,224"),
  resize: integer().optional(),
  mini_batch_size: integer().prefault("32"),
  epochs: integer().prefault("30"),
  num_layers: oneOf(
    ...(["18", "34", "50", "101", "152", "200"] as const),
    ...(["20", "32", "44", "56", "110"] as const),
  ).prefault("152"),
  augmentation_type: oneOf("none", "crop", "crop_color", "crop_color_transform").prefault("none"),
  optimizer: oneOf("sgd", "adam", "rmsprop", "nag").prefault("sgd"),
  learning_rate: share().prefault("0.1"),
  lr_scheduler_factor: share().prefault("0.1"),
  lr_scheduler_step: parameter(
    "epochs in ascending order such as 10,20",
    (text) =>
      /^\d+(, ?\d+)*$/.test(text) &&
      numbers(text).every((epoch, index, all) => epoch > (all[index - 1] ?? 0)),
    numbers,
  ).optional(),
  weight_decay: share().prefault("0.0001"),
  momentum: share().prefault("0.9"),
  beta_1: share().prefault("0.9"),
  beta_2: share().prefault("0.999"),
  eps: share().prefault("1e-8"),
  gamma: share().prefault("0.9"),
  early_stopping: oneOf("True", "False").prefault("False"),
  early_stopping_min_epochs: integer(0).prefault("10"),
  early_stopping_patience: integer(0).prefault("5"),
  early_stopping_tolerance: share().prefault("0.0"),
  kv_store: oneOf("dist_sync", "dist_async").optional(),
  checkpoint_frequency: integer().optional(),
  multi_label: oneOf("0", "1").prefault("0"),
  precision_dtype: oneOf("float32", "float16").prefault("float32"),
  top_k: integer(2).optional(),
  use_pretrained_model: oneOf("0", "1").prefault("0"),
  use_weighted_loss: oneOf("0", "1").prefault("0"),
});

/** The settings of a job, under the algorithm's names, with its defaults filled in. */
export type Hyperparameters = z.infer<typeof SCHEMA>;

/** The algorithm can do these; this stand-in says so rather than leave them out in silence. */
const NOT_IMITATED: readonly [keyof Hyperparameters, (values: Hyperparameters) => boolean][] = [
  ["checkpoint_frequency", (values) => values.checkpoint_frequency !== undefined],
  ["multi_label", (values) => values.multi_label === "1"],
  ["precision_dtype", (values) => values.precision_dtype === "float16"],
  ["top_k", (values) => values.top_k !== undefined],
  ["use_pretrained_model", (values) => values.use_pretrained_model === "1"],
  ["use_weighted_loss", (values) => values.use_weighted_loss === "1"],
];

/**
 * Reads the content of `hyperparameters.json`.
 * @throws ClientError naming the hyperparameter that is missing, unknown, out of range, or known to
 * the algorithm and not to this stand-in
 */
export function parseHyperparameters(values: Readonly<Record<string, unknown>>): Hyperparameters {
  const result = SCHEMA.safeParse(values);
  if (!result.success) {
    throw new ClientError(result.error.issues.map((issue) => sentence(issue, values)).join(" "));
  }
  const { data } = result;
  const [missing] = NOT_IMITATED.find(([, asked]) => asked(data)) ?? [];
  if (missing !== undefined) {
    throw new ClientError(
      `The local stand-in of the algorithm cannot do ${missing}=${data[missing]}. Leave it out.`,
    );
  }
  const [, height] = data.image_shape;
  if (SMALL_DEPTHS.includes(data.num_layers) !== height <= MOST_SMALL_HEIGHT) {
    throw new ClientError(
      `no experiments done on num_layers ${data.num_layers} with image_shape ` +
        `${data.image_shape.join(",")}: ${SMALL_DEPTHS.join(", ")} are for a height of at most ` +
        `${MOST_SMALL_HEIGHT}, the others for more.`,
    );
  }
  if (data.image_shape[0] !== 3) {
    throw new ClientError(
      `The local stand-in of the algorithm takes images of 3 channels, not ${data.image_shape[0]}.`,
    );
  }
  return data;
}

function sentence(issue: z.core.$ZodIssue, values: Readonly<Record<string, unknown>>): string {
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.map((key) => `'${key}'`).join(", ");
    return (
      `Additional hyperparameters are not allowed ` +
      `(${names} ${issue.keys.length === 1 ? "was" : "were"} unexpected).`
    );
  }
  const name = String(issue.path[0]);
  const value = values[name];
  if (value === undefined) return `The ${name} hyperparameter is required.`;
  const expects = issue.code === "custom" ? issue.message : "a value in quotes";
  return (
    `The value ${JSON.stringify(value).replace(/^"(.*)"$/, "$1")} is not valid for the ${name} ` +
    `hyperparameter which expects ${expects}.`
  );
}
