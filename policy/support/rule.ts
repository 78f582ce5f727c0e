import type {
  Policy,
  ReportViolation,
  ResourceRemediation,
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { keepArchives } from "./archives";
import { Member } from "./member";
import { Property } from "./property";
import { Stack } from "./stack";

/** What the SDK leaves optional and this pack does not. */
type Documented = Required<
  Pick<
    Policy,
    "displayName" | "enforcementLevel" | "severity" | "tags" | "remediationSteps" | "url"
  >
>;

/** Judges one resource by its inputs. */
export type ResourceRule = ResourceValidationPolicy &
  Documented & { readonly validateResource: ResourceValidation };

/** Judges all resources of a stack together. Some look at each one's inputs before. */
export type StackRule = StackValidationPolicy &
  Documented & { readonly validateResource?: ResourceValidation };

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
  const declineOthers = decliningOthers(types);
  const validation: TypedValidation = Object.assign(
    (args: ResourceValidationArgs, report: ReportViolation) => {
      declineOthers(args);
      check(Property.of(args.props), report, args);
    },
    { declineOthers },
  );
  // The SDK does not even ask about resources of other types if it is told the one that matters, in
  // the way of its own `validateResourceOfType`.
  return types.length === 1 ? Object.assign(validation, { __pulumiType: types[0] }) : validation;
}

/**
 * A check that says which resources it is not about. Whoever wraps it asks that first: most
 * resources are not what most rules are about.
 */
export type TypedValidation = ResourceValidation & {
  readonly declineOthers?: (args: ResourceValidationArgs) => void;
};

/**
 * Mends resources of certain types, when the policy is run at the level `remediate`. What is
 * unknown cannot be copied, so the inputs are changed where they are.
 *
 * @param change changes `props`, and says whether it did; reads through `resource`
 */
export function mend(
  types: readonly string[],
  change: (
    resource: Property,
    props: Record<string, unknown>,
    args: ResourceValidationArgs,
  ) => boolean,
): ResourceRemediation {
  const declineOthers = decliningOthers(types);
  return async (args) => {
    declineOthers(args);
    if (!change(Property.of(args.props), args.props, args)) {
      return undefined;
    }
    await keepArchives(args.props);
    return args.props;
  };
}

type StackCheck = (
  member: Member,
  stack: Stack,
  report: (message: string) => void,
  args: StackValidationArgs,
) => void;

/**
 * A check of every resource of certain types with the others of its stack in view: for what is
 * settled by companions, of which one may be missing. What is reported is about the resource.
 */
export function onEach(types: readonly string[], check: StackCheck): StackValidation {
  return onEachOf(types, check, new Map());
}

/**
 * The same with what the program asked for in view as well (`Member.asked`): a stack policy is
 * given what the provider reports, so the inputs are kept from when they were analysed in the same
 * process, until the stack is.
 * @param companions other types of which the inputs are kept, too
 */
export function onEachAsAsked(
  types: readonly string[],
  check: StackCheck,
  companions: readonly string[] = [],
): Pick<StackRule, "validateResource" | "validateStack"> {
  const inputs = new Map<string, Property>();
  const judge = onEachOf(types, check, inputs);
  return {
    validateResource: onTypes([...types, ...companions], (resource, _report, { urn }) => {
      inputs.set(urn, resource);
    }),
    validateStack: (args, report) => {
      try {
        return judge(args, report);
      } finally {
        inputs.clear();
      }
    },
  };
}

function onEachOf(
  types: readonly string[],
  check: StackCheck,
  inputs: ReadonlyMap<string, Property>,
): StackValidation {
  const decline = declining(types);
  const isMeant = meant(types);
  const validation: StackValidation = (args, report) => {
    if (!args.resources.some(isMeant)) {
      decline(args);
    }
    const stack = new Stack(
      args.resources.map((resource) => new Member(resource, inputs.get(resource.urn))),
    );
    for (const member of stack.ofTypes(types)) {
      check(member, stack, (message) => report(message, member.urn), args);
    }
  };
  return types.length === 1 ? Object.assign(validation, { __pulumiType: types[0] }) : validation;
}

function meant(types: readonly string[]): (resource: { readonly type: string }) => boolean {
  const known = new Set(types);
  return ({ type }) => known.has(type);
}

function decliningOthers(types: readonly string[]): (args: ResourceValidationArgs) => void {
  const decline = declining(types);
  const isMeant = meant(types);
  return (args) => {
    if (!isMeant(args)) {
      decline(args);
    }
  };
}

/**
 * Declares a policy not applicable to all but certain types. The SDK does it by an error, with a
 * stack trace each time; as this happens for most resources in most policies, one error is enough.
 */
function declining(types: readonly string[]) {
  // Short, because it is sent for most resources by most policies.
  const reason = `It applies to ${types[0]}${types.length > 1 ? ` and ${types.length - 1} more` : ""}`;
  let declined: unknown;
  return (args: { notApplicable(reason: string): never }): never => {
    if (declined === undefined) {
      try {
        args.notApplicable(reason);
      } catch (error) {
        declined = error;
      }
    }
    throw declined;
  };
}
