/** Checksums of bodies as S3 names, verifies and stores them ("Checking object integrity"). */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError } from "../../protocol";

export interface Checksum {
  readonly algorithm: Algorithm;
  /** Base64; of a composite one followed by `-` and the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

export type Algorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

const ALGORITHMS: Readonly<Record<Algorithm, (body: Buffer) => Buffer>> = {
  CRC32: (body) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(body));
    return value;
  },
  CRC32C: reflectedCrc(0x82f63b78n, 4),
  CRC64NVME: reflectedCrc(0x9a6c9329ac4bc9b5n, 8),
  SHA1: (body) => createHash("sha1").update(body).digest(),
  SHA256: (body) => createHash("sha256").update(body).digest(),
};

type Headers = Readonly<Record<string, string>>;

export function parseAlgorithm(name: string): Algorithm {
  if (!(name in ALGORITHMS)) {
    throw new AwsError("InvalidRequest", 400, `Checksum algorithm ${name} is not known`);
  }
  return name as Algorithm;
}

/** The header, and in lists the element's name without `x-amz-`. */
export function checksumHeader(algorithm: Algorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** As responses carry it. */
export function checksumHeaders(checksum: Checksum | undefined): Headers {
  return checksum === undefined
    ? {}
    : {
        [checksumHeader(checksum.algorithm)]: checksum.value,
        "x-amz-checksum-type": checksum.type,
      };
}

export function fullObjectChecksum(algorithm: Algorithm, body: Buffer): Checksum {
  const value = ALGORITHMS[algorithm](body).toString("base64");
  return { algorithm, value, type: "FULL_OBJECT" };
}

/** The checksum of the parts' checksums. */
export function compositeChecksum(algorithm: Algorithm, parts: readonly Checksum[]): Checksum {
  const values = parts.map(({ value }) => Buffer.from(value, "base64"));
  const value = ALGORITHMS[algorithm](Buffer.concat(values)).toString("base64");
  return { algorithm, value: `${value}-${parts.length}`, type: "COMPOSITE" };
}

export function md5(body: Buffer): Buffer {
  return createHash("md5").update(body).digest();
}

/**
 * Verifies a body against every checksum that the request's headers state.
 * @returns the one to store
 * @throws AwsError `BadDigest` when one differs, `InvalidDigest` or `InvalidRequest` for one that
 * cannot be a checksum
 */
export function verifyBody(headers: Headers, body: Buffer): Checksum | undefined {
  verifyMd5(headers["content-md5"], body);
  const stated = (Object.keys(ALGORITHMS) as Algorithm[]).filter(
    (algorithm) => headers[checksumHeader(algorithm)] !== undefined,
  );
  const [algorithm, second] = stated;
  if (second !== undefined) {
    throw new AwsError("InvalidRequest", 400, "Expecting a single x-amz-checksum- header");
  }
  if (algorithm === undefined) {
    if (headers["x-amz-sdk-checksum-algorithm"] !== undefined) {
      throw new AwsError(
        "InvalidRequest",
        400,
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or " +
          "x-amz-trailer headers were found.",
      );
    }
    return undefined;
  }
  const actual = fullObjectChecksum(algorithm, body);
  const expected = headers[checksumHeader(algorithm)] ?? "";
  if (!isBase64Of(expected, Buffer.from(actual.value, "base64").length)) {
    throw new AwsError(
      "InvalidRequest",
      400,
      `Value for ${checksumHeader(algorithm)} header is invalid.`,
    );
  }
  if (expected !== actual.value) {
    throw new AwsError(
      "BadDigest",
      400,
      `The ${algorithm} you specified did not match the calculated checksum.`,
    );
  }
  return actual;
}

function verifyMd5(expected: string | undefined, body: Buffer): void {
  if (expected === undefined) {
    return;
  }
  if (!isBase64Of(expected, 16)) {
    throw new AwsError("InvalidDigest", 400, "The Content-MD5 you specified was invalid.");
  }
  if (expected !== md5(body).toString("base64")) {
    throw new AwsError(
      "BadDigest",
      400,
      "The Content-MD5 you specified did not match what we received.",
    );
  }
}

function isBase64Of(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, "base64");
  return decoded.length === bytes && decoded.toString("base64") === text;
}

/**
 * A cyclic redundancy check with reflected bits, starting from ones and inverted at the end.
 * @param polynomial reflected; one of 32 bits leaves the high half of the state at zero
 */
function reflectedCrc(polynomial: bigint, bytes: 4 | 8): (body: Buffer) => Buffer {
  const low = new Uint32Array(256);
  const high = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit += 1) {
      value = (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    }
    low[index] = Number(value & 0xffffffffn);
    high[index] = Number(value >> 32n);
  }
  const ones = 0xffffffff;
  const onesHigh = bytes === 8 ? ones : 0;
  return (body) => {
    let stateLow = ones;
    let stateHigh = onesHigh;
    for (const byte of body) {
      const index = (stateLow ^ byte) & 0xff;
      stateLow = (stateLow >>> 8) ^ (stateHigh << 24) ^ (low[index] as number);
      stateHigh = (stateHigh >>> 8) ^ (high[index] as number);
    }
    const value = Buffer.alloc(8);
    value.writeUInt32BE((stateHigh ^ onesHigh) >>> 0, 0);
    value.writeUInt32BE((stateLow ^ ones) >>> 0, 4);
    return value.subarray(8 - bytes);
  };
}
