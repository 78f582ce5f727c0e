/** A process that loads the model in a folder, asks it once, and lives on for some time. */
import { setTimeout as sleep } from "node:timers/promises";
import { loadModel } from "../../../../../local/cloud/containers/image-classification/serve";
import { encodePng } from "../../../../../etl/formats/png";
import { pictures } from "./support";

/** Milliseconds in which the runtime, if it were let, would have reported where it runs. */
const TIME_TO_REPORT = 12_000;

async function main([folder = ""]: readonly string[]): Promise<void> {
  const model = await loadModel(folder);
  for (const { pixels } of pictures(1)) {
    const { body } = await model.invoke(Buffer.from(encodePng(pixels)), "image/png");
    console.log(body);
  }
  await sleep(TIME_TO_REPORT);
  await model.close();
}

void main(process.argv.slice(2));
