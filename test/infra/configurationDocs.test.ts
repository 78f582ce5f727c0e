import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { configurationDocument } from "../../infra/configurationDocs";
import { PROJECT_ROOT } from "../support/project";

describe("docs/configuration.md", () => {
  it("is what the schema says; write it anew with: npm run docs", () => {
    const document = readFileSync(path.join(PROJECT_ROOT, "docs/configuration.md"), "utf8");
    expect(document).to.equal(configurationDocument());
  });

  it("tells of every setting what it is, what is allowed and what it is unless given", () => {
    // Act
    const lines = configurationDocument().split("\n");
    const settings = lines.filter((line) => line.startsWith("- "));

    // Assess
    expect(settings).to.have.length.above(35);
    for (const line of settings) {
      expect(line).to.match(
        /^- `[a-zA-Z0-9.]+` \(.+; (required|optional|default `.+`)\)\. [A-Z0-9].+\.$/,
      );
      expect(line).not.to.contain("undefined");
    }
    expect(settings).to.include(
      "- `endpoint.capture` (whole number from 0 to 100; required). " +
        "Percentage of requests captured; policy demands all.",
    );
    expect(settings).to.include(
      "- `training.learningRate` (number above 0 to 1; default `0.005`). Initial learning rate.",
    );
  });
});
