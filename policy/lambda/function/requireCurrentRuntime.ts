import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { FUNCTION } from "./resource";

const settings = defineSettings({
  allowed: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    // "Lambda runtimes", AWS Lambda Developer Guide: those that are not deprecated by the end of 2026.
    default: [
      "nodejs24.x",
      "nodejs22.x",
      "python3.14",
      "python3.13",
      "python3.12",
      "python3.11",
      "java25",
      "java21",
      "java17",
      "dotnet10",
      "ruby3.4",
      "ruby3.3",
      "provided.al2023",
    ],
    description: "Runtimes that a function may use",
  },
});

export const requireCurrentRuntime: ResourceRule = {
  name: "lambda-function-require-current-runtime",
  displayName: "Functions run on current runtimes",
  description: "A Lambda function must use a runtime that still gets security patches.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["lambda", "security"],
  remediationSteps: "Set `runtime` to a current one of the same language.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  configSchema: settings.schema,
  validateResource: onTypes([FUNCTION], (resource, report, args) => {
    const { allowed } = settings.read(args);
    if (resource.at("packageType").is((value) => value === "Image")) {
      args.notApplicable("A container image brings its own runtime");
    }
    const runtime = resource.at("runtime");
    if (!runtime.mayBe((value) => allowed.includes(value as string))) {
      const alike = allowed.filter((each) =>
        runtime.is((value) => typeof value === "string" && languageOf(value) === languageOf(each)),
      );
      const choice = (alike.length > 0 ? alike : allowed).join(" or ");
      report(`The runtime is not current: set \`runtime\` to ${choice}.`);
    }
  }),
};

/** `python` of `python3.14`. */
function languageOf(runtime: string): string {
  return /^[a-z]*/.exec(runtime)?.[0] ?? "";
}
