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
  Documented & { readonly validateResource: TypedValidation };

/** Judges all resources of a stack together. Some look at each one's inputs before. */
export type StackRule = StackValidationPolicy &
  Documented & { readonly validateResource?: TypedValidation };

/**
 * A check of resources of certain types; for all others the policy is not applicable. Types are
 * compared as text, so that the pack starts without loading a provider's SDK.
 *
 * @param types tokens, for example `aws:lambda/function:Function`
 */
export function onTypes(
  types: readonly string[],
  check: (resource: Property, report: ReportViolation, args: ResourceValidationArgs) => void,
): TypedValidation {
  const declineOthers = decliningOthers(types);
  const validation = (args: ResourceValidationArgs, report: ReportViolation) => {
    declineOthers(args);
    check(Property.of(args.props), report, args);
  };
  // By the second the SDK, where it serves a rule in its own way, knows not to ask about other types.
  return Object.assign(validation, { types }, types.length === 1 && { __pulumiType: types[0] });
}

/**
 * A check that may say which types of resources it is about, and declines all others: it need not be
 * asked about them (`answers.ts`).
 */
export type TypedValidation = ResourceValidation & { readonly types?: readonly string[] };

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
  const decline = declining(aboutOthers(types));
  const isMeant = meant(types);
  return (args, report) => {
    if (!args.resources.some(isMeant)) {
      decline(args);
    }
    judgeMembers(args, report, check, inputs, (stack) => stack.ofTypes(types));
  };
}

/** The same of every resource whose type is of a form: for what is told by names of properties. */
export function onEachLike(form: RegExp, check: StackCheck): StackValidation {
  return (args, report) => {
    judgeMembers(args, report, check, new Map(), (stack) => stack.ofTypes(stack.typesLike(form)));
  };
}

function judgeMembers(
  args: StackValidationArgs,
  report: Parameters<StackValidation>[1],
  check: StackCheck,
  inputs: ReadonlyMap<string, Property>,
  chosen: (stack: Stack) => readonly Member[],
): void {
  const stack = new Stack(
    args.resources.map((resource) => new Member(resource, inputs.get(resource.urn))),
  );
  for (const member of chosen(stack)) {
    check(member, stack, (message) => report(message, member.urn), args);
  }
}

function meant(types: readonly string[]): (resource: { readonly type: string }) => boolean {
  const known = new Set(types);
  return ({ type }) => known.has(type);
}

function decliningOthers(types: readonly string[]): (args: ResourceValidationArgs) => void {
  const decline = declining(aboutOthers(types));
  const isMeant = meant(types);
  return (args) => {
    if (!isMeant(args)) {
      decline(args);
    }
  };
}

/** Short, because it is sent for most resources by most policies. */
function aboutOthers(types: readonly string[]): string {
  return `It applies to ${types[0]}${types.length > 1 ? ` and ${types.length - 1} more` : ""}`;
}

/**
 * Declares a policy not applicable for a reason that is always the same. The SDK does it by an error,
 * with a stack trace each time; one is enough.
 */
export function declining(
  reason: string,
): (args: Pick<ResourceValidationArgs, "notApplicable">) => never {
  let declined: unknown;
  return (args) => {
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
