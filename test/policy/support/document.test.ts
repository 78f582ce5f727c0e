import { expect } from "chai";
import { hasVariable, isLimitedBy, replaceVariables } from "../../../policy/support/document";
import { Property } from "../../../policy/support/property";
import { named, UNKNOWN } from "../../support/policy";

/** One test for each text, of what a function makes of it. */
function itMakes<T>(of: (text: string) => T, expected: Readonly<Record<string, T>>): void {
  for (const [text, result] of Object.entries(expected)) {
    it(`is ${JSON.stringify(result)} of ${JSON.stringify(text)}`, () => {
      expect(of(text)).to.deep.equal(result);
    });
  }
}

describe("policy support hasVariable", () => {
  itMakes(hasVariable, {
    "${aws:username}": true,
    "a/${aws:username}/b": true,
    "${*}": true,
    "}${": false,
    "a}": false,
    "${aws:username": false,
    "$aws:username}": false,
    "": false,
  });
});

describe("policy support replaceVariables", () => {
  itMakes((text) => replaceVariables(text, (variable) => `<${variable.length}>`), {
    "a/${ab}/${}": "a/<5>/<3>",
    "${a}}${b": "<4>}${b",
    "${a}b": "<4>b",
    "a}b": "a}b",
    "${a": "${a",
    "": "",
  });
});

describe("policy support isLimitedBy", () => {
  const KEYS = [
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceIp",
    "app:kind",
  ];
  const isLimited = (operator: string, key: string, value: unknown) =>
    isLimitedBy(Property.of({ Condition: { [operator]: { [key]: value } } }), KEYS);

  for (const [operator, key, value] of [
    ["StringEquals", "aws:SourceAccount", "123456789012"],
    ["StringEquals", "AWS:sourceaccount", ["123456789012", "111111111111"]],
    ["stringequalsignorecase", "aws:SourceOrgID", "o-1a2b3c4d5e"],
    ["ForAnyValue:StringLike", "aws:SourceOrgID", "o-1a2b3c4d5e"],
    ["ArnLike", "aws:SourceArn", "arn:aws:sns:eu-west-1:123456789012:*"],
    ["ArnEquals", "aws:SourceArn", "arn:aws:s3:::data-*"],
    ["ArnEquals", "aws:SourceArn", "arn:aws:s3:::a"],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24"],
    ["StringLike", "app:kind", "abc*"],
    ["StringEquals", "app:kind", "a"],
    ["Bool", "app:kind", true],
    ["StringEquals", "aws:SourceAccount", UNKNOWN],
  ] as const) {
    it(`is true by ${operator} of ${key} and ${named(value)}`, () => {
      expect(isLimited(operator, key, value)).to.equal(true);
    });
  }

  for (const [operator, key, value] of [
    ["StringEquals", "aws:PrincipalTag/team", "team"],
    ["StringEquals", "aws:SourceAccount", []],
    ["StringEquals", "aws:SourceAccount", ["123456789012", "*"]],
    ["StringLike", "aws:SourceAccount", "0*"],
    ["StringEquals", "aws:SourceAccount", 0],
    ["StringEquals", "app:kind", 1000],
    ["StringEquals", "app:kind", "${app:kind}"],
    ["StringEquals", "aws:SourceArn", "000"],
    ["ArnLike", "aws:SourceArn", "arn:aws:sns:eu-west-1:*:a"],
    ["ArnLike", "aws:SourceArn", "arn:aws:s3:::a*"],
    ["StringLike", "app:kind", "ab*"],
    ["StringLike", "app:kind", "?*"],
    ["StringEqualsIfExists", "aws:SourceAccount", "123456789012"],
    ["ForAllValues:StringEquals", "aws:SourceAccount", "123456789012"],
    ["StringNotEquals", "aws:SourceAccount", "123456789012"],
    ["NotIpAddress", "aws:SourceIp", "203.0.113.0/24"],
    ["IpAddress", "aws:SourceIp", "0.0.0.0/0"],
    ["Null", "aws:SourceAccount", "false"],
  ] as const) {
    it(`is false by ${operator} of ${key} and ${named(value)}`, () => {
      expect(isLimited(operator, key, value)).to.equal(false);
    });
  }

  for (const [title, demand, expected] of [
    ["there by another condition", { Null: { "aws:SourceAccount": "false" } }, true],
    ["there by a boolean", { Null: { "aws:SourceAccount": false } }, true],
    ["one of several", { "ForAnyValue:StringNotLike": { "aws:SourceAccount": "9*" } }, true],
    ["not there", { Null: { "aws:SourceAccount": "true" } }, false],
    ["there or not", { Null: { "aws:SourceAccount": ["true", "false"] } }, false],
    ["another one", { Null: { "aws:SourceArn": "false" } }, false],
    ["not something", { StringNotEquals: { "aws:SourceAccount": "999999999999" } }, false],
  ] as const) {
    it(`is ${expected} of a key that is one of ours if it is there, and is ${title}`, () => {
      for (const operator of ["StringEqualsIfExists", "ForAllValues:StringEquals"]) {
        const Condition = { [operator]: { "aws:SourceAccount": "123456789012" }, ...demand };
        expect(isLimitedBy(Property.of({ Condition }), KEYS), operator).to.equal(expected);
      }
    });
  }

  it("is true of a condition that only the update will know, and false of none", () => {
    expect(isLimitedBy(Property.of({ Condition: UNKNOWN }), KEYS)).to.equal(true);
    expect(isLimitedBy(Property.of({}), KEYS)).to.equal(false);
  });
});
