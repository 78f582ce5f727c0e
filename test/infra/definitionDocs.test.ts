import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { DEFINITION_FILES, DEFINITION_FOLDER } from "../../infra/definitionDocs";
import { diagnose, validateDefinition } from "../support/asl";
import { PROJECT_ROOT } from "../support/project";

const FOLDER = path.join(PROJECT_ROOT, DEFINITION_FOLDER);

describe(DEFINITION_FOLDER, () => {
  it("has the definition of each state machine, and no other", () => {
    expect(readdirSync(FOLDER).sort()).to.deep.equal([...DEFINITION_FILES.keys()].sort());
  });

  for (const [name, definition] of DEFINITION_FILES) {
    describe(name, () => {
      it("is what the program deploys; write it anew with: npm run docs", () => {
        expect(readFileSync(path.join(FOLDER, name), "utf8")).to.equal(definition);
      });

      it("is valid to both validators", async () => {
        expect(validateDefinition(JSON.parse(definition) as object)).to.deep.equal([]);
        expect(await diagnose(definition)).to.deep.equal([]);
      });

      it("would be found faulty by AWS's own if a transition led nowhere, or a task named nothing to call", async () => {
        // Prepare
        const lost = definition.replace(/"Next": "[^"]+"/, '"Next": "Nowhere"');
        const idle = definition.replace(/"Resource": "[^"]+",\s*/, "");

        // Act and assess
        expect((await diagnose(lost)).join()).to.contain("must be the name of an existing state");
        expect((await diagnose(idle)).join()).to.contain('Missing property "Resource"');
      });
    });
  }
});
