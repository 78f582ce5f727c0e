import { resolve } from "node:path";
import { buildSync } from "esbuild";

/** Folders under `functions/` with a handler. */
export type FunctionName = "serialize-image" | "classify-image" | "filter-inference";

const PROJECT_ROOT = resolve(__dirname, "..");

/**
 * Bundles a Lambda function with all it imports, the AWS SDK included, into the text of one
 * ES module `index.mjs` that exports `handler`. The same sources and dependencies give the same
 * text on every machine and from every directory, so an unchanged function is not deployed again.
 * @throws Error of esbuild if the function does not build
 */
export function bundleFunction(name: FunctionName): string {
  return bundleModule(`functions/${name}/handler.ts`);
}

/** Bundles any module in the same way. @param entryPoint from the project's folder */
export function bundleModule(entryPoint: string): string {
  const { outputFiles } = buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    minify: true,
    legalComments: "none",
    platform: "node",
    format: "esm",
    // The runtime is nodejs24.x, but local runs execute the same bundle on the oldest Node.js that
    // the project supports.
    target: "node20",
    // Codecs are within, as text until a picture needs them ("imports" in package.json).
    conditions: ["bundled", "module"],
    loader: { ".wasm": "base64" },
    // Of packages in both forms the ES module: it can be stripped of what is not used.
    mainFields: ["module", "main"],
    // CommonJS dependencies call `require` for Node.js's own modules; ES modules have none.
    banner: {
      js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
    },
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("");
}
