import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { contentHash, physicalNames } from "../../infra/naming";

describe("contentHash", () => {
  it("is ten hexadecimal digits, and the same on every machine", () => {
    expect(contentHash({ a: 1, b: ["x", null] })).to.equal("18c018603b");
  });

  it("does not depend on the order of keys, at any depth", () => {
    const one = contentHash({ a: { c: 1, d: 2 }, b: 3 });
    expect(contentHash({ b: 3, a: { d: 2, c: 1 } })).to.equal(one);
  });

  it("depends on the order of lists and on types", () => {
    expect(contentHash([1, 2])).not.to.equal(contentHash([2, 1]));
    expect(contentHash({ a: 1 })).not.to.equal(contentHash({ a: "1" }));
    expect(contentHash({})).not.to.equal(contentHash([]));
  });
});

describe("physicalNames", () => {
  it("are of project and stack, the endpoint's in lower case", () => {
    expect(physicalNames("Project", "Dev")).to.deep.equal({
      endpoint: "project-dev",
      dashboard: "Project-Dev",
      executionLogs: "/aws/vendedlogs/states/Project-Dev",
      reviewLogs: "/aws/vendedlogs/states/review/Project-Dev",
    });
    expect(physicalNames("p", "s".repeat(61)).endpoint).to.have.length(63);
  });

  it("are of no other stack, whatever that is called", () => {
    // Act
    const groups = ["dev", "dev-review", "review-dev"].flatMap((stack) => {
      const { executionLogs, reviewLogs } = physicalNames("review", stack);
      return [executionLogs, reviewLogs];
    });

    // Assess
    expect(new Set(groups)).to.have.length(groups.length);
  });

  it("refuses what SageMaker would not take, and says what it takes", () => {
    for (const stack of ["my_stack", "a.b", "dev-", "s".repeat(62)]) {
      expect(() => physicalNames("p", stack), stack).to.throw(
        pulumi.RunError,
        "letters, digits and inner hyphens",
      );
    }
  });
});
