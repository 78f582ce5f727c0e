/**
 * Where the engine begins. All of it is about time: every preview waits for it.
 *
 * Of Pulumi's SDK a pack needs assets and outputs. Its index would load much more, npm's own client
 * among it, for longer than all else takes; so `@pulumi/policy` is given an index that loads what
 * it is asked for.
 */
"use strict";

const Module = require("node:module");

// From 22 on, Node.js remembers what it has compiled.
Module.enableCompileCache?.(`${__dirname}/node_modules/.cache/compiled`);

const fromSdk = Module.createRequire(require.resolve("@pulumi/policy"));
const index = fromSdk.resolve("@pulumi/pulumi");
const PARTS = {
  asset: () => fromSdk("@pulumi/pulumi/asset"),
  Output: () => fromSdk("@pulumi/pulumi/output").Output,
};

if (require.cache[index] === undefined) {
  require.cache[index] = Object.assign(new Module(index), {
    loaded: true,
    exports: new Proxy(
      {},
      { get: (_, name) => (Object.hasOwn(PARTS, name) ? PARTS[name]() : whole()[name]) },
    ),
  });
}

let sdk;

function whole() {
  if (sdk === undefined) {
    Reflect.deleteProperty(require.cache, index);
    sdk = fromSdk(index);
  }
  return sdk;
}

require("./compiled.cjs").load().start();
