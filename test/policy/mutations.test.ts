import { expect } from "chai";
import { policies } from "../../policy/policies";
import { graphOf, lawOf, refusals } from "../support/policyGraph";
import { MUTATIONS } from "./mutations";
import { modesOf, outcomeAfterRefresh, outcomeOf, refusedOnStack } from "./mutations/mutation";

describe("the program under its policies", () => {
  for (const stack of ["dev", "prod"] as const) {
    for (const mode of ["preview", "update"] as const) {
      it(`breaks none as ${stack}, by a ${mode}`, async () => {
        expect(await refusals(await graphOf(stack, mode), lawOf(stack))).to.deep.equal([]);
      });
    }
  }

  it("is changed in at least 60 ways, with at least one for each policy", () => {
    expect(MUTATIONS).to.have.length.of.at.least(60);
    const proven = [...new Set(MUTATIONS.flatMap(({ refusedBy }) => refusedBy))];
    expect(proven).to.have.members(policies.map(({ name }) => name));
  });

  it("is changed in ways that have titles of their own", () => {
    const titles = MUTATIONS.map(({ title }) => title);
    expect([...new Set(titles)]).to.deep.equal(titles);
  });

  for (const mutation of MUTATIONS) {
    for (const mode of modesOf(mutation)) {
      const verdict =
        mutation.refusedBy.length === 0
          ? "is accepted with"
          : `is refused by ${mutation.refusedBy.join(" and ")} alone with`;
      it(`${verdict} ${mutation.title} (${mode})`, async () => {
        // Act
        const found = await outcomeOf(mutation, mode);

        // Assess
        expect([...new Set(found.map(({ policy }) => policy))]).to.have.members(mutation.refusedBy);
      });
    }
    if (modesOf(mutation).includes("update")) {
      it(`is judged alike after a refresh with ${mutation.title}`, async () => {
        // Act
        const found = await outcomeAfterRefresh(mutation);

        // Assess
        expect([...new Set(found.map(({ policy }) => policy))]).to.have.members(
          refusedOnStack(mutation),
        );
      });
    }
  }
});
