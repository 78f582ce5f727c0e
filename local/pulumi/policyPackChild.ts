/** Runs a policy pack in a process of its own: `policyPackChild <folder of the pack>`. */
import { createRequire } from "node:module";

// Whoever started us is gone: nobody is left to ask the pack anything.
process.on("disconnect", () => process.exit());

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error("usage: policyPackChild <folder of the pack>");
}
// The SDK reads the pack's version from the current directory, and prints its port when it listens.
process.chdir(folder);
createRequire(__filename)(folder);
