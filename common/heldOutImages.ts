import { z } from "zod";
import { DATASET_FORMATS, DATASET_KEYS } from "../contract/dataset";
import { parseImageList } from "./imageList";
import { decodeRecords } from "./recordio";

/** An image of the test split, which no model was trained on. */
export interface HeldOutImage {
  /** Of a PNG; in the dataset's bucket there is an object of that key in image format only. */
  readonly key: string;
  readonly label: number;
  /** The PNG itself. */
  readonly read: () => Promise<Buffer>;
}

export interface HeldOutImages {
  /** Class names in label order. */
  readonly classes: readonly string[];
  /** In the dataset's order, at least one. */
  readonly images: readonly HeldOutImage[];
}

const manifestSchema = z.object({
  classes: z.array(z.string()),
  format: z.enum(DATASET_FORMATS),
});

/**
 * Finds the test split of a dataset in either of its formats.
 * @param read gives the object of a key
 * @throws Error of `read`, `ImageListError` or `RecordFormatError`, or one that says that the
 *   manifest is none or that there are no images
 */
export async function findHeldOutImages(
  read: (key: string) => Promise<Buffer>,
): Promise<HeldOutImages> {
  const manifest = manifestSchema.safeParse(
    JSON.parse((await read(DATASET_KEYS.manifest)).toString()),
  );
  if (!manifest.success) {
    throw new Error(
      `${DATASET_KEYS.manifest} is not that of a dataset of this version: ` +
        `${z.prettifyError(manifest.error)}\nMake the dataset again.`,
    );
  }
  const { classes, format } = manifest.data;
  const images = format === "recordio" ? await fromRecords(read) : await fromList(read);
  if (images.length === 0) {
    throw new Error("The dataset's test split has no images: there is nothing to score with");
  }
  return { classes, images };
}

async function fromList(read: (key: string) => Promise<Buffer>): Promise<HeldOutImage[]> {
  const list = (await read(DATASET_KEYS.testList)).toString();
  return parseImageList(list).map(({ label, path }) => {
    const key = `${DATASET_KEYS.test}${path}`;
    return { key, label, read: () => read(key) };
  });
}

async function fromRecords(read: (key: string) => Promise<Buffer>): Promise<HeldOutImage[]> {
  return decodeRecords(await read(DATASET_KEYS.testRecords)).map(({ index, label, image }) => ({
    key: `${DATASET_KEYS.test}${index}.png`,
    label,
    read: () => Promise.resolve(image),
  }));
}
