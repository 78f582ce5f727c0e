/** Judges one hour as the drift monitor's function does, in a process of its own. */
import { S3Client } from "@aws-sdk/client-s3";
import { DRIFT_DEFAULTS } from "../../common/drift";
import { peakMemory } from "../memory";
import { monitorWindow, readBaseline } from "../../functions/monitor-drift/core";

const HOUR = 3_600_000;

async function main([bucket = "", endpointName = "", start = ""]: readonly string[]) {
  const s3 = new S3Client({ forcePathStyle: true });
  const source = { s3, bucket, endpointName };
  const from = new Date(Number(start));
  const startCpu = process.cpuUsage();
  const began = performance.now();
  const { images } = await monitorWindow(
    { ...source, publish: () => Promise.resolve() },
    { from, to: new Date(from.getTime() + HOUR) },
    await readBaseline(source),
    { ...DRIFT_DEFAULTS, period: "hour" },
  );
  const { user, system } = process.cpuUsage(startCpu);
  process.stdout.write(
    JSON.stringify({
      images,
      clock: (performance.now() - began) / 1000,
      processor: (user + system) / 1e6,
      memory: peakMemory(),
    }),
  );
  s3.destroy();
}

void main(process.argv.slice(2));
