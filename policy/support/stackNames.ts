import { isLike } from "./glob";
import { defineSettings } from "./settings";

/** The setting of rules that hold for some stacks only, by name. */
const settings = defineSettings({
  stacks: {
    type: "array",
    items: { type: "string" },
    default: ["prod*", "prd*", "live*", "*-prod", "*-prd", "*-production", "*-live"],
    description: "Names of the stacks that the policy holds for, in any case; `*` is a wildcard",
  },
});

export const stacksSchema = settings.schema;

/**
 * Declares a policy not applicable to a resource of a stack that it does not hold for.
 * @param urn `urn:pulumi:<stack>::<project>::...`
 */
export function onlyInStacks(
  urn: string,
  args: Parameters<typeof settings.read>[0] & { notApplicable(reason: string): never },
): void {
  const { stacks } = settings.read(args);
  const [, , stack = ""] = (urn.split("::")[0] ?? "").split(":");
  if (!stacks.some((form) => isLike(stack.toLowerCase(), form.toLowerCase()))) {
    args.notApplicable(`It holds for the stacks ${stacks.join(", ")}`);
  }
}
