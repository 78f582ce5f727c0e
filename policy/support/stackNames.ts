import { isLike } from "./glob";
import { defineSettings } from "./settings";

/** The setting of rules that hold for some stacks only, by name. */
const settings = defineSettings({
  stacks: {
    type: "array",
    items: { type: "string" },
    default: [
      ...[
        "prod*",
        "prd*",
        "live*",
        "*-prod",
        "*.prod",
        "*_prod",
        "*-prd",
        "*-production",
        "*-live",
      ],
      ...["!product-*", "!non-*", "!*-non-prod", "!pre-*"],
    ],
    description:
      "Names of the stacks that the policy holds for, in any case; `*` is a wildcard, and `!` before a " +
      "form takes names out again",
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
  const isLikeAny = (forms: readonly string[]) =>
    forms.some((form) => isLike(stack.toLowerCase(), form.toLowerCase()));
  const without = stacks.flatMap((form) => (form.startsWith("!") ? [form.slice(1)] : []));
  if (!isLikeAny(stacks) || isLikeAny(without)) {
    args.notApplicable(`It holds for the stacks ${stacks.join(", ")}`);
  }
}
