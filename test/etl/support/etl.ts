import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { runEtl } from "../../../etl/program";

/** What a command line came to. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Waits of milliseconds between attempts, so that tests of failing servers are quick. A server may be
 * silent for long, as one is on a machine that has much to do.
 */
export const PATIENCE = { attempts: 4, baseDelay: 2, longestDelay: 10, stall: 30_000 };

/** Runs the program in this process. */
export async function etl(
  args: readonly string[],
  options: {
    readonly cacheFolder?: string;
    readonly createS3Client?: () => S3Client;
    readonly signal?: AbortSignal;
    readonly isTTY?: boolean;
    /** Milliseconds in which a server has to send something. */
    readonly stall?: number;
  } = {},
): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const exitCode = await runEtl(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { isTTY: options.isTTY ?? false, write: (text) => (stderr += text) },
    signal: options.signal ?? new AbortController().signal,
    cacheFolder: options.cacheFolder ?? "/nonexistent",
    createS3Client:
      options.createS3Client ??
      (() => {
        throw new Error("No bucket is expected here");
      }),
    patience: { ...PATIENCE, ...(options.stall === undefined ? {} : { stall: options.stall }) },
  });
  return { exitCode, stdout, stderr };
}

/** The path of a folder that is there while the tests of the suite run that this is called in. */
export function folderOfSuite(): string {
  const path = join(tmpdir(), `etl-test-${randomUUID()}`);
  before(() => mkdirSync(path));
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A folder of its own for each test of the suite that this is called in. */
export function folderOfTest(): { readonly path: string } {
  const folder = { path: "" };
  beforeEach(() => (folder.path = mkdtempSync(join(tmpdir(), "etl-test-"))));
  afterEach(() => rmSync(folder.path, { recursive: true, force: true }));
  return folder;
}

/** Content of every file below a folder, by path. */
export function readTree(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(files.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}
