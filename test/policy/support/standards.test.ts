import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { policies } from "../../../policy/policies";
import { standards } from "../../../policy/support/standards";

const PROVIDER = path.dirname(require.resolve("@pulumi/aws/package.json"));

const controls = standards.flatMap((standard) => standard.controls);

/** The provider has a file for each of its types: `sagemaker/featureGroup.d.ts`. */
function providerHas(type: string): boolean {
  const file = `${type.charAt(0).toLowerCase()}${type.slice(1)}.d.ts`;
  return existsSync(path.join(PROVIDER, "sagemaker", file));
}

/** A table with a row for each check and type of resource, of 4 MB; nothing without `checkov`. */
function listOfCheckov(): string | undefined {
  // It leaves a cache in the temporary folder.
  const folder = mkdtempSync(path.join(tmpdir(), "checkov-"));
  try {
    const { status, stdout, stderr, error } = spawnSync("checkov", ["--list", "--skip-download"], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, TMPDIR: folder },
    });
    if (error !== undefined) {
      return undefined;
    }
    expect(status, stderr).to.equal(0);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the tables of other standards", () => {
  it("name each control once", () => {
    const ids = controls.map(({ id }) => id);
    expect(ids).to.deep.equal([...new Set(ids)]);
  });

  it("have every control of Security Hub up to the last", () => {
    const hub = standards.find(({ name }) => name === "AWS Security Hub");
    expect(hub?.controls.map(({ id }) => id)).to.deep.equal(
      Array.from({ length: 25 }, (_, index) => `SageMaker.${index + 1}`),
    );
  });

  it("name policies that exist", () => {
    const names = new Set(policies.map(({ name }) => name));
    expect(controls.flatMap(({ by }) => by).filter((name) => !names.has(name))).to.deep.equal([]);
  });

  it("name a policy for whatever is covered, and a reason for whatever is not wholly", () => {
    for (const { id, covered, by, note } of controls) {
      expect(by.length > 0, id).to.equal(covered !== "not");
      expect(note !== undefined || covered === "wholly", id).to.equal(true);
    }
  });

  it("call no type missing that the provider has", () => {
    const missing = controls.flatMap(({ missingType }) => missingType ?? []);
    expect(providerHas("FeatureGroup")).to.equal(true);
    expect(missing).to.include("InferenceExperiment");
    expect(missing.filter(providerHas)).to.deep.equal([]);
  });

  it("have the checks of SageMaker that checkov has (pending without checkov)", function () {
    // Prepare
    const list = listOfCheckov();
    if (list === undefined) {
      this.skip();
    }
    const checks = new Map<string, string[][]>();
    for (const row of list.split("\n").map((line) => line.split("|").map((cell) => cell.trim()))) {
      const [, , id = "", , type = "", title = ""] = row;
      if (id.startsWith("CKV")) {
        checks.set(id, [...(checks.get(id) ?? []), [type, title]]);
      }
    }

    // Act: some checks are of every type of resource there is.
    const isOfSageMaker = (text = "") => /sagemaker/i.test(text);
    const ids = [...checks]
      .filter(
        ([, rows]) =>
          rows.some(([, title]) => isOfSageMaker(title)) ||
          rows.every(([type]) => isOfSageMaker(type)),
      )
      .map(([id]) => id);

    // Assess
    const listed = standards.find(({ name }) => name === "checkov")?.controls ?? [];
    expect(ids).to.have.members(listed.map(({ id }) => id));
  });
});
