/** Conditional requests and ranges ("Conditional requests", Amazon S3 User Guide; RFC 9110). */
import { AwsError } from "../../protocol";
import type { ObjectVersion } from "./store";

type Headers = Readonly<Record<string, string>>;

/**
 * Checks the condition of a write against what is there now.
 * @throws AwsError `PreconditionFailed`, `NoSuchKey` or `NotImplemented`
 */
export function checkWrite(
  headers: Headers,
  key: string,
  current: ObjectVersion | undefined,
): void {
  const ifMatch = headers["if-match"];
  const ifNoneMatch = headers["if-none-match"];
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw new AwsError(
      "NotImplemented",
      501,
      "A header you provided implies functionality that is not implemented: If-None-Match other " +
        "than * on a write",
    );
  }
  if (ifNoneMatch !== undefined && current !== undefined) {
    throw preconditionFailed("If-None-Match");
  }
  if (ifMatch !== undefined && current === undefined) {
    throw noSuchKey(key);
  }
  if (ifMatch !== undefined && !listsTag(ifMatch, current)) {
    throw preconditionFailed("If-Match");
  }
}

/**
 * Checks the conditions of a read.
 * @returns whether the caller has the object already
 * @throws AwsError `PreconditionFailed`
 */
export function isNotModified(headers: Headers, object: ObjectVersion): boolean {
  const ifMatch = headers["if-match"];
  const ifNoneMatch = headers["if-none-match"];
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, object)) {
      throw preconditionFailed("If-Match");
    }
  } else if (isNewer(object, headers["if-unmodified-since"])) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  const since = headers["if-modified-since"];
  return ifNoneMatch === undefined
    ? since !== undefined && !isNewer(object, since)
    : listsTag(ifNoneMatch, object);
}

export interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * The part of a body that is asked for; undefined for all of it, as for a header of any other
 * form than one range of bytes.
 * @throws AwsError `InvalidRange` when nothing of it is there
 */
export function parseRange(header: string | undefined, size: number): Range | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) {
    return undefined;
  }
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) {
    return undefined;
  }
  if (start >= end) {
    throw new AwsError("InvalidRange", 416, "The requested range is not satisfiable");
  }
  return { start, end };
}

export function noSuchKey(key: string): AwsError {
  return new AwsError("NoSuchKey", 404, `The specified key does not exist: ${key}`);
}

function listsTag(header: string, object: ObjectVersion | undefined): boolean {
  const tags = header.split(",").map((tag) => tag.trim().replace(/^"(.*)"$/, "$1"));
  return object !== undefined && (tags.includes("*") || tags.includes(object.etag));
}

function isNewer({ lastModified }: ObjectVersion, date: string | undefined): boolean {
  return date !== undefined && lastModified.getTime() > Date.parse(date);
}

function preconditionFailed(header: string): AwsError {
  return new AwsError(
    "PreconditionFailed",
    412,
    `At least one of the pre-conditions you specified did not hold: ${header}`,
  );
}
