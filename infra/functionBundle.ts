import { basename, resolve } from "node:path";
import { buildSync, version, type BuildOptions } from "esbuild";

/** Folders under `functions/` with a handler. */
export type FunctionName =
  | "serialize-image"
  | "classify-image"
  | "filter-inference"
  | "monitor-drift"
  | "prepare-review"
  | "review-page";

/** A module with all that it needs. */
export interface Bundle {
  /** By name: `index.js`, a CommonJS module, and what it reads beside itself. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Files that it was made of, from the project's folder. */
  readonly inputs: readonly string[];
}

/** The project's folder. */
export const PROJECT_ROOT = resolve(__dirname, "..");

/** Packages that the functions have no use for, though the SDK's clients import them. */
const SUBSTITUTES = {
  "@aws-sdk/credential-provider-node": "./functions/substitutes/credentials.ts",
  "@smithy/core/event-streams": "./functions/substitutes/eventStreams.ts",
};

const OPTIONS = {
  bundle: true,
  minify: true,
  legalComments: "none",
  platform: "node",
  // To import Node.js's own modules into an ES module takes longer: all they export is looked up.
  format: "cjs",
  // Nor does the SDK import them later, which would start Node.js's loader of ES modules.
  supported: { "dynamic-import": false },
  // The runtime is nodejs24.x, but local runs execute the same bundle on the oldest Node.js that
  // the project supports.
  target: "node20",
  // Codecs are files beside the module, which a picture may need ("imports" in package.json).
  conditions: ["bundled", "module"],
  loader: { ".wasm": "file" },
  assetNames: "[name]",
  alias: SUBSTITUTES,
  // Of packages in both forms the ES module: it can be stripped of what is not used.
  mainFields: ["module", "main"],
} satisfies BuildOptions;

/** By what, besides its inputs, a bundle is decided. */
export const BUNDLER = JSON.stringify([version, OPTIONS]);

/**
 * Bundles a Lambda function with all it imports, the AWS SDK included, into a module that exports
 * `handler`. The same sources and dependencies give the same bytes on every machine and from every
 * directory, so an unchanged function is not deployed again.
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
    entryPoints: [{ in: entryPoint, out: "index" }],
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [basename(path), contents])),
    inputs: Object.keys(metafile.inputs),
  };
}
