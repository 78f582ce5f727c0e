import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { ofType } from "../support/graph";
import { deployProgram } from "../support/mocks";
import { PROJECT_ROOT } from "../support/project";

const read = (file: string) => readFileSync(path.join(PROJECT_ROOT, file), "utf8");

/** What the program's files have that is like a pattern, by its first group. */
function inProgram(pattern: RegExp): readonly string[] {
  const files = readdirSync(path.join(PROJECT_ROOT, "infra")).filter((file) =>
    file.endsWith(".ts"),
  );
  return files.flatMap((file) =>
    [...read(path.join("infra", file)).matchAll(pattern)].map(([, found = ""]) => found),
  );
}

describe("docs/architecture.md", () => {
  const text = read("docs/architecture.md");

  it("has every component", () => {
    const components = inProgram(/export class (\w+) extends pulumi\.ComponentResource/g);

    expect(components).to.include("Hosting").and.have.length.above(10);
    expect(components.filter((name) => !text.includes(`\`${name}\``))).to.deep.equal([]);
  });

  it("has every program that an update runs", () => {
    const scripts = inProgram(/\bscript: "([^"]+)"/g);

    expect(scripts).to.include("etl/cli.ts");
    for (const script of scripts) {
      expect(text).to.match(new RegExp(`^\\| \`${script}( run)?\` `, "m"));
    }
  });
});

describe("the table of roles in docs/architecture.md", () => {
  it("has all roles of a stack, and no others", async () => {
    // Prepare
    const named = [...read("docs/architecture.md").matchAll(/^\| `([\w-]+-role)`/gm)];
    const endpoint = { instanceType: "ml.m5.xlarge", capture: 100 };
    const monitoring = { managedSchedule: { enabled: true } };

    // Act
    const { resources } = await deployProgram({ endpoint, monitoring });

    // Assess
    const roles = ofType(resources, "aws:iam/role:Role").map(({ name }) => name);
    const unique = new Set(named.map(([, name]) => name));
    expect([...unique].sort()).to.deep.equal([...roles].sort());
  });
});

describe("the table of alarms in docs/operations.md", () => {
  it("has all alarms of a stack, and no others", async () => {
    // Prepare
    const [, table = ""] = /^\| alarm [^]*?\n((?:\|.*\n)+)/m.exec(read("docs/operations.md")) ?? [];
    const forms = table
      .split("\n")
      .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)])
      .map(([, form = ""]) => form);
    const isLike = (name: string, form: string) =>
      new RegExp(`^${form.replace(/\*|<\w+>/g, "[\\w-]+")}$`).test(name);

    // Act
    const endpoint = { instanceType: "ml.m5.xlarge", capture: 100 };
    const { resources } = await deployProgram({ endpoint });
    const alarms = ofType(resources, "aws:cloudwatch/metricAlarm:MetricAlarm").map(
      ({ name }) => name,
    );

    // Assess
    expect(alarms).to.have.length.above(10);
    expect(alarms.filter((name) => !forms.some((form) => isLike(name, form)))).to.deep.equal([]);
    expect(forms.filter((form) => !alarms.some((name) => isLike(name, form)))).to.deep.equal([]);
  });
});
