import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { policies } from "../../../policy/policies";
import { services } from "../../../policy/standards";
import type { Table } from "../../../policy/standards/control";

const PROVIDER = path.dirname(require.resolve("@pulumi/aws/package.json"));

const tables = services.flatMap((service) => service.tables);
const controls = tables.flatMap((table) => table.controls);

const idsOf = (list: Table["list"], name: string) =>
  services
    .filter((service) => service.name === name)
    .flatMap((service) => service.tables.filter((table) => table.list === list))
    .flatMap((table) => table.controls.map(({ id }) => id));

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
    const numbers: Readonly<Record<string, readonly number[]>> = {
      SageMaker: Array.from({ length: 25 }, (_, index) => index + 1),
      Lambda: [1, 2, 3, 5, 6, 7],
      SNS: [1, 3, 4],
      SQS: [1, 2, 3],
      ECR: [1, 2, 3, 4, 5],
      KMS: [1, 2, 3, 4, 5],
    };
    for (const [name, each] of Object.entries(numbers)) {
      expect(idsOf("AWS Security Hub", name)).to.deep.equal(
        each.map((number) => `${name}.${number}`),
      );
    }
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

  it("have the checks of each service that checkov has (pending without checkov)", function () {
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

    for (const { name, types } of services) {
      // Act: some checks are of every type of resource there is.
      const ids = [...checks]
        .filter(([, rows]) => rows.every(([type = ""]) => types.test(type)))
        .map(([id]) => id);

      // Assess
      const listed = idsOf("checkov", name);
      expect(listed, name).to.include.members(ids);
      expect([...checks.keys()], name).to.include.members(listed);
    }
  });
});
