import type {
  Policy,
  ReportViolation,
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { Property } from "./property";

/** What the SDK leaves optional and this pack does not. */
type Documented = Required<
  Pick<
    Policy,
    "displayName" | "enforcementLevel" | "severity" | "tags" | "remediationSteps" | "url"
  >
>;

/** Judges one resource by its inputs. */
export type ResourceRule = ResourceValidationPolicy & Documented;

/** Judges all resources of a stack together. */
export type StackRule = StackValidationPolicy & Documented;

/**
 * A check of resources of certain types; for all others the policy is not applicable. Types are
 * compared as text, so that the pack starts without loading a provider's SDK.
 *
 * @param types tokens, for example `aws:lambda/function:Function`
 */
export function onTypes(
  types: readonly string[],
  check: (resource: Property, report: ReportViolation, args: ResourceValidationArgs) => void,
): ResourceValidation {
  return (args, report) => {
    if (!types.includes(args.type)) {
      args.notApplicable(`It applies to ${types.join(", ")}`);
    }
    check(Property.of(args.props), report, args);
  };
}
