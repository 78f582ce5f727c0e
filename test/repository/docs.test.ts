import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { scripts } from "../../package.json";
import { PROJECT_ROOT } from "../support/project";

const textsIn = (folder: string) =>
  readdirSync(path.join(PROJECT_ROOT, folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.posix.join(folder, file));

const DOCUMENTS = [...textsIn("."), ...textsIn("docs"), "policy/README.md"];

describe("documents", () => {
  for (const document of DOCUMENTS) {
    const text = readFileSync(path.join(PROJECT_ROOT, document), "utf8");

    it(`${document} links to files and headings that are there`, () => {
      const prose = text.replace(/```[^]*?```/g, "");
      for (const [, target = ""] of [
        ...prose.matchAll(/\]\(([^)\s]+)\)/g),
        ...prose.matchAll(/\bsrc(?:set)?="([^"]+)"/g),
      ]) {
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

    // What has been removed is named where its removal is told.
    const today = document === "CHANGELOG.md" ? text.replace(/### Removed[^#]*/g, "") : text;

    it(`${document} names only scripts that package.json has`, () => {
      for (const [, name = ""] of today.matchAll(/npm run ([a-z][a-z:]*)/g)) {
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

describe("configurations of the editor", () => {
  interface Launch {
    readonly name: string;
    readonly program: string;
    readonly args: readonly string[];
  }
  const launch = JSON.parse(
    readFileSync(path.join(PROJECT_ROOT, ".vscode/launch.json"), "utf8"),
  ) as { readonly configurations: readonly Launch[] };
  const place = (text: string) => text.replace("${workspaceFolder}", PROJECT_ROOT);

  for (const { name, program } of launch.configurations) {
    it(`${name} starts a program that is there`, () => {
      expect(existsSync(place(program)), program).to.equal(true);
    });
  }

  it("run a test as `npm test` does", () => {
    const [test] = launch.configurations;
    const { require: modules } = JSON.parse(
      readFileSync(path.join(PROJECT_ROOT, ".mocharc.json"), "utf8"),
    ) as { require: readonly string[] };
    const given = test?.args.filter((_, at) => test.args[at - 1] === "--require");
    expect(given).to.deep.equal(modules);
  });
});

describe("CONTRIBUTING.md", () => {
  it("names every room that lint knows", () => {
    const text = readFileSync(path.join(PROJECT_ROOT, "CONTRIBUTING.md"), "utf8");
    const rules = readFileSync(path.join(PROJECT_ROOT, ".dependency-cruiser.mjs"), "utf8");
    const rooms = /const ROOMS = \{([^}]*)\}/.exec(rules)?.[1] ?? "";
    const named = [...rooms.matchAll(/^ {2}"?([a-z/]+)"?: \[/gm)].map(([, room]) => room);
    expect(named).to.include("contract").and.have.length.at.least(10);
    for (const room of named) {
      expect(text).to.include(`| \`${room ?? ""}\` `);
    }
  });
});
