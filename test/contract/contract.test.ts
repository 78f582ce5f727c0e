import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT } from "../../contract/environment";
import { ERRORS } from "../../contract/inference";

const FUNCTIONS = join(__dirname, "../../functions");

/** What functions throw is also in the decoders, which the ETL has, too. */
const SOURCES = [FUNCTIONS, join(__dirname, "../../common/pictures")].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") })),
);

/** Every name that follows `prefix` in the sources, once. */
function namesAfter(prefix: string): string[] {
  const pattern = new RegExp(`\\b${prefix}\\.(\\w+)`, "g");
  const names = SOURCES.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name]) => name));
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

describe("contract of the functions", () => {
  it("has no error that no function throws, and none is thrown beside it", () => {
    expect(namesAfter("ERRORS")).to.deep.equal(Object.keys(ERRORS).sort());
    for (const { file, text } of SOURCES.filter(({ file }) => file.includes("handler"))) {
      expect(text, file).to.not.match(/throw new (?!FunctionError)/);
    }
  });

  it("has no variable that no function reads, and none is read beside it", () => {
    expect(namesAfter("ENVIRONMENT")).to.deep.equal(Object.keys(ENVIRONMENT).sort());
    expect(namesAfter("process\\.env")).to.deep.equal([]);
  });

  it("has no two errors, and no two variables, of one name", () => {
    for (const names of [Object.values(ERRORS), Object.values(ENVIRONMENT)]) {
      expect(new Set(names).size).to.equal(names.length);
    }
  });

  it("is kept without Pulumi", () => {
    for (const { file, text } of SOURCES) {
      expect(text, file).to.not.match(/from "(@pulumi|\.\.\/.*infra)/);
    }
  });
});
