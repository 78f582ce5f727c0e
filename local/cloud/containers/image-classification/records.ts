/**
 * Reads RecordIO files of images, after dmlc-core's `recordio.h` and the header that MXNet's
 * `recordio.py` calls `IRHeader`: what the algorithm takes as `application/x-recordio`.
 */
const MAGIC = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);
const WHOLE = 0;
const FIRST = 1;
const LAST = 3;

/** One record. */
export interface LabelledFile {
  readonly label: number;
  /** An image file. */
  readonly file: Buffer;
}

/**
 * All records of a file, in its order.
 * @throws Error that names the byte at which it is no such file
 */
export function readRecords(bytes: Buffer): LabelledFile[] {
  const records: LabelledFile[] = [];
  let parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const fault = (reason: string) => new Error(`it is no RecordIO file: ${reason} at byte ${at}`);
    if (at + 8 > bytes.length || !bytes.subarray(at, at + 4).equals(MAGIC)) {
      throw fault("no record starts");
    }
    const word = bytes.readUInt32LE(at + 4);
    const [flag, length] = [word >>> 29, word & 0x1fffffff];
    const start = at + 8;
    if (start + length > bytes.length) throw fault("a record is cut off");
    const opens = flag === WHOLE || flag === FIRST;
    if (opens === parts.length > 0) throw fault("parts of records are mixed up");
    parts.push(...(opens ? [] : [MAGIC]), bytes.subarray(start, start + length));
    if (flag === WHOLE || flag === LAST) {
      const record = Buffer.concat(parts);
      if (record.length < 24) throw fault("a record has no header");
      // Other than zero: so many labels follow, which is for several labels per image.
      if (record.readUInt32LE(0) !== 0) throw fault("a record has not one label");
      records.push({ label: record.readFloatLE(4), file: record.subarray(24) });
      parts = [];
    }
    at = start + Math.ceil(length / 4) * 4;
  }
  if (parts.length > 0) throw new Error("it is no RecordIO file: its last record is cut off");
  return records;
}
