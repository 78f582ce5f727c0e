/** The `aws-chunked` content encoding, in which SDKs send a body with its checksum at the end. */
import { AwsError } from "../protocol";

type Headers = Readonly<Record<string, string>>;

/**
 * Takes the chunk framing off a request. A request without it is returned as it is.
 * @returns the body that was meant, and the headers with the trailing ones among them and
 * without those that described the framing
 * @throws AwsError `IncompleteBody`, `MalformedTrailerError` or `InvalidRequest`
 */
export function decodeChunked(headers: Headers, body: Buffer): { headers: Headers; body: Buffer } {
  const encodings = (headers["content-encoding"] ?? "")
    .split(",")
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== "");
  const streaming = headers["x-amz-content-sha256"]?.startsWith("STREAMING-") ?? false;
  if (!streaming && !encodings.includes("aws-chunked")) {
    return { headers, body };
  }
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const line = lineAt(body, position);
    const size = Number.parseInt(/^[0-9a-f]+(?=;|$)/i.exec(line.text)?.[0] ?? "", 16);
    if (Number.isNaN(size)) {
      throw incomplete(`"${line.text.slice(0, 40)}" is not a chunk header`);
    }
    position = line.next;
    if (size === 0) {
      break;
    }
    chunks.push(body.subarray(position, position + size));
    position += size;
    if (lineAt(body, position).text !== "") {
      throw incomplete("a chunk is longer than its header says");
    }
    position += 2;
  }
  const decoded = Buffer.concat(chunks);
  if (headers["x-amz-decoded-content-length"] !== String(decoded.length)) {
    throw incomplete(
      `x-amz-decoded-content-length is ${headers["x-amz-decoded-content-length"] ?? "absent"}, ` +
        `but ${decoded.length} bytes came`,
    );
  }
  const trailers = readTrailers(body, position, headers["x-amz-trailer"]);
  const rest = encodings.filter((encoding) => encoding !== "aws-chunked").join(",");
  const others = Object.entries(headers).filter(
    ([name]) => name !== "content-encoding" && name !== "content-length",
  );
  return {
    headers: {
      ...Object.fromEntries(others),
      ...trailers,
      ...(rest === "" ? {} : { "content-encoding": rest }),
    },
    body: decoded,
  };
}

function readTrailers(body: Buffer, start: number, announced: string | undefined): Headers {
  const trailers: Record<string, string> = {};
  for (let position = start; position < body.length;) {
    const { text, next } = lineAt(body, position);
    position = next;
    const [name = "", ...value] = text.split(":");
    if (text !== "" && name !== "x-amz-trailer-signature") {
      trailers[name.trim().toLowerCase()] = value.join(":").trim();
    }
  }
  const names = (announced ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  if (names.sort().join() !== Object.keys(trailers).sort().join()) {
    throw new AwsError(
      "MalformedTrailerError",
      400,
      `x-amz-trailer announces [${names.join()}], but [${Object.keys(trailers).join()}] came`,
    );
  }
  return trailers;
}

function lineAt(body: Buffer, position: number): { text: string; next: number } {
  const end = body.indexOf("\r\n", position);
  if (end === -1) {
    throw incomplete("it ends inside its chunk framing");
  }
  return { text: body.toString("latin1", position, end), next: end + 2 };
}

function incomplete(problem: string): AwsError {
  return new AwsError("IncompleteBody", 400, `The aws-chunked body is damaged: ${problem}`);
}
