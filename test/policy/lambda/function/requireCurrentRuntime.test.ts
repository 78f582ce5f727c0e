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
    "python3.12",
    "java21",
    "dotnet10",
    "ruby3.4",
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

  const node = "nodejs24.x or nodejs22.x";
  const any =
    `${node} or python3.14 or python3.13 or python3.12 or python3.11 or java25 or java21 or java17 ` +
    "or dotnet10 or ruby3.4 or ruby3.3 or provided.al2023";
  const of = (runtime: string) => withValue(lambdaFunction, "runtime", runtime);
  for (const [title, mutant, choice] of [
    ["nodejs20.x", of("nodejs20.x"), node],
    ["python3.9", of("python3.9"), "python3.14 or python3.13 or python3.12 or python3.11"],
    ["java8.al2", of("java8.al2"), "java25 or java21 or java17"],
    ["a language that is no longer there", of("go1.x"), any],
    ["null", withValue(lambdaFunction, "runtime", null), any],
    ["a runtime that is not set", without(lambdaFunction, "runtime"), any],
    [
      "an old runtime of an unknown kind of package",
      withValue(of("nodejs20.x"), "packageType", UNKNOWN),
      node,
    ],
    [
      "a zip without runtime",
      withValue(without(lambdaFunction, "runtime"), "packageType", "Zip"),
      any,
    ],
  ] as const) {
    it(`refuses ${title}, naming the property and runtimes of the same language`, async () => {
      // Act
      const { violations } = await judge(requireCurrentRuntime, mutant);

      // Assess
      expect(violations.map(({ message }) => message)).to.deep.equal([
        `The runtime is not current: set \`runtime\` to ${choice}.`,
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
