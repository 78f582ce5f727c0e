import { expect } from "chai";
import { policies } from "../../../policy/policies";
import { Member } from "../../../policy/support/member";
import { Stack } from "../../../policy/support/stack";
import {
  judge,
  judgeStack,
  stackResources,
  subject,
  UNKNOWN,
  type Subject,
} from "../../support/policy";
import { graphOf } from "../../support/policyGraph";

const NAMED = "a:b:Named";
const USER = "a:b:User";

/** A stack in which the members can be had by their names. */
function stackOf(...subjects: readonly Subject[]) {
  const stack = new Stack(stackResources(subjects).map((resource) => new Member(resource)));
  const member = (name: string): Member => {
    const found = stack.members.find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined) {
      throw new Error(`There is no ${name} in the stack`);
    }
    return found;
  };
  return { stack, member };
}

const namesOf = (members: readonly Member[]) => members.map(({ urn }) => urn.split("::").at(-1));

describe("policy support Stack", () => {
  const one = subject(NAMED, { name: "one" }, { name: "one" });
  const two = subject(NAMED, { name: "two" }, { name: "two" });
  const unnamed = subject(NAMED, { name: UNKNOWN }, { name: "unnamed" });
  const user = (
    name: string,
    uses: unknown,
    propertyDependencies: Subject["propertyDependencies"] = {},
  ) => subject(USER, { uses: { of: uses } }, { name, propertyDependencies });
  const misled = user("misled", "two", { uses: [one] });
  const byText = user("byText", "one");
  const { stack, member } = stackOf(
    one,
    two,
    unnamed,
    byText,
    user("byList", ["two", "one", "one"]),
    user("bySource", UNKNOWN, { uses: [one] }),
    user("byPart", ["two", UNKNOWN], { uses: [one] }),
    misled,
    user("waiting", UNKNOWN, { uses: [unnamed] }),
    user("decoy", "three", { uses: [unnamed] }),
    user("nothing", undefined),
  );
  const referringTo = (named: Member) => stack.referringTo(named, [USER], "uses.of", "name");
  const referredToBy = (from: Member) => stack.referredToBy(from, [NAMED], "uses.of", "name");

  it("finds the resources of a type, and types of a form", () => {
    expect(namesOf(stack.ofTypes([NAMED, "a:b:Other"]))).to.deep.equal(["one", "two", "unnamed"]);
    expect(stack.typesLike(/:U/)).to.deep.equal([USER]);
  });

  it("finds what is known to be called by a name, of that type alone", () => {
    expect(namesOf(stack.named([NAMED], "name", "two"))).to.deep.equal(["two"]);
    expect(stack.named([USER], "name", "two")).to.deep.equal([]);
    expect(stack.named([NAMED], "name", "three")).to.deep.equal([]);
  });

  it("goes by known texts, and by sources as long as one text is unknown", () => {
    expect(namesOf(referringTo(member("one")))).to.deep.equal([
      "byText",
      "byList",
      "bySource",
      "byPart",
    ]);
    expect(namesOf(referringTo(member("two")))).to.deep.equal(["byList", "misled"]);
  });

  it("goes by sources as long as the name is unknown", () => {
    expect(namesOf(referringTo(member("unnamed")))).to.deep.equal(["waiting"]);
  });

  it("takes no known text for a name that is not known yet, whatever it was made from", () => {
    expect(namesOf(referringTo(member("unnamed")))).not.to.include("decoy");
    expect(referredToBy(member("decoy"))).to.deep.equal([]);
  });

  it("finds the same from the other end", () => {
    for (const named of ["one", "two", "unnamed"].map(member)) {
      const users = stack.ofTypes([USER]).filter((each) => referredToBy(each).includes(named));
      expect(namesOf(users)).to.have.members(namesOf(referringTo(named)));
    }
  });

  it("gets names out of longer texts", () => {
    const last = (text: string) => /^to-(.+)$/.exec(text)?.[1];
    const own = stackOf(one, two, user("long", ["to-one", "two"]));
    const found = (name: string) =>
      own.stack.referringTo(own.member(name), [USER], "uses.of", "name", last);
    expect(namesOf(found("one"))).to.deep.equal(["long"]);
    expect(found("two")).to.deep.equal([]);
  });

  it("finds all that was made from a resource, once each", () => {
    const twice = user("twice", UNKNOWN, { uses: [one], other: [one] });
    const own = stackOf(one, two, twice, misled, byText);
    expect(namesOf(own.stack.usersOf(own.member("one")))).to.deep.equal(["twice", "misled"]);
    expect(own.stack.usersOf(own.member("two"))).to.deep.equal([]);
  });
});

describe("the policies on a stack", () => {
  /** Reads of all properties of all resources, while a policy looks at a stack of several copies. */
  const readsOf = async (policy: (typeof policies)[number], copies: number): Promise<number> => {
    if (!("validateStack" in policy)) {
      throw new Error(`${policy.name} looks at no stack`);
    }
    let reads = 0;
    const counted = (value: Record<string, unknown>): Record<string, unknown> =>
      new Proxy(value, {
        get: (target, key, receiver) => {
          reads += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
    const { outputs } = await graphOf("prod", "preview");
    const many = Array.from({ length: copies }, (_, copy) =>
      outputs.map((each): Subject => {
        const inCopy = (urn: string) => `${urn}-${copy}`;
        const propertyDependencies = Object.fromEntries(
          Object.entries(each.propertyDependencies).map(([property, sources]) => [
            property,
            sources.map(({ urn }) => ({ urn: inCopy(urn) })),
          ]),
        );
        const props = { ...each.props };
        for (const key of ["bucket", "name", "arn"]) {
          props[key] = typeof props[key] === "string" ? `${props[key]}-${copy}` : props[key];
        }
        return { ...each, urn: inCopy(each.urn), propertyDependencies, props: counted(props) };
      }),
    ).flat();
    for (const each of many) {
      await judge(policy, each);
    }
    reads = 0;
    await judgeStack(policy, many);
    return reads;
  };

  for (const policy of policies.filter((each) => "validateStack" in each)) {
    it(`read no resource more often in a large stack: ${policy.name}`, async () => {
      const [small, large] = [await readsOf(policy, 4), await readsOf(policy, 8)];
      expect(large).to.be.at.most(2.1 * small);
    });
  }
});
