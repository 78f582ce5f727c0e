/**
 * The pack as JavaScript. `npm pack` compiles it, for a package that starts without a compiler; a
 * checkout compiles it at the first start after a change. What does not come of exactly the
 * sources beside it is never run.
 */
"use strict";

const { createHash } = require("node:crypto");
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const COMPILED = path.join(__dirname, "dist/index.js");

/** What `index.ts` exports. */
function load() {
  const mark = markOf(__dirname);
  if (isMarked(mark)) {
    return require(COMPILED);
  }
  const code = compile(mark);
  try {
    write(code);
    return require(COMPILED);
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(error.code)) {
      throw error;
    }
    // Where nothing can be written, the next start compiles again.
    const compiled = new Module(COMPILED, module);
    compiled.paths = module.paths;
    compiled._compile(code, COMPILED);
    return compiled.exports;
  }
}

/** One file, with the SDK left out: there may be one of it only in a process. */
function compile(mark) {
  const { outputFiles } = require("esbuild").buildSync({
    entryPoints: ["index.ts"],
    absWorkingDir: __dirname,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    // A package has no tsconfig.json, and is compiled to the same.
    tsconfigRaw: {},
    banner: { js: mark },
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** Whole or not at all: another process may be starting. */
function write(code) {
  const unfinished = `${COMPILED}.${process.pid}`;
  mkdirSync(path.dirname(COMPILED), { recursive: true });
  try {
    writeFileSync(unfinished, code);
    renameSync(unfinished, COMPILED);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function isMarked(mark) {
  try {
    return readFileSync(COMPILED, "utf8").startsWith(mark);
  } catch (error) {
    if (error.code === "ENOENT") {
      return false;
    }
    throw error;
  }
}

/** The first line of what is compiled from these sources. */
function markOf(folder) {
  const hash = createHash("sha256");
  for (const file of sourcesIn(folder)) {
    hash.update(`${file}\0`).update(readFileSync(path.join(folder, file)));
  }
  return `// Compiled from ${hash.digest("hex")}\n`;
}

function sourcesIn(folder, inside = "") {
  return readdirSync(path.join(folder, inside), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.posix.join(inside, entry.name);
      if (entry.isDirectory()) {
        return NOT_LOOKED_INTO.includes(file) ? [] : sourcesIn(folder, file);
      }
      return file.endsWith(".ts") && !NOT_COMPILED.includes(file) ? [file] : [];
    });
}

/** Types of what is compiled, and what writes documents: a package has no use for the latter. */
const NOT_COMPILED = ["rules.d.ts", "docs.ts"];
const NOT_LOOKED_INTO = ["node_modules", "dist", "standards"];

module.exports = { load };

if (require.main === module) {
  write(compile(markOf(__dirname)));
}
