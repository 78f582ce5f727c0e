/**
 * One line of a file that data capture has written: a record in JSON ("Capture data from real-time
 * endpoint", SageMaker AI Developer Guide).
 */
import { isUtf8 } from "node:buffer";

/**
 * What was sent to the endpoint, or what it answered. Which content types are captured as text, the
 * endpoint's configuration says; the body of all others is captured in base64. A body shares its
 * memory with others: who keeps one for long copies it.
 */
export type CapturedSide = { readonly contentType: string } & (
  | { readonly encoding: "BASE64"; readonly body: Buffer }
  | { readonly encoding: "JSON" | "CSV"; readonly text: string }
);

/** One invocation of an endpoint. */
export interface CapturedRecord {
  /** SageMaker's own. */
  readonly eventId: string;
  /** Of whoever invoked the endpoint, if they gave one: what other records are joined by. */
  readonly inferenceId?: string;
  /** As it was captured: no type of it is documented. */
  readonly customAttributes?: unknown;
  /** In whole seconds. */
  readonly time: Date;
  /** Absent where only the other side is captured; one of them is there. */
  readonly input?: CapturedSide;
  readonly output?: CapturedSide;
}

/** Why a line gives no record. */
export type CaptureProblem =
  /** No JSON in UTF-8. */
  | "malformedLine"
  /** The same at the end of a file that does not end with the line. */
  | "partialLine"
  /** Longer than any that SageMaker could write. */
  | "oversizedLine"
  | "notAnObject"
  | "missingCaptureData"
  /** Neither input nor output. */
  | "missingInputAndOutput"
  | "missingContentType"
  | "missingData"
  /** Neither BASE64 nor JSON nor CSV. */
  | "unknownEncoding"
  | "invalidBase64"
  | "missingEventMetadata"
  | "missingEventId"
  | "invalidInferenceId"
  | "missingInferenceTime"
  /** No time in UTC. */
  | "invalidInferenceTime";

/** Characters that stand for themselves in a JSON string, of ASCII. */
const PLAIN = "[ !#-\\[\\]-~]*";

/** How SageMaker writes a record with both sides, up to the data of an input in base64 ... */
const HEAD = new RegExp(
  `^\\{"captureData":\\{"endpointInput":\\{"observedContentType":"(${PLAIN})","mode":"INPUT","data":"`,
);

/** ... and after them: output's content type, data and encoding; event, inference and time. */
const TAIL = new RegExp(
  `^","encoding":"BASE64"\\},"endpointOutput":\\{"observedContentType":"(${PLAIN})",` +
    `"mode":"OUTPUT","data":"(${PLAIN})","encoding":"(JSON|CSV)"\\}\\},"eventMetadata":\\{` +
    `"eventId":"(${PLAIN})"(?:,"inferenceId":"(${PLAIN})")?,"inferenceTime":"(${PLAIN})"\\},` +
    `"eventVersion":"0"\\}$`,
);

/** What follows the data of the side that comes first. */
const DATA_END = Buffer.from('","encoding":"');

/**
 * Reads one line, without its end. Nearly all of a line is a picture in base64, of which JSON would
 * make a text just for it to be decoded again: a line of exactly the usual shape is taken apart
 * without, and any other is left to {@link parseAnyCapture}, which says the same of both.
 */
export function parseCapture(line: Buffer): CapturedRecord | CaptureProblem {
  return parseUsualCapture(line) ?? parseAnyCapture(line);
}

/** @returns nothing unless the line is a good one of the usual shape */
export function parseUsualCapture(line: Buffer): CapturedRecord | undefined {
  const dataEnd = line.indexOf(DATA_END);
  if (dataEnd === -1) {
    return undefined;
  }
  const before = line.toString("latin1", 0, dataEnd);
  const head = HEAD.exec(before);
  const tail = head === null ? null : TAIL.exec(line.toString("latin1", dataEnd));
  if (head === null || tail === null) {
    return undefined;
  }
  const [, inputType = ""] = head;
  const [, outputType = "", text = "", encoding, eventId = "", inferenceId, inferenceTime] = tail;
  // Of nothing but the alphabet of base64: so nothing in it was escaped, either.
  const body = decodeBase64(before.slice(head[0].length));
  const time = timeOf(inferenceTime);
  if (body === undefined || time === undefined || eventId === "") {
    return undefined;
  }
  const input = { contentType: inputType, encoding: "BASE64", body } as const;
  const output = {
    contentType: outputType,
    encoding: encoding === "CSV" ? "CSV" : "JSON",
    text,
  } as const;
  return inferenceId === undefined
    ? { eventId, time, input, output }
    : { eventId, inferenceId, time, input, output };
}

/** Reads one line of any shape. */
export function parseAnyCapture(line: Buffer): CapturedRecord | CaptureProblem {
  let value: unknown;
  try {
    value = isUtf8(line) ? JSON.parse(line.toString()) : undefined;
  } catch {
    value = undefined;
  }
  if (value === undefined) {
    return "malformedLine";
  }
  const record = fieldsOf(value);
  if (record === undefined) {
    return "notAnObject";
  }
  const sides = sidesOf(record["captureData"]);
  if (typeof sides === "string") {
    return sides;
  }
  const event = eventOf(record["eventMetadata"]);
  return typeof event === "string" ? event : { ...event, ...sides };
}

