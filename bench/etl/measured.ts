import { readFileSync } from "node:fs";
import { runEtl } from "../../etl/program";

/** Runs the ETL's command line, and prints its wall time and peak memory (bytes) as JSON. */
void runEtl(process.argv.slice(2), {
  stdout: { write: () => undefined },
  stderr: process.stderr,
  signal: new AbortController().signal,
  cacheFolder: "",
  createS3Client: () => {
    throw new Error("No bucket is measured here");
  },
}).then((exitCode) => {
  // Not `process.resourceUsage()`, which begins with what the parent process had (proc(5)).
  const status = readFileSync("/proc/self/status", "utf8");
  const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  process.stdout.write(JSON.stringify({ seconds: performance.now() / 1000, peak }));
  process.exitCode = exitCode;
});
