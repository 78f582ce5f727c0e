import { pipeline, Readable, type Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzipSync,
} from "node:zlib";
import { SourceError, type SourceAnswer } from "./answer";
import { PeekedBody } from "./peek";

/** Of a body, enough to see what a gzip file begins with when it is unpacked. */
const PEEK_BYTES = 4096;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
};

/**
 * Gives the archive as the server has it. Nobody asked for an encoding, but a server that knows
 * `.gz` only as an encoding names one for an archive that it sends as it is, and others do pack it
 * once more. Which one it was, the first bytes tell.
 *
 * Throws {@link SourceError} for an encoding that cannot be undone.
 * @param encoding the header `Content-Encoding`
 */
export async function decodeBody(
  answer: Omit<SourceAnswer, "isDecoded">,
  encoding: string | undefined,
): Promise<SourceAnswer> {
  const name = encoding?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity" || name === "aws-chunked") {
    return { ...answer, isDecoded: false };
  }
  const body = new PeekedBody(answer.body);
  const createDecoder = DECODERS[name];
  if (createDecoder === createGunzip) {
    if (answer.offset > 0 || !isGzipTwice(await body.start(PEEK_BYTES))) {
      return { ...answer, body, isDecoded: false };
    }
  } else if (createDecoder === undefined || answer.offset > 0) {
    throw new SourceError(
      `the server sends the archive packed as ${name}, which nobody asked for`,
      createDecoder === undefined ? "none" : "restart",
    );
  }
  const decoder = createDecoder();
  // A failure is told to whoever reads the decoder.
  pipeline(Readable.from(body), decoder, () => undefined);
  return { offset: 0, total: undefined, version: undefined, body: decoder, isDecoded: true };
}

function isGzipTwice(start: Buffer): boolean {
  try {
    const inner = gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
    return inner[0] === 0x1f && inner[1] === 0x8b;
  } catch {
    return false;
  }
}
