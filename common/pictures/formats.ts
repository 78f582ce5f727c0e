import { brandsOf, isAvif, readAvif } from "./decoders/avif";
import { readBmp } from "./decoders/bmp";
import { readGif } from "./decoders/gif";
import { readJpeg } from "./decoders/jpeg/jpeg";
import type { Picture } from "./decoders/picture";
import { PNG_SIGNATURE, readPng } from "./decoders/png";
import { readWebp } from "./decoders/webp";

interface Format {
  readonly name: string;
  /** Whether a file begins like one. */
  readonly begins: (bytes: Buffer) => boolean;
  readonly read: (bytes: Buffer) => Picture;
}

const at = (offset: number, text: string) => (bytes: Buffer) =>
  bytes.toString("latin1", offset, offset + text.length) === text;

const READ: readonly Format[] = [
  { name: "PNG", begins: at(0, PNG_SIGNATURE.toString("latin1")), read: readPng },
  { name: "JPEG", begins: at(0, "\xff\xd8\xff"), read: readJpeg },
  { name: "BMP", begins: at(0, "BM"), read: readBmp },
  { name: "GIF", begins: at(0, "GIF8"), read: readGif },
  {
    name: "WebP",
    begins: (bytes) => at(0, "RIFF")(bytes) && at(8, "WEBP")(bytes),
    read: readWebp,
  },
  { name: "AVIF", begins: isAvif, read: readAvif },
];

/** Formats that people send and that are not read, so that they learn why. */
const NOT_READ: readonly Pick<Format, "name" | "begins">[] = [
  { name: "TIFF", begins: (bytes) => at(0, "II*\0")(bytes) || at(0, "MM\0*")(bytes) },
  {
    name: "HEIC",
    begins: (bytes) =>
      brandsOf(bytes).some((brand) => /^(hei[cmsx]|hev[cx]|mif1|msf1)/.test(brand)),
  },
  { name: "PDF", begins: at(0, "%PDF") },
];

/** The formats' names, for messages. */
export const FORMATS = READ.map(({ name }) => name).join(", ");

/**
 * Reads what a file says it is, without decoding it. Its name and type are not asked.
 * @throws Error if it is in no format that is read, or its header is damaged; TooLargeError
 */
export function readPicture(bytes: Buffer): Picture {
  const format = READ.find(({ begins }) => begins(bytes));
  if (format === undefined) {
    const other = NOT_READ.find(({ begins }) => begins(bytes));
    throw new Error(
      other === undefined
        ? "it begins like none of these formats"
        : `it is ${other.name}, which is not read`,
    );
  }
  return format.read(bytes);
}
