import { expect } from "chai";
import { defineSettings, PolicySettingsError } from "../../../policy/support/settings";

const settings = defineSettings({
  limit: { type: "integer", default: 3, description: "A number" },
  names: { type: "array", items: { type: "string" }, default: ["a"], description: "Some names" },
});

function given(config: object) {
  return { getConfig: <T extends object>() => config as T };
}

describe("policy support defineSettings", () => {
  it("gives the defaults where the config is silent", () => {
    expect(settings.read(given({ limit: 7 }))).to.deep.equal({ limit: 7, names: ["a"] });
  });

  it("refuses a setting that does not exist, naming those that do", () => {
    expect(() => settings.read(given({ limits: 7 })))
      .to.throw(PolicySettingsError)
      .with.property("message", 'No setting is called "limits"; there is: limit, names');
  });

  it("declares the same definitions as the policy's schema", () => {
    expect(Object.keys(settings.schema.properties)).to.deep.equal(["limit", "names"]);
  });
});
