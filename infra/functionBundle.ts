import { resolve } from "node:path";
import { buildSync, version, type BuildOptions } from "esbuild";

/** Folders under `functions/` with a handler. */
export type FunctionName = "serialize-image" | "classify-image" | "filter-inference";

/** One ES module with all that it needs. */
export interface Bundle {
  readonly text: string;
  /** Files that it was made of, from the project's folder. */
  readonly inputs: readonly string[];
}

/** The project's folder. */
export const PROJECT_ROOT = resolve(__dirname, "..");

const OPTIONS = {
  bundle: true,
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
} satisfies BuildOptions;

/** By what, besides its inputs, a bundle is decided. */
export const BUNDLER = JSON.stringify([version, OPTIONS]);

/**
 * Bundles a Lambda function with all it imports, the AWS SDK included, into an ES module
 * `index.mjs` that exports `handler`. The same sources and dependencies give the same text on every
 * machine and from every directory, so an unchanged function is not deployed again.
 * @param project folder of the sources
 * @throws Error of esbuild if the function does not build
 */
export function bundleFunction(name: FunctionName, project = PROJECT_ROOT): Bundle {
  return bundleModule(`functions/${name}/handler.ts`, project);
}

/** Bundles any module in the same way. @param entryPoint from the project's folder */
export function bundleModule(entryPoint: string, project = PROJECT_ROOT): Bundle {
  const { outputFiles, metafile } = buildSync({
    ...OPTIONS,
    absWorkingDir: project,
    entryPoints: [entryPoint],
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return {
    text: outputFiles.map(({ text }) => text).join(""),
    inputs: Object.keys(metafile.inputs),
  };
}
