import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { AnalyzerInfo, PolicyConfigSchema, PolicyInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  ENFORCEMENT_LEVELS,
  levelFromWire,
  levelToWire,
  PolicyPackConfigError,
  readPolicyPackConfig,
  resolvePolicyConfig,
  type PolicyPackConfig,
} from "../../local/pulumi/policyPackConfig";
import { defineSettings } from "../../policy/support/settings";

const schema = new PolicyConfigSchema().setProperties(
  Struct.fromJavaScript({
    percentage: { type: "integer", minimum: 1, maximum: 100, default: 100 },
    note: { type: "string" },
    ...defineSettings({
      names: { type: "array", items: { type: "string" }, default: ["a"], description: "Names" },
    }).schema.properties,
  }),
);
const info = new AnalyzerInfo().setPoliciesList([
  new PolicyInfo()
    .setName("sampling")
    .setEnforcementlevel(levelToWire("mandatory"))
    .setConfigschema(schema),
  new PolicyInfo().setName("plain").setEnforcementlevel(levelToWire("advisory")),
]);

function resolve(config: PolicyPackConfig) {
  return Object.fromEntries(resolvePolicyConfig(info, config));
}

describe("the config of a policy pack", () => {
  it("is every policy's own level and the defaults of its schema when nothing is given", () => {
    expect(resolve({})).to.deep.equal({
      sampling: { level: "mandatory", properties: { percentage: 100, names: ["a"] } },
      plain: { level: "advisory", properties: {} },
    });
  });

  it("prefers a policy's level to that of all policies, and that to the pack's", () => {
    expect(resolve({ all: "disabled", sampling: { note: "why", percentage: 50 } })).to.deep.equal({
      sampling: { level: "disabled", properties: { percentage: 50, note: "why", names: ["a"] } },
      plain: { level: "disabled", properties: {} },
    });
    expect(resolve({ all: "disabled", plain: "mandatory" })["plain"]?.level).to.equal("mandatory");
    expect(
      resolve({ all: "disabled", plain: { enforcementLevel: "remediate" } })["plain"]?.level,
    ).to.equal("remediate");
  });

  it("passes on what is given for a policy that there is not, as the engine does", () => {
    expect(resolve({ nonsense: { a: 1 }, all: { b: 2 } })).to.deep.include({
      nonsense: { level: "advisory", properties: { a: 1 } },
      all: { level: "advisory", properties: { b: 2 } },
    });
    expect(resolve({ all: "disabled" })).to.not.have.property("all");
  });

  it("passes on a setting that the policy has not, as the engine does", () => {
    const { properties } = resolve({ sampling: { percentge: 1 } })["sampling"] ?? {};
    expect(properties).to.include({ percentge: 1, percentage: 100 });
  });

  for (const [title, config, message] of [
    ["a value out of range", { sampling: { percentage: 0 } }, "sampling.percentage: Too small"],
    ["a value of another type", { sampling: { note: 1 } }, "sampling.note: Invalid input"],
    ["an addition that is no list", { sampling: { names: { add: "b" } } }, "sampling.names"],
    [
      "an addition by another name",
      { sampling: { names: { plus: ["b"] } } },
      'sampling.names: Invalid input; it is {"plus":["b"]}',
    ],
  ] as const) {
    it(`is refused with ${title}`, () => {
      expect(() => resolve(config)).to.throw(PolicyPackConfigError, message);
    });
  }

  it("takes a list, or what is added to the default", () => {
    for (const names of [["b"], { add: ["b"] }]) {
      expect(resolve({ sampling: { names } })["sampling"]?.properties).to.deep.include({ names });
    }
  });

  describe("in a file", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), "policy-config-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const read = (content: string) => {
      const file = path.join(folder, "config.json");
      writeFileSync(file, content);
      return readPolicyPackConfig(file);
    };

    it("is levels and settings by policy", () => {
      const config = { all: "advisory", plain: { enforcementLevel: "disabled", a: [1] }, b: {} };
      expect(read(JSON.stringify(config))).to.deep.equal(config);
    });

    for (const [title, content, message] of [
      ["that is not JSON", "{", "config.json cannot be read: "],
      ["that is no map", "[]", "config.json is not valid: "],
      ["with a level that is none", '{ "plain": "strict" }', '"strict"'],
      ["with another type", '{ "plain": 1 }', "plain"],
      ["with a level among settings", '{ "a": { "enforcementLevel": "strict" } }', "strict"],
    ] as const) {
      it(`is refused ${title}`, () => {
        expect(() => read(content)).to.throw(PolicyPackConfigError, message);
      });
    }

    it("is refused where there is none", () => {
      expect(() => readPolicyPackConfig(path.join(folder, "none.json"))).to.throw(
        PolicyPackConfigError,
        "none.json cannot be read: ENOENT",
      );
    });
  });

  it("knows every level of the wire", () => {
    const wired = ENFORCEMENT_LEVELS.map(levelToWire);
    expect(wired.map(levelFromWire)).to.deep.equal([...ENFORCEMENT_LEVELS]);
  });
});
