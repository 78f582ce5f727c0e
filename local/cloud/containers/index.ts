/** The container images that the local registry has, by repository name. */
import * as path from "node:path";
import { AwsError } from "../protocol";
import { loadModel, type Model } from "./image-classification/serve";

export interface Container {
  /** TypeScript file that trains; its one argument is the folder that stands for `/opt/ml`. */
  readonly trainScript: string;
  /** Metrics that SageMaker reads from the algorithm's log, by name. */
  readonly metricDefinitions: Readonly<Record<string, RegExp>>;
  /** Loads what is in an unpacked `model.tar.gz`. */
  readonly load: (folder: string) => Promise<Model>;
}

const CONTAINERS: Readonly<Record<string, Container>> = {
  "image-classification": {
    trainScript: path.join(__dirname, "image-classification", "train.ts"),
    metricDefinitions: {
      "train:accuracy": /^Epoch\[\d+\] Train-accuracy=([0-9.]+)/,
      "validation:accuracy": /^Epoch\[\d+\] Validation-accuracy=([0-9.]+)/,
    },
    load: loadModel,
  },
};

/**
 * The container behind an image URI such as `<registry>/image-classification:1`.
 * @throws AwsError `ValidationException` when the local registry does not have it
 */
export function containerFor(image: string): Container {
  const repository = /([^/]+?)(?::[^:/]+)?$/.exec(image)?.[1] ?? image;
  const container = CONTAINERS[repository];
  if (container === undefined) {
    throw new AwsError(
      "ValidationException",
      400,
      `The local registry has no ${repository}; it has ${Object.keys(CONTAINERS).join(", ")}`,
    );
  }
  return container;
}
