/** A model of the local cloud, outside of it: trained here, and asked as its endpoint is. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { imageFeatures } from "../../common/imageFeatures";
import type { AnsweredPicture } from "../../common/pictureTally";
import { normalizeImage } from "../../common/pictures/image";
import { encodePng, IMAGE_SIDE } from "../../etl/formats/png";
import { parseHyperparameters } from "../../local/cloud/containers/image-classification/hyperparameters";
import { decodeImage } from "../../local/cloud/containers/image-classification/images";
import { loadModel, MODEL_FILE } from "../../local/cloud/containers/image-classification/serve";
import { train } from "../../local/cloud/containers/image-classification/trainer";
import type { Picture, Pictures } from "./pictures";

/** As the stacks have it. */
const SIZE = { height: 28, width: 28 };

/** A picture with its class, and what became of it. */
export interface Answered extends AnsweredPicture {
  readonly label: number;
}

export interface TrainedModel {
  /** Goes the way of an upload: as a PNG, made the model's size, to the model. */
  answer(pictures: readonly Picture[]): Promise<readonly Answered[]>;
  close(): Promise<void>;
}

export async function trainModel(
  { train: pictures, heldOut, classes }: Pictures,
  epochs: number,
): Promise<TrainedModel> {
  const folder = await mkdtemp(path.join(tmpdir(), "drift-model-"));
  try {
    const settings = parseHyperparameters({
      image_shape: `3,${SIZE.height},${SIZE.width}`,
      num_classes: String(classes.length),
      num_layers: "20",
      num_training_samples: String(pictures.length),
      epochs: String(epochs),
      optimizer: "adam",
      learning_rate: "0.005",
      augmentation_type: "crop",
    });
    const data = {
      train: pictures.map((each) => ({ height: IMAGE_SIDE, width: IMAGE_SIDE, ...each })),
      validation: await Promise.all(
        heldOut.map(async ({ label, pixels }) => ({
          label,
          ...(await decodeImage(encodePng(pixels), () => SIZE)),
        })),
      ),
    };
    await train(data, settings, {
      seed: 1,
      log: () => undefined,
      keep: (model) => writeFile(path.join(folder, MODEL_FILE), model),
      stop: new AbortController().signal,
    });
    const model = await loadModel(folder);
    return {
      answer: async (asked) => {
        const answered: Answered[] = [];
        for (const { label, pixels } of asked) {
          const settings = { size: SIZE, maxPixels: IMAGE_SIDE * IMAGE_SIDE };
          const image = await normalizeImage(encodePng(pixels), "a picture", settings);
          const { body } = await model.invoke(image, "image/png");
          const scores = JSON.parse(body) as readonly number[];
          answered.push({ label, scores, features: imageFeatures(image) });
        }
        return answered;
      },
      close: () => model.close(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