function sidesOf(value: unknown): Pick<CapturedRecord, "input" | "output"> | CaptureProblem {
  const captureData = fieldsOf(value);
  if (captureData === undefined) {
    return "missingCaptureData";
  }
  const input = sideOf(captureData["endpointInput"]);
  const output = sideOf(captureData["endpointOutput"]);
  if (typeof input === "string") {
    return input;
  }
  if (typeof output === "string") {
    return output;
  }
  return input === undefined && output === undefined
    ? "missingInputAndOutput"
    : { ...(input && { input }), ...(output && { output }) };
}

function sideOf(value: unknown): CapturedSide | CaptureProblem | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  const { observedContentType: contentType, encoding, data } = fieldsOf(value) ?? {};
  if (typeof contentType !== "string") {
    return "missingContentType";
  }
  if (typeof data !== "string") {
    return "missingData";
  }
  switch (encoding) {
    case "BASE64": {
      const body = decodeBase64(data);
      return body === undefined ? "invalidBase64" : { contentType, encoding, body };
    }
    case "JSON":
    case "CSV":
      return { contentType, encoding, text: data };
    default:
      return "unknownEncoding";
  }
}

function eventOf(value: unknown): Omit<CapturedRecord, "input" | "output"> | CaptureProblem {
  const metadata = fieldsOf(value);
  if (metadata === undefined) {
    return "missingEventMetadata";
  }
  const { eventId, inferenceId, inferenceTime, customAttributes } = metadata;
  if (typeof eventId !== "string" || eventId === "") {
    return "missingEventId";
  }
  if (!(inferenceId === undefined || inferenceId === null || typeof inferenceId === "string")) {
    return "invalidInferenceId";
  }
  if (inferenceTime === undefined || inferenceTime === null) {
    return "missingInferenceTime";
  }
  const time = timeOf(inferenceTime);
  if (time === undefined) {
    return "invalidInferenceTime";
  }
  return {
    eventId,
    ...(typeof inferenceId === "string" && { inferenceId }),
    ...(customAttributes !== undefined && customAttributes !== null && { customAttributes }),
    time,
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

const TIME = /^\d{4}-\d\d-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** The latest time that was read: records of a busy endpoint share theirs. */
let latest = { text: "1970-01-01T00:00:00Z", milliseconds: 0 };

function timeOf(value: unknown): Date | undefined {
  if (value === latest.text) {
    return new Date(latest.milliseconds);
  }
  const match = typeof value === "string" ? TIME.exec(value) : null;
  if (match === null) {
    return undefined;
  }
  const time = new Date(match[0]);
  // The language takes 30 February for 2 March, and 24:00 for the next day.
  if (Number.isNaN(time.getTime()) || time.getUTCDate() !== Number(match[1])) {
    return undefined;
  }
  latest = { text: match[0], milliseconds: time.getTime() };
  return time;
}

/** Decodes base64 (RFC 4648, section 4 or 5, padded) and nothing that is none. */
function decodeBase64(text: string): Buffer | undefined {
  const { length } = text;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = (length / 4) * 3 - padding;
  if (length % 4 !== 0) {
    return undefined;
  }
  const body = allocate(bytes);
  // Node.js leaves out what it does not know, of which there would be less, then.
  return body.write(text, "base64") === bytes ? body : undefined;
}

/** Bytes that are allocated at a time for many small bodies: Node.js's own pool has room for three. */
const SLAB_BYTES = 64 * 1024;
let slab = Buffer.alloc(0);
let taken = 0;

/** Memory for a body, with whatever is in it. */
function allocate(bytes: number): Buffer {
  if (bytes > SLAB_BYTES / 8) {
    return Buffer.allocUnsafe(bytes);
  }
  if (taken + bytes > slab.length) {
    [slab, taken] = [Buffer.allocUnsafeSlow(SLAB_BYTES), 0];
  }
  taken += bytes;
  return slab.subarray(taken - bytes, taken);
}

/** The body itself, byte by byte. */
export function bodyOf(side: CapturedSide): Buffer {
  return side.encoding === "BASE64" ? side.body : Buffer.from(side.text);
}

/**
 * The scores that an endpoint of this workflow answers, one for each class in label order, in
 * whatever way they were captured; undefined where the answer is none: no list of numbers of 0 to 1.
 */
export function scoresOf(side: CapturedSide): readonly number[] | undefined {
  const text = side.encoding === "BASE64" ? side.body.toString() : side.text;
  const isCsv =
    side.encoding === "CSV" ||
    (side.encoding === "BASE64" && /^text\/csv\b/i.test(side.contentType));
  const values = isCsv ? text.split(",").map(numberOf) : parseList(text);
  return values !== undefined && values.length > 0 && values.every(isShare) ? values : undefined;
}

function parseList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}
