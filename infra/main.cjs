/**
 * Where Pulumi begins. All of it is about time: a preview is run many times a day.
 *
 * tsx loads TypeScript several times faster than Pulumi's own loader; `npm run typecheck` checks. It
 * looks at every file that is loaded after it, so the SDK's thousand come first.
 */
"use strict";

// The SDK notes for every resource where it was made, and maps those lines by `source-map-support`.
// Node.js does that itself, for tsx, and faster.
Error.prepareStackTrace = undefined;
// From 22 on, Node.js remembers what it has compiled.
require("node:module").enableCompileCache?.(`${__dirname}/../node_modules/.cache/compiled`);

require("./sdk.cjs");
require("tsx/cjs");
module.exports = require("./index.ts");
