import { readFileSync } from "node:fs";
import Module from "node:module";

// What the functions' bundles have as text is read from its file where nothing is bundled.
const { _extensions: loaders } = Module as unknown as {
  _extensions: Record<string, (module: NodeModule, file: string) => void>;
};
loaders[".wasm"] = (module, file) => {
  module.exports = readFileSync(file, "base64");
};
