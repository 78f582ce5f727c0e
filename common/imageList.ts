/**
 * Lists of images (`.lst`) as SageMaker's image classification takes them: a line per image with
 * its index, its label and its path, separated by tabs ("Train with Image Format", Amazon SageMaker
 * Developer Guide).
 */

/** One line of a list. */
export interface ListedImage {
  /** Unique across all lists of a dataset. */
  readonly index: number;
  readonly label: number;
  /** Relative to the list's channel; segments separated by `/`. */
  readonly path: string;
}

/** A text is no list of images. */
export class ImageListError extends Error {
  override readonly name = "ImageListError";
}

export function formatImageList(images: readonly ListedImage[]): string {
  return images.map(({ index, label, path }) => `${index}\t${label}\t${path}\n`).join("");
}

/**
 * Reads what {@link formatImageList} writes.
 * @throws ImageListError that names the line that is no such line
 */
export function parseImageList(text: string): readonly ListedImage[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") {
    lines.pop();
  }
  return lines.map((line, number) => {
    const [, index, label, path] = /^(\d{1,10})\t(\d{1,10})\t([^\t\r]+)$/.exec(line) ?? [];
    if (index === undefined || label === undefined || path === undefined) {
      throw new ImageListError(
        `Line ${number + 1} is not index, label and path, separated by tabs: ` +
          JSON.stringify(line.slice(0, 200)),
      );
    }
    return { index: Number(index), label: Number(label), path };
  });
}
