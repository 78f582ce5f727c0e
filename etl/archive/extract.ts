import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { createGunzip } from "node:zlib";
import { ArchiveNotFoundError, ChecksumMismatchError, InvalidArchiveError } from "../errors";
import { writeFully } from "../files";
import { refuseInterrupted } from "../interrupt";
import type { Progress } from "../../common/progress";
import { BINARY_FILES, readBinaryForm } from "./binary";
import type { ArchiveContent, ImageSource } from "./content";
import { foreignKind, SIGNATURE_BYTES } from "./kind";
import { PYTHON_FILES, readPythonForm } from "./python";
import { readTar, TarFormatError } from "./tar";

/** The forms in which CIFAR-100 is published, by their files, wherever in the archive they are. */
const FORMS = {
  binary: { files: BINARY_FILES },
  python: { files: PYTHON_FILES },
} as const;
export type ArchiveForm = keyof typeof FORMS;

/** Which archive it was. */
export interface ArchiveIdentity {
  readonly form: ArchiveForm;
  readonly bytes: number;
  readonly md5: string;
  readonly sha256: string;
}

export interface ExtractedArchive {
  readonly identity: ArchiveIdentity;
  readonly content: ArchiveContent;
}

/** The largest official file has 154 MB; more than this is a decompression bomb. */
const LARGEST_FILE = 1 << 30;
const LARGEST_ARCHIVE = 4 * LARGEST_FILE;
const CHUNK_BYTES = 256 * 1024;

/** For what may have been damaged on its way. */
const AGAIN = "Fetch the archive again, or leave --archive out to fetch the official one";
const EXAMPLES = 3;

/**
 * Uncompresses the files that matter from a CIFAR-100 archive into a folder, under names of our
 * own, and reads the labels. Nothing but one chunk is held in memory.
 *
 * Throws {@link ArchiveNotFoundError}, {@link ChecksumMismatchError} and, for anything that is not
 * a sound CIFAR-100 archive, {@link InvalidArchiveError}; `InterruptedError` when asked to stop.
 * @param folder exists, and is the caller's to remove
 * @param md5 what the archive must hash to, if that is known
 */
