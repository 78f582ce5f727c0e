/** Files that commands write. */
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { Writable } from "node:stream";
import { messageOf } from "../common/failure";

/**
 * Writes a file that is there when it is whole, and else as it was; two who write it at once do not
 * disturb each other.
 * @param fill ends the target
 */
export async function writeWhole(
  file: string,
  fill: (target: Writable) => Promise<void>,
): Promise<void> {
  const temporary = temporaryOf(file);
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await fill(createWriteStream(temporary));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A file cannot be written where it was asked for. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/**
 * Finds out whether {@link writeWhole} will write a file, before hours are spent on what is in it.
 * @throws OutputError
 */
export async function checkWritable(file: string): Promise<void> {
  try {
    const there = await stat(file).catch(() => undefined);
    if (there?.isDirectory() === true) {
      throw new Error("it is a folder");
    }
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporaryOf(file), "");
    await rm(temporaryOf(file));
  } catch (error) {
    throw new OutputError(`${file} cannot be written: ${messageOf(error)}`);
  }
}

/** Of this process alone. */
function temporaryOf(file: string): string {
  return `${file}.${process.pid}.part`;
}
