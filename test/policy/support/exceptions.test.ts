import { expect } from "chai";
import {
  PolicyExceptionError,
  readExceptions,
  withExceptions,
} from "../../../policy/support/exceptions";
import {
  onEach,
  onTypes,
  mend,
  type ResourceRule,
  type StackRule,
} from "../../../policy/support/rule";
import { requireTls } from "../../../policy/s3/bucket/requireTls";
import { complaints, judge, judgeStack, remediate, subject } from "../../support/policy";

const NOW = new Date("2026-11-26T23:59:59Z");
const BUCKET = "aws:s3/bucket:Bucket";
const { displayName, enforcementLevel, severity, tags, remediationSteps, url } = requireTls;
const documented = { displayName, enforcementLevel, severity, tags, remediationSteps, url };

const colour: ResourceRule = {
  ...documented,
  name: "colour",
  description: "Everything is red.",
  configSchema: { properties: { red: { type: "string", default: "red", description: "Red" } } },
  validateResource: onTypes([BUCKET], (resource, report, args) => {
    // What a rule reads of its config is its own.
    expect(Object.keys(args.getConfig<object>())).to.deep.equal(["red"]);
    if (!resource.at("colour").is((value) => value === "red")) {
      report("Set `colour` to red.");
    }
  }),
  remediateResource: mend([BUCKET], (_resource, props) => {
    props["colour"] = "red";
    return true;
  }),
};
const company: StackRule = {
  ...documented,
  name: "company",
  description: "Nobody is alone.",
  validateStack: onEach([BUCKET], (_member, _stack, report) => report("Add a friend.")),
};

const legacy = subject(BUCKET, { colour: "blue" }, { name: "legacy-logs" });
const other = subject(BUCKET, { colour: "blue" }, { name: "logs" });
const exception = {
  urn: `*::${BUCKET}::legacy-*`,
  reason: "It goes with the old account",
  until: "2026-11-26",
};
const ended = { ...exception, until: "2026-11-25" };
const config = (...exceptions: object[]) => ({ exceptions });

function excepting(rule: ResourceRule | StackRule, now = NOW) {
  return withExceptions(rule, () => now);
}

describe("exceptions from a rule", () => {
  it("turn what it has against a resource into a note with the reason, on the last day too", async () => {
    // Act
    const [found, rest] = await Promise.all([
      judge(excepting(colour), legacy, config(exception)),
      judge(excepting(colour), other, config(exception)),
    ]);

    // Assess
    expect(found.violations).to.deep.equal([]);
    expect(found.notes).to.deep.equal([
      "Everything is red.\n" +
        "Excepted until 2026-11-26, because: It goes with the old account. Set `colour` to red.",
    ]);
    expect(rest.violations.map(({ message }) => message)).to.deep.equal(["Set `colour` to red."]);
    expect(rest.notes).to.deep.equal([]);
  });

  it("do so for one resource among those of a stack", async () => {
    const found = await judgeStack(
      excepting(company) as StackRule,
      [legacy, other],
      config(exception),
    );
    expect(found.violations).to.deep.equal([{ message: "Add a friend.", urn: other.urn }]);
    expect(found.notes).to.have.length(1);
  });

  it("say nothing of a resource that keeps the rule", async () => {
    const right = { ...legacy, props: { colour: "red" } };
    const { notes, violations } = await judge(excepting(colour), right, config(exception));
    expect([notes, violations]).to.deep.equal([[], []]);
  });

  it("count again when they have ended, and say that they have", async () => {
    expect(await complaints(excepting(colour), legacy, config(ended))).to.deep.equal([
      "Set `colour` to red. Its exception ended on 2026-11-25: It goes with the old account.",
    ]);
  });

  it("hold until the latest of several that fit", async () => {
    for (const both of [config(ended, exception), config(exception, ended)]) {
      expect((await judge(excepting(colour), legacy, both)).notes).to.have.length(1);
    }
  });

  it("fit a resource in a component without naming the component", async () => {
    const child = { ...legacy, urn: legacy.urn.replace(BUCKET, `my:index:Home$a:b:C$${BUCKET}`) };
    const whole = { ...exception, urn: "*::my:index:Home$*::legacy-logs" };
    for (const each of [exception, whole]) {
      expect((await judge(excepting(colour), child, config(each))).notes).to.have.length(1);
    }
    expect((await judge(excepting(colour), legacy, config(whole))).violations).to.have.length(1);
  });

  it("keep a resource from being mended, until they have ended", async () => {
    const rule = excepting(colour) as ResourceRule;
    expect(await remediate(rule, legacy, config(exception))).to.equal(undefined);
    for (const given of [{}, config(), config(ended)]) {
      expect(await remediate(rule, legacy, given)).to.deep.equal({ colour: "red" });
    }
  });

  it("leave alone what a rule is and is about", () => {
    const { validateResource, configSchema } = excepting(colour) as ResourceRule;
    expect(validateResource).to.include({ types: colour.validateResource.types });
    expect(validateResource).to.have.property("__pulumiType", BUCKET);
    expect(Object.keys(configSchema?.properties ?? {})).to.deep.equal(["red", "exceptions"]);
    expect(excepting(company)).to.not.have.any.keys("validateResource", "remediateResource");
    expect(excepting(requireTls)).to.include.keys("validateResource", "validateStack");
    expect(excepting(requireTls)).to.not.have.property("remediateResource");
  });

  it("are not looked for when a resource is of another type", async () => {
    // Prepare
    const { validateResource } = excepting(colour) as ResourceRule;
    const args = {
      ...{ type: "other:index:Thing", urn: other.urn },
      getConfig: () => expect.fail("The config was read"),
      notApplicable: () => {
        throw new RangeError("not applicable");
      },
    };

    // Act
    const judged = () => validateResource(args as never, () => undefined);

    // Assess
    expect(judged).to.throw(RangeError, "not applicable");
  });

  it("go by the clock unless told otherwise", async () => {
    const day = (days: number) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const judged = (until: string) =>
      judge(withExceptions(colour), legacy, config({ ...exception, until }));
    expect((await judged(day(1))).notes).to.have.length(1);
    expect((await judged(day(-1))).violations).to.have.length(1);
  });
});

