/** Specs of rules whose cases are all of one form. */
import { expect } from "chai";
import type { ResourceRule, StackRule } from "../../policy/support/rule";
import { complaints, complaintsAsAsked, judge, judgeStack, type Subject } from "../support/policy";

type Judged = Subject | readonly Subject[];
type Settings = Readonly<Record<string, unknown>>;

export interface Cases {
  /** What the rule has nothing against, by what it is; those of honest strangers included. */
  readonly accepts: Readonly<Record<string, Judged>>;
  /** What it refuses, with all that it says. */
  readonly refuses: Readonly<Record<string, readonly [judged: Judged, ...messages: string[]]>>;
  /** What it has nothing to say about. */
  readonly ignores?: Readonly<Record<string, Judged>>;
  readonly config?: Settings;
}

/** Tests a rule on all of them; a stack rule is shown the inputs first, as the engine does it. */
export function itDecides(
  rule: ResourceRule | StackRule,
  { accepts, refuses, ignores = {}, config }: Cases,
): void {
  const said = (judged: Judged) =>
    "validateStack" in rule && config === undefined
      ? complaintsAsAsked(rule, [judged].flat() as Subject[])
      : complaints(rule, judged, config);

  for (const [title, judged] of Object.entries(accepts)) {
    it(`accepts ${title}`, async () => {
      expect(await said(judged)).to.deep.equal([]);
    });
  }
  for (const [title, [judged, ...messages]] of Object.entries(refuses)) {
    it(`refuses ${title}, naming the property and the fix`, async () => {
      expect(await said(judged)).to.deep.equal(messages);
    });
  }
  for (const [title, judged] of Object.entries(ignores)) {
    it(`does not apply to ${title}`, async () => {
      const { notApplicable } =
        "validateStack" in rule
          ? await judgeStack(rule, [judged].flat() as Subject[], config)
          : await judge(rule, [judged].flat()[0] as Subject, config);
      expect(notApplicable).to.be.a("string");
    });
  }
}
