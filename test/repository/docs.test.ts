import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { scripts } from "../../package.json";
import { PROJECT_ROOT } from "../support/project";

const DOCUMENTS = [
  ...readdirSync(PROJECT_ROOT).filter((file) => file.endsWith(".md")),
  ...readdirSync(path.join(PROJECT_ROOT, "docs")).map((file) => `docs/${file}`),
];

describe("documents", () => {
  for (const document of DOCUMENTS) {
    const text = readFileSync(path.join(PROJECT_ROOT, document), "utf8");

    it(`${document} links to files and headings that are there`, () => {
      const prose = text.replace(/```[^]*?```/g, "");
      for (const [, target = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) {
          continue;
        }
        const [file = "", heading] = target.split("#");
        const linked = path.join(PROJECT_ROOT, path.dirname(document), file);
        const found = file === "" ? path.join(PROJECT_ROOT, document) : linked;
        expect(existsSync(found), target).to.equal(true);
        if (heading !== undefined) {
          expect(headings(readFileSync(found, "utf8")), target).to.include(heading);
        }
      }
    });

    it(`${document} names only scripts that package.json has`, () => {
      for (const [, name = ""] of text.matchAll(/npm run ([a-z][a-z:]*)/g)) {
        expect(Object.keys(scripts), name).to.include(name);
      }
    });
  }
});

/** The anchors of a document's headings, as GitHub makes them. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}
