import { readFileSync } from "node:fs";

/**
 * Most bytes of memory that this process has had. On Linux not by `getrusage`, whose figure begins with
 * what the process had that started this one.
 */
export function peakMemory(): number {
  if (process.platform !== "linux") {
    return process.resourceUsage().maxRSS * 1024;
  }
  const [, kilobytes] =
    /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  if (kilobytes === undefined) {
    throw new Error("/proc/self/status does not tell VmHWM");
  }
  return Number(kilobytes) * 1024;
}
