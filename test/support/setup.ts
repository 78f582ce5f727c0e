/** Loaded before all tests. */
import { mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createWorkFolder } from "../../common/workFolder";

// The AWS SDK announces which Node versions it will stop supporting, in every thread that loads it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** Names the run's temporary folder to the processes that it starts, mocha's own among them. */
const MARK = "ML_WORKFLOW_AWS_TEST_TMPDIR";

/** Where the TypeScript loader keeps what it has compiled: all runs go on using the same. */
const LOADER_CACHE = `tsx-${process.geteuid?.() ?? userInfo().username}`;

/**
 * Everything that a run of the tests writes for a while is in one folder: what is left in it at the
 * end is a fault, and what a killed run leaves, the next one removes.
 */
if (process.env[MARK] === undefined) {
  const outer = realpathSync(tmpdir());
  const folder = createWorkFolder(outer, "ml-workflow-aws-test");
  mkdirSync(join(outer, LOADER_CACHE), { recursive: true });
  symlinkSync(join(outer, LOADER_CACHE), join(folder, LOADER_CACHE));
  process.env[MARK] = folder;
  process.env["TMPDIR"] = folder;
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}

/** Once, after all tests, whether or not they ran in parallel. */
export function mochaGlobalTeardown(): void {
  const left = readdirSync(tmpdir()).filter((name) => name !== LOADER_CACHE);
  if (left.length > 0) {
    throw new Error(`The tests left in the temporary folder: ${left.join(", ")}`);
  }
}
