import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COARSE_NAMES, FINE_NAMES } from "../contract/cifar100";
import type { ArchiveContent } from "./archive/content";
import { extractArchive } from "./archive/extract";
import { selectClasses } from "./dataset/classes";
import { KNOWN_ARCHIVES } from "./fetch/knownArchives";
import type { Progress } from "../common/progress";

/** What the dataset is to be made from. */
export interface DatasetRequest {
  readonly classes: readonly string[];
  /** File or URL; the official archive unless given. */
  readonly archive?: string | undefined;
  /** MD5 that it must have, hexadecimal. */
  readonly archiveMd5?: string | undefined;
}

/** How much of a request could be judged: all of it, its classes, or nothing before the download. */
export type DatasetKnowledge = "archive" | "classes" | "nothing";

const NO_IMAGES = {
  pixels: { path: "", offset: 0, stride: 0 },
  fine: new Uint8Array(),
  coarse: new Uint8Array(),
};

/** Copies of the official archives call the trees `maple_tree` or just `maple`. */
export const OFFICIAL_NAMES: readonly (readonly string[])[] = [
  FINE_NAMES,
  FINE_NAMES.map((name) => name.replace(/_tree$/, "")),
];

/** The classes that an official archive has, under the names that are asked for if it can be so. */
function officialContent(classes: readonly string[]): ArchiveContent {
  const known = (names: readonly string[]) =>
    classes.every((name) => names.includes(name) || COARSE_NAMES.includes(name));
  return {
    fineNames: OFFICIAL_NAMES.find(known) ?? FINE_NAMES,
    coarseNames: COARSE_NAMES,
    train: NO_IMAGES,
    test: NO_IMAGES,
  };
}

const SILENT: Progress = {
  start: () => ({ advance: () => undefined, done: () => undefined }),
  note: () => undefined,
};

/**
 * Whether a dataset could be made, as far as that can be told without a download: an archive on this
 * machine is read as a build would read it, of the official ones the classes are known.
 * Throws what a build would throw.
 */
export async function checkDatasetRequest(
  { classes, archive, archiveMd5 }: DatasetRequest,
  signal: AbortSignal,
): Promise<DatasetKnowledge> {
  if (archive !== undefined && !archive.includes("://")) {
    const folder = mkdtempSync(join(tmpdir(), "preflight-"));
    try {
      const { content } = await extractArchive(archive, folder, archiveMd5, SILENT, signal);
      selectClasses(classes, content);
      return "archive";
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const isOfficial =
    archive === undefined ||
    KNOWN_ARCHIVES.some(({ md5, urls }) => md5 === archiveMd5 || urls.includes(archive));
  if (!isOfficial) {
    return "nothing";
  }
  selectClasses(classes, officialContent(classes));
  return "classes";
}
