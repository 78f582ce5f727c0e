import { AnalyzerInfo, PolicyConfigSchema, PolicyInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  ENFORCEMENT_LEVELS,
  levelFromWire,
  levelToWire,
  PolicyPackConfigError,
  resolvePolicyConfig,
  type PolicyPackConfig,
} from "../../local/pulumi/policyPackConfig";

const schema = new PolicyConfigSchema().setProperties(
  Struct.fromJavaScript({
    percentage: { type: "integer", minimum: 1, maximum: 100, default: 100 },
    note: { type: "string" },
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
      sampling: { level: "mandatory", properties: { percentage: 100 } },
      plain: { level: "advisory", properties: {} },
    });
  });

  it("prefers a policy's level to that of all policies, and that to the pack's", () => {
    expect(resolve({ all: "disabled", sampling: { note: "why", percentage: 50 } })).to.deep.equal({
      sampling: { level: "disabled", properties: { percentage: 50, note: "why" } },
      plain: { level: "disabled", properties: {} },
    });
    expect(resolve({ all: "disabled", plain: "mandatory" })["plain"]?.level).to.equal("mandatory");
    expect(
      resolve({ all: "disabled", plain: { enforcementLevel: "remediate" } })["plain"]?.level,
    ).to.equal("remediate");
  });

  for (const [title, config, message] of [
    [
      "an unknown policy",
      { nonsense: "advisory" },
      'The policy pack has no policy called "nonsense"; it has: sampling, plain',
    ],
    ["an unknown setting", { sampling: { percent: 1 } }, 'sampling: Unrecognized key: "percent"'],
    ["a setting of a policy without any", { plain: { a: 1 } }, 'plain: Unrecognized key: "a"'],
    ["a value out of range", { sampling: { percentage: 0 } }, "sampling.percentage: Too small"],
    ["a value of another type", { sampling: { note: 1 } }, "sampling.note: Invalid input"],
  ] as const) {
    it(`is refused with ${title}`, () => {
      expect(() => resolve(config)).to.throw(PolicyPackConfigError, message);
    });
  }

  it("knows every level of the wire", () => {
    const wired = ENFORCEMENT_LEVELS.map(levelToWire);
    expect(wired.map(levelFromWire)).to.deep.equal([...ENFORCEMENT_LEVELS]);
  });
});
