/** An answer to "the archive from this byte on". */
export interface SourceAnswer {
  /** Byte that `body` starts at: the one asked for, or 0 where the server knows no ranges. */
  readonly offset: number;
  /** Bytes of the whole archive, if the server says so. */
  readonly total: number | undefined;
  /** Changes when the archive does; undefined where the server gives no such mark. */
  readonly version: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * Whether the server packed the archive for the way, so that what arrives is not what it counts
   * in, and another answer cannot go on where this one stops.
   */
  readonly isDecoded: boolean;
}

/**
 * What can be done about it: ask again, ask again from the start, since the archive is no longer
 * the one that the first part came from, or ask somebody else.
 */
export type Remedy = "retry" | "restart" | "none";

/** The server does not give the archive. */
export class SourceError extends Error {
  override readonly name = "SourceError";

  constructor(
    problem: string,
    readonly remedy: Remedy,
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }
}
