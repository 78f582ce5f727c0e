/**
 * Stands in for the hosting container of SageMaker's built-in image-classification algorithm: an
 * image file in, one probability per class out ("Inference" in "Image Classification", Amazon
 * SageMaker Developer Guide). An image of another size is resized without keeping its aspect.
 */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { InferenceSession, Tensor } from "./runtime";
import { decodeImage, type Image, type ImageSize } from "./images";

/** The model's file in `model.tar.gz`. */
export const MODEL_FILE = "image-classification.onnx";

const CONTENT_TYPES = ["image/png", "image/jpeg", "application/x-image"];

/** A loaded model. */
export interface Model {
  /**
   * Classifies one image; the answer is a JSON array of probabilities by class label.
   * @throws InvocationError 415 for another content type, 400 for a body that is no image
   */
  invoke(body: Buffer, contentType: string): Promise<Answer>;
  /** Frees its memory. */
  close(): Promise<void>;
}

interface Answer {
  readonly contentType: string;
  readonly body: string;
}

/** The container's refusal of a request. */
export class InvocationError extends Error {
  override name = "InvocationError";

  constructor(
    /** Of HTTP. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Loads the model in a folder, as unpacked from `model.tar.gz`.
 * @throws Error if there is none, or a broken one
 */
export async function loadModel(folder: string): Promise<Model> {
  const file = await readFile(path.join(folder, MODEL_FILE));
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const size = imageSize(session);
  return {
    invoke: async (body, contentType) => {
      const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
      if (!CONTENT_TYPES.includes(type)) {
        throw new InvocationError(
          415,
          `Unsupported content-type ${contentType}, expected one of ${CONTENT_TYPES.join(", ")}`,
        );
      }
      const { pixels } = await decode(body, size);
      const { probabilities } = await session.run({
        images: new Tensor("uint8", pixels, [1, 3, size.height, size.width]),
      });
      const values = Array.from((probabilities as Tensor).data as Float32Array);
      return { contentType: "application/json", body: JSON.stringify(values) };
    },
    close: () => session.release(),
  };
}

async function decode(body: Buffer, size: ImageSize): Promise<Image> {
  try {
    return await decodeImage(body, () => size);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvocationError(400, `Unable to decode the payload as an image: ${reason}`);
  }
}

/** The size that the model's one input has. */
function imageSize(session: InferenceSession): ImageSize {
  const [input] = session.inputMetadata;
  const [, , height, width] = input?.isTensor ? input.shape : [];
  if (typeof height !== "number" || typeof width !== "number") {
    throw new Error(`${MODEL_FILE} does not take images: its input is ${JSON.stringify(input)}`);
  }
  return { height, width };
}
