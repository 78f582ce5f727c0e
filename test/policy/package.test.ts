/**
 * The pack as a package: packed, installed into an empty folder and used from there, with nothing of
 * this repository beside it but what the package says that it needs.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import * as ts from "typescript";
import { PolicyPackProcess } from "../../local/pulumi/policyPack";
import { policies } from "../../policy/policies";
import { recordOf } from "../support/policyGraph";
import { installPolicies, PACKAGE, packPolicies, runIn } from "../support/policyPackage";
import { PROJECT_ROOT } from "../support/project";
import { subject, withValue } from "../support/policy";
import { endpointConfiguration } from "./sagemaker/endpointConfiguration/resource";

describe("the package of the policy pack", function () {
  this.timeout(240_000);

  let scratch = "";
  let tarball = "";

  before(() => {
    scratch = mkdtempSync(path.join(tmpdir(), "package-"));
    tarball = packPolicies(scratch);
  });

  after(() => {
    rmSync(scratch, { recursive: true });
  });

  const install = (folder: string, without?: readonly string[]) =>
    installPolicies(tarball, path.join(scratch, folder), without);

  /** What a pack says about an endpoint that captures half of its requests. */
  async function complaints(folder: string): Promise<readonly string[]> {
    const stack = { project: "shop", stack: "dev", preview: true };
    const pack = await PolicyPackProcess.start({ folder, ...stack });
    try {
      const half = withValue(
        endpointConfiguration,
        "dataCaptureConfig.initialSamplingPercentage",
        50,
      );
      const found = [
        ...(await pack.analyze(recordOf(half))),
        ...(await pack.analyze(recordOf(subject("aws:sns/topic:Topic", {})))),
      ];
      return found.map(({ policy, level }) => `${level} ${policy}`);
    } finally {
      await pack.stop();
    }
  }

  const SAMPLING = "sagemaker-endpoint-configuration-require-full-sampling";

  it("holds what a pack needs, and its licence and documents, and nothing else", () => {
    const installed = install("contents");
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
    expect(files).to.include.members([
      ...["PulumiPolicy.yaml", "README.md", "LICENSE", "main.cjs", "rules.cjs", "rules.d.ts"],
      path.join("dist", "index.js"),
    ]);
    expect(files.filter((file) => /docs|tsconfig|node_modules|\.map$/.test(file))).to.deep.equal(
      [],
    );
    const licence = (folder: string) => readFileSync(path.join(folder, "LICENSE"), "utf8");
    expect(licence(installed)).to.equal(licence(PROJECT_ROOT));
  });

  it("runs as a pack without any compiler", async () => {
    const installed = install("compiled", ["esbuild"]);
    expect(await complaints(installed)).to.deep.equal([`mandatory ${SAMPLING}`]);
  });

  it("compiles itself if npm was told to run no scripts when it was packed", async () => {
    // Prepare
    const installed = install("bare");
    rmSync(path.join(installed, "dist"), { recursive: true });

    // Act
    const said = await complaints(installed);

    // Assess
    expect(said).to.deep.equal([`mandatory ${SAMPLING}`]);
    const compiled = (folder: string) => readFileSync(path.join(folder, "dist/index.js"), "utf8");
    expect(compiled(installed)).to.equal(compiled(install("as-packed")));
  });

  it("never runs what was compiled from other sources", async () => {
    // Prepare
    const installed = install("changed");
    const source = path.join(installed, "sagemaker/endpointConfiguration/resource.ts");
    const present = readFileSync(source, "utf8");
    expect(present).to.include("default: 100");
    writeFileSync(source, present.replace("default: 100", "default: 50"));

    // Assess
    expect(await complaints(installed)).to.deep.equal([]);
  });

  for (const [kind, type, pack] of [
    [
      "CommonJS",
      "commonjs",
      `const { PolicyPack } = require("@pulumi/policy");
       const rules = require("${PACKAGE}/rules");`,
    ],
    [
      "ES module",
      "module",
      `import { PolicyPack } from "@pulumi/policy";
       import * as rules from "${PACKAGE}/rules";`,
    ],
  ] as const) {
    it(`gives single rules to another pack of the kind ${kind}`, async () => {
      // Prepare
      const folder = path.join(scratch, type);
      install(type, ["esbuild"]);
      writeFileSync(path.join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
      writeFileSync(
        path.join(folder, "package.json"),
        JSON.stringify({ name: "ours", version: "1.0.0", type, main: "index.js" }),
      );
      writeFileSync(
        path.join(folder, "index.js"),
        `${pack}
         const { sagemakerEndpointConfigurationRequireFullSampling: sampling } = rules;
         new PolicyPack("ours", {
           policies: [
             { ...sampling, enforcementLevel: "advisory" },
             rules.sagemakerEndpointConfigurationDisallowFixedName,
             rules.s3BucketRequireTls,
             {
               name: "topic-names",
               description: "Topics have a name.",
               enforcementLevel: "mandatory",
               validateResource: ({ type, props }, report) => {
                 if (type === "aws:sns/topic:Topic" && !("name" in props)) report("No name.");
               },
             },
           ],
         });`,
      );

      // Assess
      expect(await complaints(folder)).to.deep.equal([
        `advisory ${SAMPLING}`,
        "mandatory topic-names",
      ]);
    });
  }

  it("starts no server for a rule, and exports each under its name in camel case", () => {
    // Prepare
    const folder = path.join(scratch, "names");
    install("names", ["esbuild"]);

    // Act
    const { stdout } = runIn(folder, process.execPath, [
      ...["--input-type=module", "--eval"],
      `import * as rules from "${PACKAGE}/rules";
       const names = Object.entries(rules).map(([key, rule]) => [key, rule.name]);
       console.log(JSON.stringify(names.filter(([, name]) => name !== undefined)));`,
    ]);

    // Assess: one line of output, and an end
    const exported = new Map(JSON.parse(stdout) as [string, string][]);
    expect([...exported.values()].sort()).to.deep.equal(policies.map(({ name }) => name).sort());
    expect(exported.get("s3BucketRequireTls")).to.equal("s3-bucket-require-tls");
  });

  it("has types for all that its README shows, in every kind of module", () => {
    // Prepare
    const folder = path.join(scratch, "types");
    const readme = readFileSync(path.join(install("types"), "README.md"), "utf8");
    const shown = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code = ""]) => code);
    expect(shown).to.have.length(2);
    const files = shown.flatMap((code, index) =>
      ["mts", "cts"].map((extension) => {
        const file = path.join(folder, `shown${index}.${extension}`);
        writeFileSync(file, code);
        return file;
      }),
    );

    // Act
    const program = ts.createProgram(files, {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      esModuleInterop: true,
      typeRoots: [path.join(folder, "node_modules/@types")],
      types: ["node"],
      // The SDK is a link into this repository; a real installation has none.
      preserveSymlinks: true,
    });
    const said = ts.getPreEmitDiagnostics(program);

    // Assess
    const messages = said.map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, "\n"),
    );
    expect(messages).to.deep.equal([]);
  });

  it("passes the unit test that its README shows", () => {
    const folder = path.join(scratch, "shown");
    const readme = readFileSync(path.join(install("shown", ["esbuild"]), "README.md"), "utf8");
    const [, code = ""] = /```ts\n(import assert[^]*?)```/.exec(readme) ?? [];
    writeFileSync(
      path.join(folder, "shown.mjs"),
      ts.transpile(code, { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }),
    );
    const { stdout } = runIn(folder, process.execPath, ["--test", "shown.mjs"]);
    expect(stdout).to.match(/pass 1\n/);
  });
});