export async function extractArchive(
  archive: string,
  folder: string,
  md5: string | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<ExtractedArchive> {
  const name = basename(archive);
  const bytes = archiveSize(archive);
  refuseForeignFile(archive, name);
  const task = progress.start("extract", bytes, "B");
  const hashes = { md5: createHash("md5"), sha256: createHash("sha256") };
  const compressed = createReadStream(archive, { highWaterMark: CHUNK_BYTES });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  compressed.on("data", (chunk: Buffer | string) => {
    hashes.md5.update(chunk);
    hashes.sha256.update(chunk);
    task.advance(chunk.length);
  });
  compressed.on("error", (error) => gunzip.destroy(error));
  compressed.pipe(gunzip);

  let found: Extraction;
  try {
    found = await extractFiles(limited(gunzip, name, signal), folder);
  } catch (error) {
    throw asArchiveError(name, error);
  } finally {
    compressed.destroy();
    gunzip.destroy();
  }
  task.done();
  const { files } = found;

  const identity = { bytes, md5: hashes.md5.digest("hex"), sha256: hashes.sha256.digest("hex") };
  if (md5 !== undefined && identity.md5 !== md5.toLowerCase()) {
    throw new ChecksumMismatchError(
      `${archive} has MD5 ${identity.md5}, not ${md5.toLowerCase()}: it is another file than the ` +
        `one asked for. Fetch it again, or give --md5 ${identity.md5} if this is the one you mean.`,
    );
  }
  const forms = (["binary", "python"] as const).filter((form) =>
    FORMS[form].files.some((file) => files.has(file)),
  );
  if (forms.length > 1) {
    throw new InvalidArchiveError(name, "has files of both forms, binary and python");
  }
  if (forms.length === 0) {
    throw foreignArchive(name, found.others);
  }
  return forms[0] === "python"
    ? {
        identity: { form: "python", ...identity },
        content: checked(readPythonForm(requireFiles(name, "python", files))),
      }
    : {
        identity: { form: "binary", ...identity },
        content: checked(readBinaryForm(requireFiles(name, "binary", files))),
      };
}

function archiveSize(archive: string): number {
  const stats = statSync(archive, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) {
    throw new ArchiveNotFoundError(
      `There is no archive at ${archive}. Give the path or URL of cifar-100-binary.tar.gz with ` +
        `--archive, or leave the option out to fetch the official one.`,
    );
  }
  return stats.size;
}

/** Says what a file is that is no gzip file; an empty or unreadable one shows itself later. */
function refuseForeignFile(archive: string, name: string): void {
  const start = Buffer.alloc(SIGNATURE_BYTES);
  const file = openSync(archive, "r");
  let read: number;
  try {
    read = readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  const kind = foreignKind(start.subarray(0, read));
  if (kind !== undefined) {
    throw new InvalidArchiveError(
      name,
      `is ${kind}, where a tar archive compressed with gzip is needed`,
    );
  }
}

/** Says what a sound archive holds in which there is nothing of CIFAR-100. */
function foreignArchive(name: string, members: readonly string[]): InvalidArchiveError {
  const isCifar10 = members.some((member) =>
    /^(data_batch_\d|test_batch|batches\.meta)/.test(member),
  );
  const images = members.filter((member) => /\.(png|jpe?g|bmp|gif|webp|tiff?)$/i.test(member));
  const some = (list: readonly string[]): string =>
    list.slice(0, EXAMPLES).join(", ") + (list.length > EXAMPLES ? ", ..." : "");
  const holds = isCifar10
    ? "holds CIFAR-10, whose ten classes are others than those of CIFAR-100"
    : images.length > 0
      ? `holds image files (${some(images)}), not the files of CIFAR-100`
      : members.length > 0
        ? `holds ${some(members)}, nothing of CIFAR-100`
        : "holds no files at all";
  return new InvalidArchiveError(name, holds);
}

async function* limited(
  chunks: AsyncIterable<Buffer>,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of chunks) {
    refuseInterrupted(signal);
    total += chunk.length;
    if (total > LARGEST_ARCHIVE) {
      throw new InvalidArchiveError(name, "unpacks to far more than CIFAR-100 has");
    }
    yield chunk;
  }
}

interface Extraction {
  /** Paths of the wanted files by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of some other files. */
  readonly others: readonly string[];
}

const MOST_OTHERS = 100;

/** Writes the wanted entries into the folder. */
async function extractFiles(chunks: AsyncIterable<Buffer>, folder: string): Promise<Extraction> {
  const files = new Map<string, string>();
  const others: string[] = [];
  for await (const entry of readTar(chunks)) {
    if (entry.isFolder) {
      continue;
    }
    const name = entry.name.slice(entry.name.lastIndexOf("/") + 1);
    const file = ALL_FILES.find((wanted) => wanted === name);
    if (file === undefined) {
      if (others.length < MOST_OTHERS) {
        others.push(name);
      }
      continue;
    }
    if (!entry.isFile || entry.size > LARGEST_FILE) {
      throw new InvalidArchiveError(file, "is not a plain file of a plausible size");
    }
    if (files.has(file)) {
      throw new InvalidArchiveError(file, "is in the archive twice");
    }
    const path = join(folder, file);
    files.set(file, path);
    await writeFile(path, entry.content());
  }
  return { files, others };
}

const ALL_FILES: readonly string[] = [...BINARY_FILES, ...PYTHON_FILES];

/** Synchronous writes: they go to the page cache, while the next chunk is being uncompressed. */
async function writeFile(path: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const descriptor = openSync(path, "wx");
  try {
    for await (const chunk of chunks) {
      writeFully(descriptor, chunk);
    }
  } finally {
    closeSync(descriptor);
  }
}

function requireFiles<Form extends ArchiveForm>(
  archive: string,
  form: Form,
  files: ReadonlyMap<string, string>,
): Record<(typeof FORMS)[Form]["files"][number], string> {
  const missing = FORMS[form].files.filter((name) => !files.has(name));
  if (missing.length > 0) {
    throw new InvalidArchiveError(
      archive,
      `is no CIFAR-100 archive in the ${form} form: it has no ${missing.join(", ")}`,
    );
  }
  return Object.fromEntries(files) as Record<(typeof FORMS)[Form]["files"][number], string>;
}

/** What both forms must satisfy, so that nobody after this has to doubt a label or a name. */
function checked(content: ArchiveContent): ArchiveContent {
  checkNames("fine label names", content.fineNames);
  checkNames("coarse label names", content.coarseNames);
  for (const [file, source] of [
    ["train", content.train],
    ["test", content.test],
  ] as const) {
    checkLabels(file, "fine", source, content.fineNames);
    checkLabels(file, "coarse", source, content.coarseNames);
  }
  return content;
}

/** Class names become folder names, so they must be no more than names. */
function checkNames(list: string, names: readonly string[]): void {
  if (names.length === 0 || names.length > 256) {
    throw new InvalidArchiveError(list, `has ${names.length} names instead of 1 to 256`);
  }
  const wrong = names.find((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name));
  if (wrong !== undefined) {
    throw new InvalidArchiveError(list, `${JSON.stringify(wrong)} is not a class name`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InvalidArchiveError(list, `${twice} is there twice`);
  }
}

function checkLabels(
  file: string,
  kind: "fine" | "coarse",
  source: ImageSource,
  names: readonly string[],
): void {
  const record = source[kind].findIndex((label) => label >= names.length);
  if (record !== -1) {
    throw new InvalidArchiveError(
      file,
      `the ${kind} label is ${source[kind][record]}, but there are ${names.length} classes`,
      { record, offset: source.pixels.offset + record * source.pixels.stride },
    );
  }
}

function asArchiveError(name: string, error: unknown): unknown {
  if (error instanceof TarFormatError) {
    return new InvalidArchiveError(name, error.message, undefined, { cause: error, advice: AGAIN });
  }
  if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) {
    return new InvalidArchiveError(
      name,
      `is damaged, incomplete, or not compressed with gzip (${error.message})`,
      undefined,
      { cause: error, advice: AGAIN },
    );
  }
  return error;
}
