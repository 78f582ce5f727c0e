/** Files that commands write. */
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import type { Writable } from "node:stream";

/** Writes a file that is there when it is whole, and else as it was. @param fill ends the target */
export async function writeWhole(
  file: string,
  fill: (target: Writable) => Promise<void>,
): Promise<void> {
  const temporary = `${file}.part`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await fill(createWriteStream(temporary));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
