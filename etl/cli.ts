#!/usr/bin/env -S node --max-semi-space-size=1 --import tsx
import { EXIT_CODES } from "./errors";
import { cacheFolder } from "./fetch/locate";
import { runEtl } from "./program";
import { createS3Client } from "../common/s3";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The second time, whoever asks does not want to wait for things to be put in order.
    if (interruption.signal.aborted) {
      process.exit(EXIT_CODES.interrupted);
    }
    interruption.abort();
  });
}

void runEtl(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
  cacheFolder: cacheFolder(process.env),
  createS3Client,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
