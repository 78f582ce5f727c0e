/** Exit codes of the command line, by what the user has to do about it; `etl --help` lists them. */
export const EXIT_CODES = {
  unexpected: 1,
  usage: 2,
  archive: 3,
  dataset: 4,
  network: 5,
  interrupted: 130,
} as const;

/** Whatever can go wrong that is not a bug: a stable name, and a message that says what to do. */
export abstract class EtlError extends Error {
  abstract readonly exitCode: number;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An option has a value that cannot be used. */
export class UsageError extends EtlError {
  readonly exitCode = EXIT_CODES.usage;
}

/** The archive knows no class of that name, neither fine nor coarse, or two classes share images. */
export class ClassSelectionError extends EtlError {
  readonly exitCode = EXIT_CODES.usage;
}

/** There is nothing at the archive's path or URL. */
export class ArchiveNotFoundError extends EtlError {
  readonly exitCode = EXIT_CODES.archive;
}

/** The archive is not the one that was asked for. */
export class ChecksumMismatchError extends EtlError {
  readonly exitCode = EXIT_CODES.archive;
}

const OTHER_ARCHIVE =
  "Give cifar-100-binary.tar.gz or cifar-100-python.tar.gz with --archive, or leave the option " +
  "out to fetch the official one";

/** The archive is truncated, damaged, or not CIFAR-100 at all. */
export class InvalidArchiveError extends EtlError {
  readonly exitCode = EXIT_CODES.archive;

  constructor(
    /** File inside the archive, or the archive itself. */
    readonly file: string,
    problem: string,
    /** Where: the record and the byte offset inside that file. */
    readonly position?: { readonly record: number; readonly offset: number },
    /** What to do in place of giving another archive: what is packed so is so each time. */
    options?: ErrorOptions & { readonly advice?: string },
  ) {
    const where =
      position === undefined ? "" : `, record ${position.record} at byte ${position.offset}`;
    super(
      `${file}${where}: ${problem}. ${options?.advice ?? OTHER_ARCHIVE}; nothing was ` +
        `built from it.`,
      options,
    );
  }
}

/** A folder cannot be used: not a dataset, or in the way of one. */
export class DatasetFolderError extends EtlError {
  readonly exitCode = EXIT_CODES.dataset;
}

/** A folder or bucket does not hold what its manifest says. */
export class DatasetMismatchError extends EtlError {
  readonly exitCode = EXIT_CODES.dataset;
}

/** A file among reviewers' answers is none. */
export class LabelsError extends EtlError {
  readonly exitCode = EXIT_CODES.dataset;
}

/** No server gave the archive. */
export class FetchError extends EtlError {
  readonly exitCode = EXIT_CODES.network;
}

/** A bucket cannot be reached, read or written. */
export class BucketError extends EtlError {
  readonly exitCode = EXIT_CODES.network;
}

/** The user stopped the program; nothing half-written is left under a final name. */
export class InterruptedError extends EtlError {
  readonly exitCode = EXIT_CODES.interrupted;
}
