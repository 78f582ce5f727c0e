/**
 * Who may import whom, checked by `npm run lint`. A room is a folder with one purpose; what it may
 * import says what it may know. Tests and benchmarks may import everything.
 */
const ROOMS = {
  contract: [],
  common: ["contract"],
  functions: ["contract", "common"],
  etl: ["contract", "common"],
  // Of the ETL only the recipe, for the dataset's resource has to know when it must be made again,
  // and whether a dataset can be made, which is to be known before anything is.
  infra: ["contract", "common", "etl/recipe.ts", "etl/preflight.ts"],
  policy: [],
  // Its bucket and key keep the same promises as the workflow's own.
  bootstrap: ["contract", "infra"],
  "local/cloud": [],
  "local/pulumi": ["contract", "common", "infra", "local/cloud"],
  doctor: ["contract", "common", "infra", "local/pulumi"],
  operations: ["contract", "common", "doctor/preflightCommand.ts", "local/pulumi/stackConfig.ts"],
  "local/run": ["contract", "common", "infra", "etl", "operations", "local/cloud", "local/pulumi"],
};

/** Rooms that run where there is no Pulumi. */
const WITHOUT_PULUMI = ["contract", "common", "functions", "etl", "local/cloud", "infra/commands"];

const inside = (...places) =>
  places.map((place) => (place.endsWith(".ts") ? `^${place}$` : `^${place}/`)).join("|");

export default {
  forbidden: [
    ...Object.entries(ROOMS).map(([room, others]) => ({
      name: `rooms-${room.replace("/", "-")}`,
      comment: `${room} imports ${others.join(", ") || "no other folder"}`,
      severity: "error",
      from: { path: inside(room) },
      // `package.json` is data about the project, not a room.
      to: {
        pathNot: `${inside(room, ...others)}|(^|/)node_modules/|^[a-z0-9_:/]+$|^package[.]json$`,
      },
    })),
    {
      name: "contract-imports-nothing",
      comment: "The contract runs anywhere, so it may not need anything",
      severity: "error",
      from: { path: inside("contract") },
      to: { pathNot: inside("contract") },
    },
    {
      name: "no-pulumi",
      comment: "This code runs where there is no Pulumi: in a function, a command, the cloud",
      severity: "error",
      from: { path: inside(...WITHOUT_PULUMI) },
      to: { path: "node_modules/@pulumi/" },
    },
    {
      name: "no-circle",
      comment: "Two files that need each other are one file, or three",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "named-dependencies",
      comment: "What a package imports, its own package.json names",
      severity: "error",
      from: { path: inside(...Object.keys(ROOMS)) },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown", "undetermined"] },
    },
    {
      name: "no-development-dependencies",
      comment: "`npm ci --omit=dev` must leave what a deployment needs",
      severity: "error",
      from: {
        path: inside(
          ...["contract", "common", "functions", "etl", "infra", "policy", "local/cloud"],
          "bootstrap",
        ),
      },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-tests-in-the-product",
      comment: "What only tests need is in test/",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^(test|bench)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // Imports of types only, too: they are knowledge as well.
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    moduleSystems: ["es6", "cjs"],
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
