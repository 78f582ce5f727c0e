/**
 * Takes the code from docs/extending.md, puts it into a copy of the project as its first line says,
 * compiles it with the project's own settings, and runs it.
 */
import { expect } from "chai";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type * as policyRule from "../../policy/support/rule";
import { Jimp } from "jimp";
import ts from "typescript";
import { parse } from "yaml";
import { etl } from "../etl/support/etl";
import { lambdaFunction } from "../policy/lambda/function/resource";
import { ofType, resource } from "../support/graph";
import { ACCOUNT, deploy, deployProgram, REGION } from "../support/mocks";
import { complaints, withValue } from "../support/policy";
import { graphFrom, lawOf, refusals } from "../support/policyGraph";
import { PROJECT_ROOT } from "../support/project";

const DOCUMENT = readFileSync(path.join(PROJECT_ROOT, "docs/extending.md"), "utf8");

/** Rooms that the examples build on. */
const ROOMS = ["contract", "common", "functions", "etl", "infra", "policy", "local", "test"];

interface Example {
  readonly file: string;
  readonly isAddition: boolean;
  readonly text: string;
}

function blocks(language: string): readonly string[] {
  const fences = DOCUMENT.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"));
  return [...fences].map(([, text = ""]) => text);
}

const EXAMPLES: readonly Example[] = blocks("ts").map((text) => {
  const [, file, addition] = /^\/\/ ([\w./-]+\.ts)(, at its end)?\n/.exec(text) ?? [];
  if (file === undefined) {
    throw new Error(`An example does not say where it belongs: ${text.slice(0, 80)}`);
  }
  return { file, isAddition: addition !== undefined, text };
});

/** The stack's settings of each example in YAML, by key without the project's name. */
const SETTINGS = blocks("yaml").map((text) => {
  const { config } = parse(text) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("ml-workflow-aws:", ""), value]),
  );
});

const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };

