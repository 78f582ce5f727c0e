/** Captured records in files, as the local cloud's endpoint writes them. */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodePng } from "../../common/pictures/png";
import { captureLine } from "../../local/cloud/services/sagemaker/capture";

const SIDE = 28;
const PICTURES = 200;
const RECORDS_PER_FILE = 1000;

/** When the first of them was captured, in milliseconds since 1970. */
export const START = Date.UTC(2026, 10, 1);

/**
 * @param perSecond how many are captured in a second
 * @returns bytes that were written
 */
export function writeCaptures(folder: string, records: number, perSecond: number): number {
  const random = pseudoRandom();
  const pictures = Array.from({ length: PICTURES }, () => picture(random));
  const configuration = {
    modes: ["InputAndOutput"],
    jsonContentTypes: ["application/json"],
    csvContentTypes: [],
  };
  let bytes = 0;
  for (let first = 0; first < records; first += RECORDS_PER_FILE) {
    const time = (index: number) => new Date(START + (index * 1000) / perSecond);
    const [date = "", hour = ""] = time(first).toISOString().split(/[T:]/);
    const name = join(folder, date.replaceAll("-", "/"), hour, `${first}.jsonl`);
    mkdirSync(dirname(name), { recursive: true });
    const file = openSync(name, "w");
    for (let index = first; index < Math.min(first + RECORDS_PER_FILE, records); index += 1) {
      const exchange = {
        input: { contentType: "image/png", body: pictures[index % PICTURES] ?? Buffer.alloc(0) },
        output: {
          contentType: "application/json",
          body: Buffer.from(JSON.stringify(scores(random))),
        },
        inferenceId: index.toString(16).padStart(64, "0"),
        time: time(index),
      };
      bytes += writeSync(file, captureLine(exchange, configuration));
    }
    closeSync(file);
  }
  return bytes;
}

/** A PNG as the workflow sends it, with as much in it as a photo has. */
function picture(random: () => number): Buffer {
  const pixels = new Uint8ClampedArray(SIDE * SIDE * 3);
  const [phase, noise] = [random() * 6, 30 + random() * 60];
  for (let at = 0; at < pixels.length; at += 1) {
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE)];
    const shade = 128 + 90 * Math.sin(phase + x / 7 + (at % 3)) * Math.cos(y / 9);
    pixels[at] = shade + (random() - 0.5) * noise;
  }
  return encodePng({ width: SIDE, height: SIDE }, pixels);
}

/** Three probabilities with as many digits as the model gives. */
function scores(random: () => number): number[] {
  const weights = [random() ** 4, random() ** 4, random() ** 4];
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The same numbers of 0 to 1 in each run (Mulberry32). */
function pseudoRandom(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
