import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { packageFunction, type FunctionPackage } from "../../infra/functionPackage";

const PROJECT_ROOT = path.resolve(__dirname, "../..");
const NAME = "filter-inference";
const FOLDER = "out/functions";

describe("packageFunction", () => {
  let project: string;

  // A copy of what is bundled, to be changed.
  beforeEach(() => {
    project = fs.mkdtempSync(path.join(tmpdir(), "package-test-"));
    for (const name of ["functions", "contract", "common"]) {
      fs.cpSync(path.join(PROJECT_ROOT, name), path.join(project, name), { recursive: true });
    }
    for (const name of ["package.json", "tsconfig.json"]) {
      fs.copyFileSync(path.join(PROJECT_ROOT, name), path.join(project, name));
    }
    fs.symlinkSync(path.join(PROJECT_ROOT, "node_modules"), path.join(project, "node_modules"));
  });
  afterEach(() => fs.rmSync(project, { recursive: true }));

  /** @returns the only file, from the project's folder */
  const bundled = () => onlyFile(packageFunction(NAME, project));
  const at = (file: string) => path.join(project, file);
  const entries = () => fs.readdirSync(at(FOLDER)).sort();
  const change = (file: string, from: string, to: string) => {
    const text = fs.readFileSync(at(file), "utf8");
    expect(text).to.include(from);
    fs.writeFileSync(at(file), text.replaceAll(from, to));
  };

  it("is a file named after what is in it, the same in every checkout", () => {
    // Act
    const file = bundled();
    const again = bundled();

    // Assess
    const digest = createHash("sha256")
      .update(fs.readFileSync(at(file)))
      .digest("hex");
    expect(file).to.equal(`${FOLDER}/${NAME}-${digest.slice(0, 16)}.js`);
    expect(again).to.equal(file);
    expect(entries()).to.deep.equal([path.basename(file), `${NAME}.json`].sort());
    expect(onlyFile(packageFunction(NAME))).to.equal(file);
  });

  it("is not made again while everything that went into it is as it was", () => {
    // Prepare
    const file = bundled();
    const record = fs.readFileSync(at(`${FOLDER}/${NAME}.json`), "utf8");
    const { ino } = fs.statSync(at(file));

    // Act
    bundled();

    // Assess
    expect(fs.statSync(at(file)).ino).to.equal(ino);
    expect(fs.readFileSync(at(`${FOLDER}/${NAME}.json`), "utf8")).to.equal(record);
  });

  it("is another file when a source has changed, and leaves the one that may be in use", () => {
    // Prepare
    const before = bundled();
    const text = fs.readFileSync(at(before), "utf8");

    // Act
    change("contract/inference.ts", "InvalidEnvironmentError", "BrokenEnvironmentError");
    const after = bundled();

    // Assess
    expect(after).not.to.equal(before);
    expect(fs.readFileSync(at(before), "utf8")).to.equal(text);
  });

  it("goes when it has not been used for a week, and another one is made", () => {
    // Prepare
    const old = bundled();
    const days = (count: number) => new Date(Date.now() - count * 24 * 60 * 60 * 1000);
    fs.utimesSync(at(old), days(8), days(8));

    // Act
    change("contract/inference.ts", "InvalidEnvironmentError", "BrokenEnvironmentError");
    bundled();

    // Assess
    expect(entries()).not.to.include(path.basename(old));
  });

  it("has what the module reads beside itself, and is made again when that is gone", () => {
    // Prepare
    const before = packageFunction("serialize-image", project);
    const codec = at(before["webp_dec.wasm"] ?? "");
    const bytes = fs.readFileSync(codec);
    fs.rmSync(codec);

    // Act
    const after = packageFunction("serialize-image", project);

    // Assess
    expect(Object.keys(before)).to.have.members(["index.js", "avif_dec.wasm", "webp_dec.wasm"]);
    expect(after).to.deep.equal(before);
    expect(fs.readFileSync(codec).equals(bytes)).to.equal(true);
  });

  for (const [what, damage] of [
    ["the bundle is gone", (file: string) => fs.rmSync(file)],
    ["the bundle is not whole", (file: string) => fs.truncateSync(file, 100)],
    ["its record is not one", () => fs.writeFileSync(at(`${FOLDER}/${NAME}.json`), "{")],
    ["its record is gone", () => fs.rmSync(at(`${FOLDER}/${NAME}.json`))],
  ] as const) {
    it(`is made again when ${what}`, () => {
      // Prepare
      const file = bundled();
      const text = fs.readFileSync(at(file), "utf8");
      damage(at(file));

      // Act
      const again = bundled();

      // Assess
      expect(again).to.equal(file);
      expect(fs.readFileSync(at(file), "utf8") === text).to.equal(true);
      expect(entries()).to.have.length(2);
    });
  }

  it("is refused by name where it cannot be kept", () => {
    // Prepare
    fs.mkdirSync(at("out"));
    fs.writeFileSync(at(FOLDER), "");

    // Act
    const bundling = () => bundled();

    // Assess
    expect(bundling)
      .to.throw(`The bundle of ${NAME} cannot be kept in ${at(FOLDER)}`)
      .with.property("name", "FunctionPackageError");
  });
});

function onlyFile(files: FunctionPackage): string {
  expect(Object.keys(files)).to.deep.equal(["index.js"]);
  return files["index.js"] ?? "";
}
