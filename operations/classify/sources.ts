/** What a person names to be classified: files, folders, prefixes in S3, lists of these. */
import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import * as path from "node:path";
import { text as textOf } from "node:stream/consumers";
import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { IMAGE_PREFIXES, MANIFEST_END } from "../../contract/inference";
import { currentVersions, isFolder, type ImageVersion } from "../objects";
import { UsageError } from "../workflow";

/** An image that is to be classified. */
export interface Source {
  /** As a person knows it: the path, or the URI. */
  readonly source: string;
  /** Relative path below the run's folder, if it has to be brought there. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Changes with the content: of two runs with equal sources, the second goes on with the first. */
  readonly stamp: string;
  readonly at:
    | { readonly kind: "file"; readonly path: string }
    /** In a bucket that the workflow does not read. */
    | { readonly kind: "elsewhere"; readonly bucket: string; readonly key: string }
    /** Where the workflow reads images. */
    | ({ readonly kind: "here" } & ImageVersion);
}

/** Two images would have the same place. */
export class DuplicateNameError extends Error {
  override readonly name = "DuplicateNameError";
}

/** What was named is not there, or cannot be read. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

export interface Expanded {
  readonly sources: readonly Source[];
  /** What is in folders and no image by its name, or a link to another folder. */
  readonly skipped: number;
}

/** Names of files that folders are searched for; a file that is named itself is always taken. */
const IMAGE_FILE = /\.(avif|bmp|gif|jfif|jpe|jpe?g|png|webp)$/i;

/**
 * Finds all images of what was named, in a stable order.
 * @throws SourceError, DuplicateNameError, UsageError
 */
export async function expandSources(
  named: readonly string[],
  lists: readonly string[],
  s3: S3Client,
  inferenceBucket: string,
): Promise<Expanded> {
  const listed = (await Promise.all(lists.map(readList))).flat();
  const sources: Source[] = [];
  let skipped = 0;
  for (const each of [...named, ...listed]) {
    if (each.startsWith("s3://")) {
      sources.push(...(await inS3(each, s3, inferenceBucket)));
    } else {
      const found = await onDisk(each);
      sources.push(...found.sources);
      skipped += found.skipped;
    }
  }
  refuseDuplicates(sources);
  return { sources, skipped };
}

/** A name for the run of these images: the same for the same images. */
export function runNameOf(named: readonly string[], sources: readonly Source[]): string {
  const hash = createHash("sha256");
  for (const { source, name, size, stamp } of sources) {
    hash.update(JSON.stringify([source, name, size, stamp]));
  }
  const word = path
    .basename(named[0] ?? "list")
    .replace(/[^a-zA-Z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return [word, hash.digest("hex").slice(0, 12)].filter((part) => part !== "").join("-");
}

/** Lines of a list, each a path, which is relative to the list, or a URI. */
async function readList(file: string): Promise<string[]> {
  const text = await (file === "-" ? textOf(process.stdin) : readFile(file, "utf8")).catch(
    (error: unknown) => {
      throw new SourceError(`The list ${file} cannot be read: ${reasonOf(error)}`);
    },
  );
  const folder = file === "-" ? "." : path.dirname(file);
  return text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) =>
      line.startsWith("s3://") || path.isAbsolute(line) ? line : path.join(folder, line),
    );
}

async function onDisk(named: string): Promise<Expanded> {
  const its = await statOf(named);
  if (!its.isDirectory()) {
    if (!its.isFile()) {
      throw new SourceError(`${named} is neither a file nor a folder`);
    }
    return { sources: [fileSource(named, path.basename(named), its)], skipped: 0 };
  }
  const entries = await readdir(named, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      throw new SourceError(`${named} cannot be read: ${reasonOf(error)}`);
    },
  );
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !path
          .relative(named, file)
          .split(path.sep)
          .some((part) => part[0] === "."),
    )
    .sort();
  const images = files.filter((file) => IMAGE_FILE.test(file));
  const sources: Source[] = [];
  for (const file of images) {
    const its = await statOf(file);
    if (its.isFile()) {
      sources.push(fileSource(file, path.relative(named, file).split(path.sep).join("/"), its));
    }
  }
  return { sources, skipped: files.length - sources.length };
}

function fileSource(
  file: string,
  name: string,
  { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
): Source {
  return { source: file, name, size, stamp: String(mtimeMs), at: { kind: "file", path: file } };
}

async function statOf(file: string) {
  return stat(file).catch((error: unknown) => {
    throw new SourceError(`${file} cannot be read: ${reasonOf(error)}`);
  });
}

/** An object, or all under a prefix. */
async function inS3(uri: string, s3: S3Client, inferenceBucket: string): Promise<Source[]> {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  if (bucket === "") {
    throw new UsageError(`${uri} names no bucket: s3://BUCKET/PREFIX`);
  }
  const isOurs = bucket === inferenceBucket;
  if (isOurs && !IMAGE_PREFIXES.some((each) => prefix.startsWith(each))) {
    throw new UsageError(
      `${uri}: in the workflow's own bucket images are under ${IMAGE_PREFIXES.join(" and ")}`,
    );
  }
  const sources = await (isOurs ? here(s3, bucket, prefix) : elsewhere(s3, bucket, prefix)).catch(
    (error: unknown) => {
      throw new SourceError(`${uri} cannot be read: ${reasonOf(error)}`);
    },
  );
  if (sources.length === 0) {
    throw new SourceError(`There is nothing under ${uri}`);
  }
  return sources;
}

async function here(s3: S3Client, bucket: string, prefix: string): Promise<Source[]> {
  const sources: Source[] = [];
  for await (const version of currentVersions(s3, bucket, prefix)) {
    const { key, versionId, size } = version;
    if (!isFolder(version) && !isManifest(key)) {
      const at = { kind: "here", key, versionId } as const;
      sources.push({ source: `s3://${bucket}/${key}`, name: key, size, stamp: versionId, at });
      // An object that is named itself is meant alone; its key is the first of all with this prefix.
      if (key === prefix) {
        break;
      }
    }
  }
  return sources;
}

async function elsewhere(s3: S3Client, bucket: string, prefix: string): Promise<Source[]> {
  const source = (key: string, name: string, size: number, stamp = ""): Source => {
    return {
      ...{ source: `s3://${bucket}/${key}`, name, size, stamp },
      at: { kind: "elsewhere", bucket, key },
    };
  };
  if (prefix !== "" && !prefix.endsWith("/")) {
    const found = await s3
      .send(new HeadObjectCommand({ Bucket: bucket, Key: prefix }))
      .catch(() => undefined);
    if (found !== undefined) {
      const { ContentLength = 0, ETag } = found;
      return [source(prefix, path.posix.basename(prefix), ContentLength, ETag)];
    }
  }
  const sources: Source[] = [];
  const input = { Bucket: bucket, Prefix: prefix };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input)) {
    for (const { Key: key = "", Size: size = 0, ETag } of Contents) {
      if (!isFolder({ key, size })) {
        sources.push(source(key, key, size, ETag));
      }
    }
  }
  return sources;
}

/** Whether a key is that of a list of images, which lies beside the folder of its run. */
function isManifest(key: string): boolean {
  return key.endsWith(MANIFEST_END);
}

function refuseDuplicates(sources: readonly Source[]): void {
  const names = new Map<string, string>();
  for (const { source, name } of sources) {
    const other = names.get(name);
    if (other !== undefined) {
      throw new DuplicateNameError(
        `${other} and ${source} would both be ${name}: classify their common folder, or one after ` +
          `the other`,
      );
    }
    names.set(name, source);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
