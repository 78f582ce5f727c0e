import { expect } from "chai";
import { defineSettings, PolicySettingsError } from "../../../policy/support/settings";

const settings = defineSettings({
  limit: { type: "integer", default: 3, description: "A number" },
  names: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    default: ["a"],
    description: "Some names",
  },
});

function given(config: object) {
  return { getConfig: <T extends object>() => config as T };
}

describe("policy support defineSettings", () => {
  it("gives the defaults where the config is silent", () => {
    expect(settings.read(given({ limit: 7 }))).to.deep.equal({ limit: 7, names: ["a"] });
    expect(settings.read(given({}))).to.deep.equal({ limit: 3, names: ["a"] });
  });

  it("takes a list in place of the default, or what is added to it", () => {
    expect(settings.read(given({ names: ["b"] })).names).to.deep.equal(["b"]);
    expect(settings.read(given({ names: { add: ["b", "c"] } })).names).to.deep.equal([..."abc"]);
    expect(settings.read(given({})).names).to.deep.equal(["a"]);
  });

  it("refuses a setting that does not exist, naming the one that was meant", () => {
    expect(() => settings.read(given({ limits: 7 })))
      .to.throw(PolicySettingsError)
      .with.property("message", 'No setting is called "limits"; did you mean "limit"?');
  });

  it("declares the same definitions as the policy's schema, lists in both of their forms", () => {
    expect(settings.schema.properties).to.deep.equal({
      limit: { type: "integer", default: 3, description: "A number" },
      names: {
        type: ["array", "object"],
        items: { type: "string" },
        minItems: 1,
        properties: { add: { type: "array", items: { type: "string" } } },
        required: ["add"],
        additionalProperties: false,
        default: ["a"],
        description: "Some names",
      },
    });
  });
});
