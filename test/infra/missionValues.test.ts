import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { PROJECT_ROOT } from "../support/project";

/** Folders whose files say what the stack is. The policy pack repeats the law, on purpose. */
const SOURCES = ["contract", "common", "infra", "functions", "etl", "local"];

function filesUnder(folder: string): readonly string[] {
  return readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(PROJECT_ROOT, path.join(entry.parentPath, entry.name)));
}

/** A price list names what is on sale, not what the stack takes. */
const PRICE_LIST = path.join("infra", "prices.ts");

/** Places of a text in the sources and in one stack's config: `file:line`. */
function placesOf(pattern: RegExp, stackFile: string): readonly string[] {
  const files = [stackFile, ...SOURCES.flatMap(filesUnder)].filter((file) => file !== PRICE_LIST);
  return files.flatMap((file) =>
    readFileSync(path.join(PROJECT_ROOT, file), "utf8")
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}

describe("the values that the project is about", () => {
  for (const stackFile of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
    const homes = [
      { value: "the capture prefix", pattern: /Project_2_Extended/, home: "contract/inference.ts" },
      { value: "the hosting instance", pattern: /ml\.m5\.xlarge/, home: stackFile },
      { value: "the capture percentage", pattern: /\bcapture: 100\b/, home: stackFile },
      {
        value: "the classes",
        pattern: /"bicycle", "motorcycle", "pickup_truck"/,
        home: "contract/dataset.ts",
      },
    ];
    for (const { value, pattern, home } of homes) {
      it(`${value} is written once, in ${home} (${stackFile})`, () => {
        const places = placesOf(pattern, stackFile);
        expect(places.map((place) => place.split(":")[0])).to.deep.equal([home]);
      });
    }
  }
});
