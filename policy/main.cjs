/**
 * Where the engine begins. It has its own loader of TypeScript check types at every start, for
 * seconds in which a preview waits; so tsx loads it, and `npm run typecheck` checks. tsx looks at
 * every file that is loaded after it, so the SDK's come first.
 */
"use strict";

// From 22 on, Node.js remembers what it has compiled.
require("node:module").enableCompileCache?.(`${__dirname}/node_modules/.cache/compiled`);

require("@pulumi/policy");
require("tsx/cjs");
require("./index.ts");
