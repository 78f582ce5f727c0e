/** What can be set of a training run: the hyperparameters' own rules, and those of the machines. */
import { z } from "zod";
import { IMAGE_SHAPE } from "../etl/recipe";

/**
 * Depths by the side of the image ("Image Classification Hyperparameters", `num_layers`, SageMaker
 * Developer Guide; `symbols/resnet.py` of MXNet's image-classification example, on which the
 * algorithm is built): each set is made for one kind of image, and refused for the other.
 */
const DEPTHS = {
  small: [20, 32, 44, 56, 110],
  large: [18, 34, 50, 101, 152, 200],
} as const;
const LARGEST_SMALL_SIDE = 28;
const SMALLEST_SIDE = 8;

/** Of the images, one side; training crops to a smaller one. */
const LARGEST_SIDE = Math.min(IMAGE_SHAPE[1], IMAGE_SHAPE[2]);

/**
 * Disks that come with an instance and cannot be chosen, in GB ("Amazon EC2 instance types",
 * accelerated computing: G4dn and G5).
 */
const FIXED_DISK_GB: Readonly<Record<string, number>> = {
  "ml.g4dn.xlarge": 125,
  "ml.g4dn.2xlarge": 225,
  "ml.g4dn.4xlarge": 225,
  "ml.g4dn.8xlarge": 900,
  "ml.g4dn.12xlarge": 900,
  "ml.g4dn.16xlarge": 900,
  "ml.g5.xlarge": 250,
  "ml.g5.2xlarge": 450,
  "ml.g5.4xlarge": 600,
  "ml.g5.8xlarge": 900,
  "ml.g5.12xlarge": 3800,
  "ml.g5.16xlarge": 1900,
  "ml.g5.24xlarge": 3800,
  "ml.g5.48xlarge": 7600,
};

const share = () => z.number().min(0).max(1);

const earlyStopping = z.strictObject({
  minEpochs: z.int().min(1).max(1000).default(10).describe("Epochs before which nothing is ended"),
  patience: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe("Epochs without improvement after which training ends"),
  tolerance: share().default(0).describe("Relative improvement that still counts as none"),
});

const settings = z.strictObject({
  instanceType: z.string().startsWith("ml.").default("ml.g4dn.xlarge").describe("GPU instance"),
  instanceCount: z
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe("Machines; more than one syncs updates"),
  imageTag: z
    .string()
    .default("1")
    .describe("Tag of the built-in algorithm; 1 is its stable version"),
  run: z.int().min(1).default(1).describe("Raise it to train again with unchanged settings"),
  epochs: z.int().min(1).max(1000).default(30).describe("Passes over the training images"),
  batchSize: z
    .int()
    .min(1)
    .max(512)
    .default(32)
    .describe("Target; the nearest size that drops no sample is used"),
  optimizer: z.enum(["sgd", "adam", "rmsprop", "nag"]).default("adam").describe("Optimizer"),
  learningRate: z.number().gt(0).max(1).default(0.005).describe("Initial learning rate"),
  learningRateSteps: z
    .array(z.int().min(1).max(1000))
    .max(100)
    .optional()
    .describe(
      "Epochs after which the learning rate falls; unless given after two thirds and 13/15 of all, an empty list keeps it",
    ),
  learningRateFactor: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .describe("What the learning rate is multiplied by at each of these"),
  momentum: share().optional().describe("Of sgd and nag, 0.9 unless given; others have none"),
  weightDecay: share()
    .optional()
    .describe("L2 penalty of sgd and nag, 0.0001 unless given; the others ignore it"),
  imageSize: z
    .int()
    .min(SMALLEST_SIDE)
    .max(LARGEST_SIDE)
    .default(LARGEST_SMALL_SIDE)
    .describe("Side of the images that the model takes; it goes with `layers`"),
  layers: z
    .literal([...DEPTHS.small, ...DEPTHS.large])
    .default(20)
    .describe(
      "Depth of the residual network: 20, 32, 44, 56 or 110 up to an `imageSize` of 28, the others above",
    ),
  augmentation: z
    .enum(["none", "crop", "crop_color", "crop_color_transform"])
    .default("crop")
    .describe("Augmentation of the training images"),
  earlyStopping: earlyStopping.optional().describe("Off unless given"),
  checkpointFrequency: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      "Epochs between checkpoints in the model's archive; unless given, only the epoch best in validation is kept",
    ),
  maxRuntimeSeconds: z
    .int()
    .min(60)
    .max(86_400)
    .default(3600)
    .describe("Stops a run-away job; policy allows a day at most"),
  spot: z
    .boolean()
    .default(false)
    .describe("Cheaper spare capacity; an interrupted run goes on at its last checkpoint"),
  accuracyFloor: share()
    .default(0.5)
    .describe("Accuracy of the live endpoint on held-out images below which an update fails"),
  volumeSizeInGb: z
    .int()
    .min(1)
    .max(1024)
    .default(30)
    .describe("Disk for data and checkpoints; at most the fixed disk of a G4dn or G5 instance"),
});

