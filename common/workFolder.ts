import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/**
 * Makes a folder for this process to work in, and removes those that processes of this machine left
 * behind when they were killed.
 * @param parent existing folder
 * @param program whose folder it is; one program never removes another's
 */
export function createWorkFolder(parent: string, program: string): string {
  const prefix = `${program}-${hostname()}-`;
  for (const name of readdirSync(parent)) {
    const owner = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length)) : null;
    if (owner !== null && !isRunning(Number(owner[1]))) {
      try {
        rmSync(join(parent, name), { recursive: true, force: true });
      } catch {
        // Another user's: theirs to remove, and in nobody's way.
      }
    }
  }
  return mkdtempSync(join(parent, `${prefix}${process.pid}-`));
}

/** Whether there is a process of this number on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
