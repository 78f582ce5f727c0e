import { onTypes, type ResourceRule } from "../../support/rule";
import { ENDPOINT_CONFIGURATION } from "./resource";

/**
 * Every change replaces an endpoint configuration, and the endpoint can only move to a new one
 * while the old one is still there: with a fixed name the two collide. When a policy sees the
 * inputs, the provider has already filled in its own name, which ends in random digits. That name
 * is known even in a preview, so an unknown one was chosen by the program.
 */
export const disallowFixedName: ResourceRule = {
  name: "sagemaker-endpoint-configuration-disallow-fixed-name",
  displayName: "Endpoint configurations can be replaced",
  description: "An endpoint configuration must not have a fixed name.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "availability"],
  remediationSteps:
    "Leave out `name`, so that each configuration gets one of its own, or use `namePrefix`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html",
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report, args) => {
    const name = configuration.at("name");
    if (
      !name.isAbsent &&
      !name.is((value) => typeof value === "string" && isAutomatic(value, args.name))
    ) {
      report("A fixed name makes replacement impossible: leave out `name`, or use `namePrefix`.");
    }
  }),
};

/** `<resource's name>-<7 or more hexadecimal digits>`, whatever a naming pattern puts before it. */
function isAutomatic(name: string, resourceName: string): boolean {
  const end = name.lastIndexOf("-");
  return name.slice(0, end).endsWith(resourceName) && /^-[0-9a-f]{7,}$/.test(name.slice(end));
}
