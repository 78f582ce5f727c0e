import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { scripts } from "../../package.json";
import { PROJECT_ROOT } from "../support/project";

/** What every script may start: programs that `npm ci` installs, and Node.js itself with its npm. */
const PROGRAMS = /^(node|npm|mocha|c8|eslint|depcruise|prettier|tsc)$/;

describe("scripts of package.json", () => {
  for (const [name, script] of Object.entries<string>(scripts)) {
    it(`${name} runs in every shell, of what the project installs`, () => {
      for (const command of script.split(" && ")) {
        const [program = "", ...args] = command.split(" ");
        expect(program, "no variables before the command: cmd.exe has none").to.match(PROGRAMS);
        // Quotes, variables, pipes and globs mean something else, or nothing, in other shells.
        expect(command).not.to.match(/['"$|;<>*\\]/);
        for (const file of args.filter((arg) => /\.[a-z]+$/.test(arg))) {
          expect(existsSync(path.join(PROJECT_ROOT, file)), file).to.equal(true);
        }
      }
    });
  }

  /** Runs a program of the tests as its script does. */
  function run(file: string, args: readonly string[]) {
    const command = ["--import", "tsx", path.join(PROJECT_ROOT, file), ...args];
    return spawnSync(process.execPath, command, { cwd: PROJECT_ROOT, encoding: "utf8" });
  }

  it("fuzz takes how many archives, and from which seed on", () => {
    const { status, stdout } = run("test/etl/fuzz.ts", ["--runs", "1", "--seed", "3"]);
    expect(stdout).to.include("ends 1 times in a typed error or a right dataset");
    expect(status).to.equal(0);
  });

  it("fuzz says what it takes, asked or not", () => {
    const asked = run("test/etl/fuzz.ts", ["--help"]);
    const unknown = run("test/etl/fuzz.ts", ["--rounds", "1"]);
    expect(asked.stdout).to.match(/^Usage: npm run fuzz -- /);
    expect(asked.status).to.equal(0);
    expect(unknown.stderr).to.include("'--rounds'").and.include("Usage: npm run fuzz -- ");
    expect(unknown.status).to.equal(2);
  });

  it("fuzz refuses a number that is none, naming it", () => {
    const { status, stderr } = run("test/etl/fuzz.ts", ["--runs", "many"]);
    expect(status).to.equal(2);
    expect(stderr.trim()).to.equal('--runs takes a whole number from 1, not "many"');
  });

  it("test:node refuses what is no version", () => {
    for (const args of [[], ["latest"], ["test/etl/build.test.ts"]]) {
      const { status, stderr } = run("test/support/otherNode.ts", args);
      expect(status).to.equal(2);
      expect(stderr).to.match(/^Usage: npm run test:node -- VERSION/);
    }
  });
});