describe("an exception in the config", () => {
  for (const [title, change] of [
    ["for a year", { until: "2027-11-27" }],
    ["that has ended long ago", { until: "2020-02-29" }],
    ["for one name", { urn: "*::x" }],
    ["for a whole URN", { urn: legacy.urn }],
    ["for names that begin alike", { urn: "*::leg*" }],
    ["for names that differ in a letter", { urn: "*::log?" }],
  ] as const) {
    it(`may be one ${title}`, () => {
      const given = [{ ...exception, ...change }];
      expect(readExceptions(given, NOW)).to.deep.equal(given);
    });
  }

  it("is none when there is no such setting", () => {
    expect(readExceptions(undefined, NOW)).to.deep.equal([]);
  });

  const NAMES = "`urn` has to tell resources by their names";
  const DAY = "it has to be a day, as in 2027-03-31";
  for (const [title, given, message] of [
    ["a list that is none", exception, "`exceptions` is a list"],
    ["a text", ["*"], "Exception 1: give it `urn`, `reason` and `until`"],
    ["nothing", [null], "Exception 1: give it `urn`, `reason` and `until`"],
    ["a list in a list", [[]], "Exception 1: give it `urn`, `reason` and `until`"],
    [
      "another key",
      [{ ...exception, untill: "2027-01-01" }],
      `Exception 1 for "${exception.urn}": nothing is called "untill"; did you mean "until"?`,
    ],
    ["no reason", [{ ...exception, reason: undefined }], "`reason` has to say why"],
    ["a blank reason", [exception, { ...exception, reason: " " }], "Exception 2 for"],
    ["a reason that is a number", [{ ...exception, reason: 1 }], "`reason` has to say why"],
    ["no date", [{ ...exception, until: undefined }], `\`until\` is undefined; ${DAY}`],
    ["a date without days", [{ ...exception, until: "2027-03" }], `\`until\` is "2027-03"; ${DAY}`],
    ["a day that there is not", [{ ...exception, until: "2027-02-30" }], DAY],
    ["a month that there is not", [{ ...exception, until: "2027-13-01" }], DAY],
    ["a date with a time", [{ ...exception, until: "2027-03-31T00:00" }], DAY],
    ["a date that is a number", [{ ...exception, until: 20270331 }], DAY],
    [
      "more than a year",
      [{ ...exception, until: "2027-11-28" }],
      "which is more than a year away; it can be 2027-11-27 at most",
    ],
    ["no pattern", [{ ...exception, urn: undefined }], `Exception 1: ${NAMES}`],
    ["everything", [{ ...exception, urn: "*" }], `Exception 1 for "*": ${NAMES}`],
    ["everything in other words", [{ ...exception, urn: "urn:*" }], NAMES],
    ["everything of a type", [{ ...exception, urn: `*::${BUCKET}::*` }], NAMES],
    ["every name with letters", [{ ...exception, urn: "*::??" }], NAMES],
    ["every name with a letter in it", [{ ...exception, urn: "*::*l*o*" }], NAMES],
    ["names of any type's end", [{ ...exception, urn: "*legacy-logs" }], NAMES],
    ["an empty pattern", [{ ...exception, urn: "*::" }], NAMES],
  ] as const) {
    it(`is refused with ${title}`, () => {
      expect(() => readExceptions(given, NOW)).to.throw(PolicyExceptionError, message);
    });
  }
});
