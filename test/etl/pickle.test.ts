import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { archiveOf, pythonFiles, sample, type TarFile } from "./support/archive";
import { etl, folderOfSuite, readTree } from "./support/etl";
import { rewrittenFiles, WRITERS } from "./support/pickle";

/** Reads pickles with Python's own reader, and writes their plain part anew in one protocol. */
const REWRITE = `
import pickle, sys
folder, protocol = sys.argv[1], int(sys.argv[2])
for name in ("meta", "test", "train"):
    with open(folder + "/" + name, "rb") as file:
        value = pickle.load(file, encoding="bytes")
    with open(folder + "/" + name, "wb") as file:
        pickle.dump(value, file, protocol)
`;
const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

describe("etl build of a rewritten python form", () => {
  const folder = folderOfSuite();
  let runs = 0;

  /** Every file of the dataset, but for the manifest, which names the archive. */
  async function datasetOf(files: readonly TarFile[]): Promise<Map<string, Buffer>> {
    const archive = join(folder, "archive.tar.gz");
    const out = join(folder, `dataset-${runs++}`);
    writeFileSync(archive, archiveOf(files));
    const args = ["build", "--archive", archive, "--out", out, "--classes", "all"];
    const { exitCode, stderr } = await etl(args);
    expect(exitCode, stderr).to.equal(0);
    const tree = readTree(out);
    tree.delete("manifest.json");
    return tree;
  }

  for (const writer of WRITERS) {
    const { python, protocol } = writer;
    for (const keys of python === 3 ? (["text", "bytes"] as const) : (["text"] as const)) {
      it(`makes the same of protocol ${protocol} by Python ${python} with keys of ${keys}`, async () => {
        // Act
        const dataset = await datasetOf(rewrittenFiles(sample(), writer, keys));

        // Assess
        expect(dataset).to.deep.equal(await datasetOf(pythonFiles(sample())));
      });
    }
  }

  (hasNumpy ? it : it.skip)(
    "makes the same of what Python and numpy themselves write",
    async () => {
      for (const protocol of [0, 1, 2, 3, 4, 5]) {
        // Prepare
        const files = pythonFiles(sample());
        for (const { name, content } of files) {
          writeFileSync(join(folder, name.replace(/.*\//, "")), content);
        }
        const run = spawnSync("python3", ["-c", REWRITE, folder, String(protocol)]);
        expect(run.status, run.stderr.toString()).to.equal(0);

        // Act
        const dataset = await datasetOf(
          files.map(({ name }) => ({
            name,
            content: readFileSync(join(folder, name.replace(/.*\//, ""))),
          })),
        );

        // Assess
        expect(dataset).to.deep.equal(await datasetOf(pythonFiles(sample())));
      }
    },
  );

  it("refuses data that stands for no bytes", async () => {
    // Prepare
    const files = rewrittenFiles(sample(), { python: 3, protocol: 2 }).map((file) => {
      const content = Buffer.from(file.content);
      const at = content.lastIndexOf(0xc3);
      if (file.name.endsWith("train")) {
        content[at] = 0xc4;
      }
      return { ...file, content };
    });
    const archive = join(folder, "archive.tar.gz");
    writeFileSync(archive, archiveOf(files));

    // Act
    const args = ["build", "--archive", archive, "--out", join(folder, "none")];
    const { exitCode, stderr } = await etl(args);

    // Assess
    expect(exitCode).to.equal(3);
    expect(stderr).to.include(
      "train: `data` is damaged: it has a character that stands for no byte",
    );
  });
});
