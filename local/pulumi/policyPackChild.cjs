/**
 * Runs a policy pack in a process of its own: `policyPackChild <folder of the pack>`. It is no
 * TypeScript, so that a pack that is none either need not wait for what loads it.
 */
"use strict";

const { createRequire } = require("node:module");
const path = require("node:path");

// Whoever started us is gone: nobody is left to ask the pack anything.
process.on("disconnect", () => process.exit());

// The one thing that is asked beside the protocol.
process.on("message", () => process.send(process.cpuUsage()));

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error("usage: policyPackChild <folder of the pack>");
}
// The SDK reads the pack's version from the current directory, and prints its port when it listens.
process.chdir(folder);
const { main = "" } = require(path.join(folder, "package.json"));
if (main.endsWith(".ts")) {
  require("tsx/cjs");
}
createRequire(__filename)(folder);
