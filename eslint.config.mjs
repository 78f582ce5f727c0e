import eslint from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "policy/node_modules/", "policy/dist/", "out/", "coverage/"] },
  eslint.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["**/*.ts"],
    plugins: { "@pulumi": pulumi },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // A side-effect-only `new Resource(...)` is how Pulumi programs are written.
      "no-new": "off",
      eqeqeq: "error",
    },
  },
  {
    // One place says where the stack is.
    files: ["infra/**/*.ts"],
    ignores: ["infra/account.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["getCallerIdentityOutput", "getPartitionOutput", "getRegionOutput"].map((property) => ({
          object: "aws",
          property,
          message: "Ask infra/account.ts.",
        })),
      ],
    },
  },
  {
    // One place has its telemetry off.
    files: ["**/*.ts"],
    ignores: ["local/cloud/containers/image-classification/runtime.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "onnxruntime-node",
              message: "Ask local/cloud/containers/image-classification/runtime.ts.",
            },
          ],
        },
      ],
    },
  },
  {
    // Each loads all that it has; the program previews faster with what it uses.
    files: ["infra/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { name: "@pulumi/aws", message: "Ask infra/aws.ts." },
        { name: "@pulumi/awsx", message: "Import the component's module." },
      ],
    },
  },
  {
    // What a policy reads was written by others, and may be of any length.
    files: ["policy/**/*.ts"],
    plugins: { regexp },
    rules: {
      "regexp/no-super-linear-backtracking": ["error", { report: "potential" }],
      "regexp/no-super-linear-move": ["error", { report: "potential" }],
    },
  },
  {
    // Node.js reads them before anything could be loaded that knows TypeScript.
    files: ["**/*.cjs"],
    languageOptions: {
      globals: {
        __dirname: "readonly",
        __filename: "readonly",
        exports: "readonly",
        module: "readonly",
        process: "readonly",
        require: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    // `expect(x).to.be.true` is an expression by design.
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
