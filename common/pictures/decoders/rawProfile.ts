import { inflateSync } from "node:zlib";

const KEYWORD = Buffer.from("Raw profile type exif\0", "latin1");
/** More than EXIF data have, which fit into a segment of JPEG: twice, as digits. */
const MOST_BYTES = 256 * 1024;

/**
 * Reads the EXIF data that ImageMagick and others wrote into a PNG's text before there was a chunk
 * for it: a name, a length, and hexadecimal digits in lines.
 * @param type of the chunk: `tEXt`, `zTXt` or `iTXt`
 * @returns nothing if the text is another one, or damaged
 */
export function readRawProfile(type: string, chunk: Buffer): Buffer | undefined {
  if (!chunk.subarray(0, KEYWORD.length).equals(KEYWORD)) {
    return undefined;
  }
  const text = textOf(type, chunk.subarray(KEYWORD.length))?.toString("latin1") ?? "";
  const [, digits] = /^\n[^\n]*\n[^\n]*\n([0-9A-Fa-f\s]*)$/.exec(text) ?? [];
  return digits === undefined ? undefined : Buffer.from(digits.replace(/\s/g, ""), "hex");
}

/** What follows the keyword (W3C, PNG, 11.3.3). */
function textOf(type: string, data: Buffer): Buffer | undefined {
  switch (type) {
    case "tEXt":
      return data;
    case "zTXt":
      return inflated(data.subarray(1));
    default: {
      const languageEnd = data.indexOf(0, 2);
      const text = data.subarray(data.indexOf(0, languageEnd + 1) + 1);
      return data[0] === 1 ? inflated(text) : text;
    }
  }
}

function inflated(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MOST_BYTES });
  } catch {
    return undefined; // a text that cannot be read says nothing
  }
}
