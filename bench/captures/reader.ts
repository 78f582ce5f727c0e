/** The same as `plain_reader.py`, by the reader of this project. */
import { noCaptures, readCaptures } from "../../common/captures";
import { captureFilesInFolder } from "../../common/captures/files";
import { bodyOf, scoresOf } from "../../common/captures/record";
import { peakMemory } from "../memory";

const ALWAYS = { from: new Date(0), to: new Date("9999-01-01") };

async function main(folder: string): Promise<void> {
  const start = performance.now();
  const startCpu = process.cpuUsage();
  let [records, pictureBytes, confidence] = [0, 0, 0];
  const labels = new Map<number, number>();
  const files = captureFilesInFolder(folder, ALWAYS);
  for await (const { input, output } of readCaptures(files, ALWAYS, noCaptures())) {
    const scores = output && scoresOf(output);
    if (input === undefined || scores === undefined) {
      throw new Error("A record has no picture or no scores");
    }
    pictureBytes += bodyOf(input).length;
    const highest = Math.max(...scores);
    const label = scores.indexOf(highest);
    labels.set(label, (labels.get(label) ?? 0) + 1);
    confidence += highest;
    records += 1;
  }
  const { user, system } = process.cpuUsage(startCpu);
  const counts = [...labels].sort(([one], [other]) => one - other).map(([, count]) => count);
  process.stdout.write(
    JSON.stringify({
      sums: [records, pictureBytes, confidence, counts],
      clock: (performance.now() - start) / 1000,
      processor: (user + system) / 1e6,
      memory: peakMemory(),
    }),
  );
}

void main(process.argv[2] ?? "");
