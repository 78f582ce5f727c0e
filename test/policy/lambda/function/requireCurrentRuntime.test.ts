import { expect } from "chai";
import { requireCurrentRuntime } from "../../../../policy/lambda/function/requireCurrentRuntime";
import { judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { lambdaFunction } from "./resource";

describe("policy lambda/function/requireCurrentRuntime", () => {
  for (const runtime of [
    "nodejs24.x",
    "nodejs22.x",
    "python3.14",
    "python3.13",
    "provided.al2023",
  ]) {
    it(`accepts ${runtime}`, async () => {
      const verdict = await judge(
        requireCurrentRuntime,
        withValue(lambdaFunction, "runtime", runtime),
      );
      expect(verdict.violations).to.deep.equal([]);
    });
  }

  for (const [title, mutant] of [
    ["nodejs20.x", withValue(lambdaFunction, "runtime", "nodejs20.x")],
    ["python3.9", withValue(lambdaFunction, "runtime", "python3.9")],
    ["null", withValue(lambdaFunction, "runtime", null)],
    ["a runtime that is not set", without(lambdaFunction, "runtime")],
    [
      "an old runtime of an unknown kind of package",
      withValue(withValue(lambdaFunction, "runtime", "nodejs20.x"), "packageType", UNKNOWN),
    ],
    ["a zip without runtime", withValue(without(lambdaFunction, "runtime"), "packageType", "Zip")],
  ] as const) {
    it(`refuses ${title}, naming the property and the fix`, async () => {
      // Act
      const { violations } = await judge(requireCurrentRuntime, mutant);

      // Assess
      expect(violations.map(({ message }) => message)).to.deep.equal([
        "The runtime is not current: set `runtime` to nodejs24.x or nodejs22.x or python3.14 or " +
          "python3.13 or provided.al2023.",
      ]);
    });
  }

  it("does not apply to container images", async () => {
    const image = withValue(without(lambdaFunction, "runtime"), "packageType", "Image");
    const { notApplicable } = await judge(requireCurrentRuntime, image);
    expect(notApplicable).to.equal("A container image brings its own runtime");
  });

  it("leaves an unknown runtime to the update", async () => {
    const verdict = await judge(
      requireCurrentRuntime,
      withValue(lambdaFunction, "runtime", UNKNOWN),
    );
    expect(verdict.violations).to.deep.equal([]);
    expect(verdict.silencedBy).to.equal(undefined);
  });

  it("takes the allowed runtimes from the policy's config", async () => {
    const config = { allowed: ["java25"] };
    const java = withValue(lambdaFunction, "runtime", "java25");
    expect((await judge(requireCurrentRuntime, java, config)).violations).to.deep.equal([]);
    expect((await judge(requireCurrentRuntime, lambdaFunction, config)).violations).to.have.length(
      1,
    );
  });
});
