import { expect } from "chai";
import { requireLogGroup } from "../../../../policy/lambda/function/requireLogGroup";
import {
  complaints,
  complaintsAsAsked,
  judgeStack,
  subject,
  UNKNOWN,
  withValue,
  without,
} from "../../../support/policy";
import { logGroup } from "../../cloudwatch/logGroup/resource";
import { lambdaFunction } from "./resource";

const MISSING =
  "The function's log group is not in the stack: add an `aws.cloudwatch.LogGroup` and name it in " +
  "`loggingConfig.logGroup`.";

/** A function that writes where functions write unless told otherwise. */
const usual = without(lambdaFunction, "loggingConfig");

const named = (name: unknown) => withValue(logGroup, "name", name);

describe("policy lambda/function/requireLogGroup", () => {
  it("accepts a function whose log group is in the stack", async () => {
    const stack = [lambdaFunction, logGroup];
    expect(await complaints(requireLogGroup, stack)).to.deep.equal([]);
  });

  it("accepts a group with the usual name for a function that names none", async () => {
    const stack = [usual, named("/aws/lambda/classify-0a1b2c3")];
    expect(await complaints(requireLogGroup, stack)).to.deep.equal([]);
  });

  it("finds groups by how they were made while a preview does not know their names", async () => {
    // Prepare
    const told = withValue(lambdaFunction, "loggingConfig.logGroup", UNKNOWN);
    const follower = subject(
      "aws:cloudwatch/logGroup:LogGroup",
      { name: UNKNOWN },
      { propertyDependencies: { name: [usual] } },
    );

    // Assess
    for (const stack of [
      [told, without(logGroup, "name")],
      [withValue(usual, "name", UNKNOWN), follower],
    ]) {
      expect(await complaints(requireLogGroup, stack)).to.deep.equal([]);
    }
  });

  for (const [title, stack] of [
    ["there is no group", [lambdaFunction]],
    ["the group has another name", [lambdaFunction, named("filter")]],
    ["the group is usual, but another is named", [lambdaFunction, named("/aws/lambda/classify")]],
    ["the group is that of another function", [usual, named("/aws/lambda/filter-0a1b2c3")]],
    ["the group only sounds usual", [usual, named("classify-0a1b2c3")]],
    ["the name is none", [withValue(lambdaFunction, "loggingConfig.logGroup", 7), logGroup]],
    [
      "an unknown name was made from something else",
      [
        {
          ...withValue(lambdaFunction, "loggingConfig.logGroup", UNKNOWN),
          propertyDependencies: {},
        },
        logGroup,
      ],
    ],
  ] as const) {
    it(`refuses a function when ${title}, and blames the function`, async () => {
      // Act
      const { violations } = await judgeStack(requireLogGroup, stack);

      // Assess
      expect(violations).to.deep.equal([{ message: MISSING, urn: lambdaFunction.urn }]);
    });
  }

  it("finds the usual group of a function whose `loggingConfig` the provider fills in", async () => {
    const group = named("/aws/lambda/classify-0a1b2c3");
    for (const reported of [UNKNOWN, { logFormat: "Text", logGroup: "/aws/lambda/classify" }]) {
      const outputs = [withValue(usual, "loggingConfig", reported), group];
      expect(await complaintsAsAsked(requireLogGroup, [usual, group], outputs)).to.deep.equal([]);
    }
    const first = { ...withValue(usual, "loggingConfig", UNKNOWN), propertyDependencies: {} };
    expect(await complaints(requireLogGroup, [first, group])).to.deep.equal([]);
  });

  it("does not apply to a stack without functions", async () => {
    const { notApplicable } = await judgeStack(requireLogGroup, [logGroup]);
    expect(notApplicable).to.equal("It applies to aws:lambda/function:Function");
  });
});
