import { expect } from "chai";
import { onTypes } from "../../../policy/support/rule";

describe("policy support rules of types", () => {
  it("tell which ones they are about, and the SDK if it is one, as resource classes do", () => {
    const check = () => undefined;
    const [key, two] = [onTypes(["aws:kms/key:Key"], check), onTypes(["a:b:C", "a:b:D"], check)];
    expect(key).to.deep.include({ types: ["aws:kms/key:Key"], __pulumiType: "aws:kms/key:Key" });
    expect(two).to.deep.include({ types: ["a:b:C", "a:b:D"] });
    expect(two).to.not.have.property("__pulumiType");
  });

  for (const [types, reason] of [
    [["a:b:C"], "It applies to a:b:C"],
    [["a:b:C", "a:b:D"], "It applies to a:b:C and 1 more"],
    [["a:b:C", "a:b:D", "a:b:E"], "It applies to a:b:C and 2 more"],
  ] as const) {
    it(`decline others once and for all: ${reason}`, async () => {
      // Prepare
      const judged: string[] = [];
      const reasons: string[] = [];
      const validate = onTypes(types, (_resource, _report, { type }) => judged.push(type));
      const ask = (type: string) => {
        const args = {
          type,
          props: {},
          notApplicable: (told: string) => {
            reasons.push(told);
            throw new RangeError(told);
          },
        };
        try {
          void validate(args as never, () => undefined);
          return undefined;
        } catch (error) {
          return error;
        }
      };

      // Act
      const [declined, again, accepted] = [ask("x:y:Z"), ask("other:b:C"), ask("a:b:C")];

      // Assess
      expect(declined).to.be.instanceOf(RangeError);
      expect(again).to.equal(declined);
      expect(accepted).to.equal(undefined);
      expect(reasons).to.deep.equal([reason]);
      expect(judged).to.deep.equal(["a:b:C"]);
    });
  }
});