describe("docs/extending.md", function () {
  this.timeout(180_000);
  let folder = "";

  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "extending-")));
    for (const each of [...ROOMS, "package.json", "tsconfig.json"]) {
      cpSync(path.join(PROJECT_ROOT, each), path.join(folder, each), {
        recursive: true,
        filter: (source) => path.basename(source) !== "node_modules",
      });
    }
    symlinkSync(path.join(PROJECT_ROOT, "node_modules"), path.join(folder, "node_modules"));
    for (const { file, isAddition, text } of EXAMPLES) {
      const target = path.join(folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, isAddition ? `${readFileSync(target, "utf8")}\n${text}` : text);
    }
    // What the page says in words about another algorithm.
    replace("infra/index.ts", `"./imageClassification"`, `"./ownClassifier"`);
    replace("infra/hosting.ts", `"./imageClassification"`, `"./ownClassifier"`);
    replace("infra/training.ts", `"./imageClassification"`, `"./ownClassifier"`);
    replace(
      "infra/training.ts",
      /aws\.sagemaker\.getPrebuiltEcrImageOutput\([^]*?\.registryPath/,
      "imageOf(settings.imageTag)",
    );
    replace("infra/training.ts", "  REPOSITORY,", "  imageOf,");
  });

  function replace(file: string, from: string | RegExp, to: string): void {
    const target = path.join(folder, file);
    const text = readFileSync(target, "utf8");
    expect(text, file).to.match(from instanceof RegExp ? from : new RegExp(from));
    writeFileSync(target, text.replace(from, to));
  }

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Loads a file of the copy afresh, with all that it imports there. */
  function load(file: string): Record<string, unknown> {
    const require = createRequire(path.join(folder, "index.js"));
    for (const loaded of Object.keys(require.cache)) {
      if (loaded.startsWith(folder + path.sep)) {
        Reflect.deleteProperty(require.cache, loaded);
      }
    }
    return require(path.join(folder, file)) as Record<string, unknown>;
  }

  it("has examples that compile with the project", () => {
    // Prepare
    const file = path.join(folder, "tsconfig.json");
    const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as {
      config: unknown;
    };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
    const changed = ["infra/training.ts", "infra/hosting.ts"];
    const examples = [...EXAMPLES.map(({ file: name }) => name), ...changed].map((name) =>
      path.join(folder, name),
    );

    // Act
    const program = ts.createProgram(examples, options);
    const complaints = examples.flatMap((example) =>
      ts.getPreEmitDiagnostics(program, program.getSourceFile(example)),
    );

    // Assess
    const texts = complaints.map(({ file: source, messageText }) => {
      const where = source === undefined ? "" : path.relative(folder, source.fileName);
      return `${where}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
    expect(examples).to.have.length.at.least(6);
    expect(texts).to.deep.equal([]);
  });

  it("has a fourth class that the program trains with", async () => {
    // Act
    const { resources } = await deployProgram({ endpoint: ENDPOINT, ...SETTINGS[0] });

    // Assess
    const [command] = ofType(resources, "command:local:Command").filter(({ inputs }) =>
      JSON.stringify(inputs).includes("etl/cli.ts"),
    );
    const classes = ["bicycle", "motorcycle", "pickup_truck", "train"];
    expect(JSON.stringify(command?.inputs)).to.include(classes.join(","));
    const serialized = JSON.stringify(ofType(resources, "aws:lambda/function:Function"));
    expect(serialized).to.include(JSON.stringify(JSON.stringify(classes)).slice(1, -1));
  });

  it("packs pictures into an archive that the ETL makes a dataset of", async () => {
    // Prepare
    for (const [name, color] of [
      ["cat", 0xff0000ff],
      ["dog", 0x0000ffff],
    ] as const) {
      mkdirSync(path.join(folder, "pictures", name), { recursive: true });
      for (let index = 0; index < 10; index++) {
        const picture = new Jimp({ width: 60, height: 40, color });
        await picture.write(path.join(folder, "pictures", name, `${index}.png`) as `${string}.png`);
      }
    }
    const archive = path.join(folder, "pictures.tar.gz");
    const { packPictures } = load("tools/packPictures.ts") as {
      packPictures: (from: string, to: string) => Promise<void>;
    };

    // Act
    await packPictures(path.join(folder, "pictures"), archive);
    const md5 = createHash("md5").update(readFileSync(archive)).digest("hex");
    const outcome = await etl([
      ...["build", "--json", "--archive", archive, "--md5", md5, "--classes", "cat,dog"],
      ...["--out", path.join(folder, "dataset")],
    ]);

    // Assess
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    const summary = JSON.parse(outcome.stdout) as { counts: Record<string, number> };
    expect(summary.counts["test"]).to.equal(4);
    expect((summary.counts["train"] ?? 0) + (summary.counts["validation"] ?? 0)).to.equal(16);
    const { dataset } = SETTINGS[1] as { dataset: Record<string, unknown> };
    const { resources } = await deployProgram({ endpoint: ENDPOINT, dataset });
    expect(JSON.stringify(ofType(resources, "command:local:Command"))).to.include("cat,dog");
  });

  it("has a second endpoint that captures, beside the first, and keeps all policies", async () => {
    // Act
    const { resources } = await deploy(() => load("infra/index.ts"), {
      config: { endpoint: ENDPOINT },
    });

    // Assess
    const names = ofType(resources, "aws:sagemaker/endpoint:Endpoint").map(
      ({ inputs }) => inputs["name"],
    );
    expect(names).to.have.members(["ml-workflow-aws-test", "ml-workflow-aws-test-shadow"]);
    const configuration = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
    const { inputs } = resource(resources, configuration, "shadow");
    expect(JSON.stringify(inputs)).to.include('"initialInstanceCount":2');
    expect(JSON.stringify(inputs)).to.include('"enableCapture":true');
    expect(await refusals(graphFrom(resources, "dev"), lawOf("dev"))).to.deep.equal([]);
  });

  it("has another algorithm, whose image and hyperparameters the job takes", async () => {
    // Act
    const { resources } = await deploy(() => load("infra/index.ts"), {
      config: { endpoint: ENDPOINT, training: { epochs: 3, imageTag: "7" } },
    });

    // Assess
    const { inputs } = resource(resources, "aws:sagemaker/trainingJob:TrainingJob");
    const image = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/own-classifier:7`;
    expect(inputs["algorithmSpecification"]).to.include({ trainingImage: image });
    expect(inputs["hyperParameters"]).to.deep.equal({
      classes: "bicycle,motorcycle,pickup_truck",
      epochs: "3",
    });
    const policies = ofType(resources, "aws:iam/rolePolicy:RolePolicy").filter(({ name }) =>
      /^(training|hosting)-/.test(name),
    );
    expect(policies).to.have.length(2);
    for (const policy of policies) {
      expect(policy.inputs["policy"]).to.include(":repository/own-classifier");
    }
  });

  it("has a policy that refuses what it says", async () => {
    const { restrictMemory } = load("policy/lambda/function/restrictMemory.ts") as {
      restrictMemory: policyRule.ResourceRule;
    };
    const large = withValue(lambdaFunction, "memorySize", 4096);
    expect(await complaints(restrictMemory, lambdaFunction)).to.deep.equal([]);
    expect(await complaints(restrictMemory, large)).to.deep.equal([
      "The function is too large: set `memorySize` to at most 2048 MB.",
    ]);
  });
});
