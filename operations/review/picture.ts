/** Shows the picture of a review, as it was decided on. */
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { FunctionError } from "../../common/functionError";
import { fitPixels, type FittedPixels } from "../../common/pictures/image";
import { readImageObject } from "../../common/pictures/object";
import type { ImageReference } from "../../contract/inference";
import { MAX_PIXELS_RANGE } from "../../contract/values";

const LINK_SECONDS = 900;

/** What a terminal can show. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Whether it has 24-bit colours. */
  readonly hasColours: boolean;
}

/** Lines that are needed for all but the picture. */
const OTHER_ROWS = 16;

/**
 * The picture in lines of half blocks, two pixels a character, if the terminal has the colours; else
 * a link that is good for a quarter of an hour, to download it. Says so if the picture is gone.
 */
export async function show(
  s3: S3Client,
  image: ImageReference,
  { columns, rows, hasColours }: Screen,
): Promise<string> {
  if (!hasColours) {
    return getSignedUrl(s3, downloadOf(image), { expiresIn: LINK_SECONDS });
  }
  const longestSide = Math.max(8, Math.min(columns, 2 * (rows - OTHER_ROWS)));
  const settings = { longestSide, maxPixels: MAX_PIXELS_RANGE.most };
  const name = `s3://${image.bucket}/${image.key}`;
  try {
    const { bytes } = await readImageObject(image, name, (input) =>
      s3.send(new GetObjectCommand(input)),
    );
    return halfBlocks(await fitPixels(bytes, name, settings));
  } catch (error) {
    if (error instanceof FunctionError) {
      return `The picture is gone, or cannot be read: ${error.name}`;
    }
    throw error;
  }
}

/** To be kept and not shown: a browser would take whatever was uploaded for what it says it is. */
function downloadOf({ bucket, key, versionId }: ImageReference): GetObjectCommand {
  return new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    VersionId: versionId,
    ResponseContentDisposition: "attachment",
    ResponseContentType: "application/octet-stream",
  });
}

/** Upper half blocks: the colour of the text is the upper pixel, that behind it the lower one. */
export function halfBlocks({ size: { width, height }, pixels }: FittedPixels): string {
  const colour = (x: number, y: number) => {
    const at = 3 * (y * width + x);
    return `${pixels[at]};${pixels[at + 1]};${pixels[at + 2]}`;
  };
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    let line = "";
    for (let x = 0; x < width; x++) {
      const lower = y + 1 < height ? `;48;2;${colour(x, y + 1)}` : ";49";
      line += `\x1b[38;2;${colour(x, y)}${lower}m\u2580`;
    }
    lines.push(`${line}\x1b[0m`);
  }
  return lines.join("\n");
}
