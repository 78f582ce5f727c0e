/** Exceptions of single resources from single policies, with a reason and an end. */
import type { ReportViolation, ResourceValidation } from "@pulumi/policy";
import { isLike } from "./glob";
import { insteadOf } from "./names";
import type { ResourceRule, StackRule, TypedValidation } from "./rule";

interface Exception {
  /** Pattern of the URNs of those that are excepted. */
  readonly urn: string;
  readonly reason: string;
  /** The last day of the exception, `YYYY-MM-DD` in UTC. */
  readonly until: string;
}

/** An exception in a policy's config that says too little, or would except too much. */
export class PolicyExceptionError extends Error {
  override readonly name = "PolicyExceptionError";
}

const KEYS: readonly string[] = ["urn", "reason", "until"] satisfies (keyof Exception)[];

/** Exceptions are granted anew at least once a year. */
const LONGEST_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The setting that {@link withExceptions} gives to a policy. */
const EXCEPTIONS = {
  type: "array",
  items: { type: "object" },
  default: [],
  description: "Resources that the policy excepts, each by `urn`, `reason` and `until`",
} as const;

type Configured = { getConfig<T extends object>(): T };

/** The SDK's callback takes more than its type says (`makeReportViolationFun` in its `server.js`). */
type Report = (
  violation: string | { message: string; urn: string; enforcementLevel: "advisory" },
  urn?: string,
) => void;

/**
 * The same rule with a setting for exceptions. What it has against an excepted resource becomes an
 * advisory note with the reason, and is not mended; when the exception has ended, it counts again.
 * @param now the present time
 */
export function withExceptions(
  rule: ResourceRule | StackRule,
  now: () => Date = () => new Date(),
): ResourceRule | StackRule {
  const configSchema = {
    ...rule.configSchema,
    properties: { ...rule.configSchema?.properties, exceptions: EXCEPTIONS },
  };

  const excepting =
    (args: Configured, report: ReportViolation, subject?: string): ReportViolation =>
    (message, urn = subject) => {
      const exception = urn === undefined ? undefined : exceptionOf(args, urn, now());
      if (urn === undefined || exception === undefined) {
        report(message, urn);
      } else if (hasEnded(exception, now())) {
        report(`${message} Its exception ended on ${exception.until}: ${exception.reason}.`, urn);
      } else {
        const { until, reason } = exception;
        (report as Report)({
          // The SDK puts the description before texts alone.
          message: `${rule.description}\nExcepted until ${until}, because: ${reason}. ${message}`,
          urn,
          enforcementLevel: "advisory",
        });
      }
    };

  if ("validateStack" in rule) {
    const { validateStack } = rule;
    // What it has to say of single resources it says here: before, it only looks at them.
    return {
      ...rule,
      configSchema,
      validateStack: (args, report) =>
        validateStack(withoutExceptions(args), excepting(args, report)),
    };
  }
  const { validateResource, remediateResource } = rule;
  return {
    ...rule,
    configSchema,
    // What is assigned tells which types the rule is about.
    validateResource: Object.assign<ResourceValidation, TypedValidation>(
      (args, report) =>
        validateResource(withoutExceptions(args), excepting(args, report, args.urn)),
      validateResource,
    ),
    ...(remediateResource === undefined
      ? {}
      : {
          remediateResource: (args) => {
            const exception = exceptionOf(args, args.urn, now());
            return exception === undefined || hasEnded(exception, now())
              ? remediateResource(withoutExceptions(args))
              : undefined;
          },
        }),
  };
}

/** The exception of a resource that holds the longest. */
function exceptionOf(args: Configured, urn: string, now: Date): Exception | undefined {
  const { exceptions } = args.getConfig<{ exceptions?: unknown }>();
  const [stack, project, types = "", ...name] = urn.split("::");
  // Patterns need not know which components a resource is in.
  const alone = [stack, project, types.split("$").at(-1), ...name].join("::");
  return readExceptions(exceptions, now)
    .filter((each) => [urn, alone].some((form) => isLike(form, each.urn)))
    .sort((a, b) => b.until.localeCompare(a.until))[0];
}

function hasEnded({ until }: Exception, now: Date): boolean {
  return until < dayOf(now);
}

/** The rule itself knows nothing of exceptions. */
function withoutExceptions<A extends Configured>(args: A): A {
  return {
    ...args,
    getConfig: <T extends object>() => {
      const config = { ...args.getConfig<T & { exceptions?: unknown }>() };
      delete config.exceptions;
      return config;
    },
  };
}

/**
 * The exceptions in a policy's config.
 * @param given the setting as it is in the config; none if it is absent
 * @throws {PolicyExceptionError} when one of them lacks something, does not say which resource it
 * is about, or is for longer than a year
 */
export function readExceptions(given: unknown, now: Date): readonly Exception[] {
  if (given !== undefined && !Array.isArray(given)) {
    throw new PolicyExceptionError("`exceptions` is a list of `urn`, `reason` and `until` each");
  }
  return (given ?? []).map((each: unknown, index) => {
    const complaint = complaintOf(each, now);
    if (complaint !== undefined) {
      const { urn } = (each ?? {}) as Partial<Exception>;
      const which = typeof urn === "string" ? ` for "${urn}"` : "";
      throw new PolicyExceptionError(`Exception ${index + 1}${which}: ${complaint}`);
    }
    return each as Exception;
  });
}

/** What is wrong with an exception, and what it should be. */
function complaintOf(each: unknown, now: Date): string | undefined {
  if (typeof each !== "object" || each === null || Array.isArray(each)) {
    return "give it `urn`, `reason` and `until`";
  }
  const stray = Object.keys(each).find((key) => !KEYS.includes(key));
  if (stray !== undefined) {
    return `nothing is called "${stray}"; ${insteadOf(stray, KEYS)}`;
  }
  const { urn, reason, until } = each as Readonly<Record<string, unknown>>;
  if (typeof urn !== "string" || !namesResource(urn)) {
    return (
      "`urn` has to tell resources by their names, as in `*::aws:s3/bucket:Bucket::legacy-*`, " +
      "with three letters or more beside a wildcard"
    );
  }
  if (typeof reason !== "string" || reason.trim() === "") {
    return "`reason` has to say why";
  }
  if (typeof until !== "string" || !isDay(until)) {
    return `\`until\` is ${JSON.stringify(until)}; it has to be a day, as in 2027-03-31`;
  }
  const latest = dayOf(new Date(now.getTime() + LONGEST_DAYS * DAY_MS));
  return until > latest
    ? `\`until\` is ${until}, which is more than a year away; it can be ${latest} at most`
    : undefined;
}

/** Whether the last part of a URN's pattern, the name of the resource, leaves out most others. */
function namesResource(pattern: string): boolean {
  const name = pattern.split("::").at(-1) ?? "";
  const letters = name.replace(/[*?]/g, "");
  return pattern.includes("::") && letters !== "" && (letters === name || letters.length >= 3);
}

function isDay(text: string): boolean {
  const time = Date.parse(text);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && dayOf(new Date(time)) === text;
}

/** In UTC. */
function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
