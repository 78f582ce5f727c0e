import { runEtl } from "../../etl/program";

/** Runs the ETL's command line, and prints its wall time and peak memory as JSON. */
void runEtl(process.argv.slice(2), {
  stdout: { write: () => undefined },
  stderr: process.stderr,
  signal: new AbortController().signal,
  cacheFolder: "",
  createS3Client: () => {
    throw new Error("No bucket is measured here");
  },
}).then((exitCode) => {
  const peak = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(JSON.stringify({ seconds: performance.now() / 1000, peak }));
  process.exitCode = exitCode;
});