type Settings = z.infer<typeof settings>;

/** A rule about several settings: the one that is wrong, and why, unless all is well. */
type Rule = (training: Settings) => readonly [key: keyof Settings, message: string] | undefined;

const RULES: readonly Rule[] = [
  ({ imageSize, layers }) => {
    const depths: readonly number[] = imageSize <= LARGEST_SMALL_SIDE ? DEPTHS.small : DEPTHS.large;
    return depths.includes(layers)
      ? undefined
      : [
          "layers",
          `must be one of ${depths.join(", ")} for a \`training.imageSize\` of ${imageSize} ` +
            `(the small depths go up to ${LARGEST_SMALL_SIDE}, the large ones above)`,
        ];
  },
  ({ learningRateSteps = [], epochs }) =>
    learningRateSteps.every(
      (step, index) => step < epochs && step > (learningRateSteps[index - 1] ?? 0),
    )
      ? undefined
      : ["learningRateSteps", `must ascend and be below \`training.epochs\` (${epochs})`],
  ({ momentum, optimizer }) =>
    momentum === undefined || hasMomentum(optimizer)
      ? undefined
      : ["momentum", `is for sgd and nag; ${optimizer} has none, so leave it out`],
  ({ weightDecay, optimizer }) =>
    weightDecay === undefined || hasMomentum(optimizer)
      ? undefined
      : ["weightDecay", `is for sgd and nag; ${optimizer} ignores it, so leave it out`],
  ({ checkpointFrequency = 1, epochs }) =>
    checkpointFrequency <= epochs
      ? undefined
      : ["checkpointFrequency", `must not be above \`training.epochs\` (${epochs})`],
  ({ earlyStopping, epochs }) =>
    earlyStopping === undefined || earlyStopping.minEpochs <= epochs
      ? undefined
      : [
          "earlyStopping",
          `would never end anything: \`minEpochs\` is ${earlyStopping.minEpochs} (10 unless given), ` +
            `and must not be above \`training.epochs\` (${epochs})`,
        ],
  ({ instanceType, volumeSizeInGb }) => {
    const fixed = FIXED_DISK_GB[instanceType];
    return fixed === undefined || volumeSizeInGb <= fixed
      ? undefined
      : ["volumeSizeInGb", `must not be above ${fixed}, the fixed disk of ${instanceType}`];
  },
];

/** The group `training` of the configuration. */
export const trainingConfig = settings.superRefine((training, context) => {
  for (const rule of RULES) {
    const [key, message] = rule(training) ?? [];
    if (key !== undefined) {
      context.addIssue({ code: "custom", path: [key], message: message ?? "" });
    }
  }
});

/** Whether the optimizer takes `momentum` and `weight_decay` (the guide's page, as above). */
export function hasMomentum(optimizer: Settings["optimizer"]): boolean {
  return optimizer === "sgd" || optimizer === "nag";
}
