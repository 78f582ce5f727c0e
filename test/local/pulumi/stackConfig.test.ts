import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import {
  parseOverride,
  readStackConfig,
  StackConfigError,
} from "../../../local/pulumi/stackConfig";

describe("the stack's config", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "stack-"));
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (text: string) => {
    writeFileSync(path.join(folder, "Pulumi.dev.yaml"), text);
  };

  it("hands text on as it is, and everything else as JSON", () => {
    // Prepare
    write("config:\n  aws:region: eu-west-1\n  shop:size: 3\n  shop:door:\n    open: true\n");

    // Act
    const config = readStackConfig(folder, "dev");

    // Assess
    expect(config).to.deep.equal({
      project: "shop",
      stack: "dev",
      values: { "aws:region": "eu-west-1", "shop:size": "3", "shop:door": '{"open":true}' },
    });
  });

  it("takes values and defaults of the project, below those of the stack and of the command line", () => {
    // Prepare
    writeFileSync(
      path.join(folder, "Pulumi.yaml"),
      `name: shop
runtime: nodejs
config:
  aws:region: eu-west-1
  colour: red
  aws:profile:
    value: clerk
  size:
    type: integer
    default: 3
  door:
    default: { open: true, width: 90 }
`,
    );
    write("config:\n  shop:colour: blue\n");

    // Act
    const { values } = readStackConfig(folder, "dev", [parseOverride("door.width=120")]);

    // Assess
    expect(values).to.deep.equal({
      "aws:region": "eu-west-1",
      "aws:profile": "clerk",
      "shop:colour": "blue",
      "shop:size": "3",
      "shop:door": '{"open":true,"width":120}',
    });
  });

  for (const [what, declared, stack, message] of [
    ["without a value", "size:\n    type: integer", "", "shop:size has no value"],
    ["of another type", "size:\n    type: integer", "config:\n  size: big\n", '"big"'],
    ["that is no declaration", "door:\n    open: true", "", "neither a value nor a declaration"],
    ["that is a secret", "size:\n    value:\n      secure: v1:abc", "", "size.value is a secret"],
  ] as const) {
    it(`refuses a key of the project ${what}`, () => {
      // Prepare
      writeFileSync(path.join(folder, "Pulumi.yaml"), `name: shop\nconfig:\n  ${declared}\n`);
      write(stack);

      // Act and assess
      expect(() => readStackConfig(folder, "dev")).to.throw(StackConfigError, message);
    });
  }

  it("finds the stack's file where the project says it is", () => {
    // Prepare
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\nstackConfigDir: stacks\n");
    mkdirSync(path.join(folder, "stacks"));
    writeFileSync(path.join(folder, "stacks/Pulumi.dev.yaml"), "config:\n  size: 3\n");

    // Act and assess
    expect(readStackConfig(folder, "dev").values).to.deep.equal({ "shop:size": "3" });
  });

  it("refuses an environment, which only Pulumi can open", () => {
    for (const environment of [
      "environment:\n  - shared/aws\n",
      "environment: {values: {a: 1}}\n",
    ]) {
      // Prepare
      write(`${environment}config:\n  size: 3\n`);

      // Act and assess
      expect(() => readStackConfig(folder, "dev")).to.throw(StackConfigError, "environment");
    }
  });

  it("takes an empty block for none", () => {
    // Prepare
    write("config:\n");

    // Act and assess
    expect(readStackConfig(folder, "dev").values).to.deep.equal({});
  });

  it("puts a key without a namespace into the project's", () => {
    // Prepare
    write("config:\n  size: 3\n");

    // Act and assess
    expect(readStackConfig(folder, "dev").values).to.deep.equal({ "shop:size": "3" });
  });

  it("sets one value inside a structured one and leaves its neighbours", () => {
    // Prepare
    write("config:\n  shop:door:\n    open: true\n    width: 90\n");

    // Act
    const { values } = readStackConfig(folder, "dev", [
      parseOverride("door.width=120"),
      parseOverride("lamp.colour=red"),
      parseOverride("aws:region=eu-west-1"),
    ]);

    // Assess
    expect(values).to.deep.equal({
      "shop:door": '{"open":true,"width":120}',
      "shop:lamp": '{"colour":"red"}',
      "aws:region": "eu-west-1",
    });
  });

  it("refuses a path that leads through a value without keys", () => {
    // Prepare
    write("config:\n  shop:size: 3\n");

    // Act and assess
    expect(() => readStackConfig(folder, "dev", [parseOverride("size.width=1")])).to.throw(
      StackConfigError,
      'size.width cannot be set: 3 has no "width"',
    );
  });

  it("names the stacks that are there when one is missing", () => {
    // Prepare
    write("config: {}\n");

    // Act and assess
    expect(() => readStackConfig(folder, "production")).to.throw(
      StackConfigError,
      'There is no stack "production" (no Pulumi.production.yaml); there is: dev',
    );
  });

  it("refuses a secret, which only Pulumi can decrypt", () => {
    // Prepare
    write("config:\n  shop:door:\n    code:\n      secure: v1:abc\n");

    // Act and assess
    expect(() => readStackConfig(folder, "dev")).to.throw(StackConfigError, "shop:door.code");
  });

  it("names the file that is no YAML", () => {
    // Prepare
    write("config: [");

    // Act and assess
    expect(() => readStackConfig(folder, "dev")).to.throw(StackConfigError, "Pulumi.dev.yaml");
  });

  it("refuses an override that sets nothing", () => {
    for (const text of ["door", "=3", ".a=1", ""]) {
      expect(() => parseOverride(text)).to.throw(StackConfigError, "sets nothing");
    }
  });

  it("takes an override's value as JSON if it is, as text otherwise", () => {
    expect(parseOverride("a=99").value).to.equal(99);
    expect(parseOverride("a=ml.m5.large").value).to.equal("ml.m5.large");
    expect(parseOverride('a=["x","y"]').value).to.deep.equal(["x", "y"]);
    expect(parseOverride("a=").value).to.equal("");
  });
});
