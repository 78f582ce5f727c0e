/** What other files start with, each with the name that people have for it. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ["PK\x03\x04", "a ZIP archive"],
  ["PK\x05\x06", "an empty ZIP archive"],
  ["BZh", "a bzip2 archive"],
  ["\xfd7zXZ\0", "an xz archive"],
  ["\x28\xb5\x2f\xfd", "a Zstandard archive"],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive"],
  ["Rar!\x1a\x07", "a RAR archive"],
  ["\x89PNG\r\n", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["%PDF-", "a PDF document"],
  ["\x89HDF\r\n", "an HDF5 file"],
  ["PAR1", "a Parquet file"],
  ["\x93NUMPY", "a numpy array"],
  ["\x80\x02", "a pickle"],
  ["\x80\x03", "a pickle"],
  ["\x80\x04", "a pickle"],
  ["\x80\x05", "a pickle"],
  ["version https://git-lfs", "a Git LFS pointer, not the file that it points to"],
];

/** So many bytes are enough to tell. */
export const SIGNATURE_BYTES = 512;

/**
 * Names what a file is by its first bytes; undefined where they are those of a gzip file, which the
 * archive must be.
 */
export function foreignKind(start: Buffer): string | undefined {
  const text = start.toString("latin1", 0, SIGNATURE_BYTES);
  if (text.startsWith("\x1f\x8b")) {
    return undefined;
  }
  const known = SIGNATURES.find(([signature]) => text.startsWith(signature));
  if (known !== undefined) {
    return known[1];
  }
  const visible = text.replace(/^\xef\xbb\xbf/, "").trimStart();
  if (text === "") {
    return "an empty file";
  }
  if (text.slice(257, 262) === "ustar") {
    return "a tar archive that is not compressed";
  }
  if (/^<(!doctype html|html|head|body|script|meta)\b/i.test(visible)) {
    return "a web page";
  }
  if (visible.startsWith("<")) {
    return "an XML document";
  }
  if (/^[{[]/.test(visible)) {
    return "a JSON document";
  }
  return /^[\t\r\n -~]+$/.test(text) ? "a text" : "no gzip file";
}
