/**
 * Mutation testing of the policy pack: `npm run policy:mutation -- policy/s3 policy/support/glob.ts`.
 * Changes the code in small ways, runs the tests that cover each change, and prints which changes
 * no test noticed. Without folders or files it takes the whole pack, for hours.
 *
 * Stryker is installed into `out/`, not with the project: few need it, and its runner works with an
 * earlier mocha than ours.
 */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import * as path from "node:path";
import { PROJECT_ROOT } from "../support/project";

const TOOLS = path.join(PROJECT_ROOT, "out/policy-mutation");
/** 9 is the last that runs on Node.js 20. */
const PACKAGES = [
  "@stryker-mutator/core@9.6.1",
  "@stryker-mutator/mocha-runner@9.6.1",
  "mocha@11.7.5",
];

const npm = process.env["npm_execpath"];
if (npm === undefined) {
  console.error("Start this with npm: npm run policy:mutation -- policy/support");
  process.exit(2);
}

const chosen = process.argv.slice(2).map((name) => {
  const found = statSync(path.join(PROJECT_ROOT, name), { throwIfNoEntry: false });
  if (found === undefined || !/^policy\//.test(name)) {
    console.error(`There is no ${name} in policy/`);
    process.exit(2);
  }
  return found.isDirectory() ? `${name.replace(/\/$/, "")}/**/*.ts` : name;
});

const run = (script: string, ...args: string[]) => {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: PROJECT_ROOT,
    stdio: "inherit",
  });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
};
const quietly = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
run(npm, "install", "--prefix", TOOLS, ...quietly, ...PACKAGES);
run(
  path.join(TOOLS, "node_modules/@stryker-mutator/core/bin/stryker.js"),
  ...["run", "test/policy/stryker.json"],
  ...(chosen.length === 0 ? [] : ["--mutate", chosen.join(",")]),
);
