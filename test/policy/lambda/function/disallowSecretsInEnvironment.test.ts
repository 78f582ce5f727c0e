import { expect } from "chai";
import { disallowSecretsInEnvironment } from "../../../../policy/lambda/function/disallowSecretsInEnvironment";
import { judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { lambdaFunction } from "./resource";

async function complaints(variables: unknown): Promise<string[]> {
  const verdict = await judge(
    disallowSecretsInEnvironment,
    withValue(lambdaFunction, "environment.variables", variables),
  );
  expect(verdict.silencedBy).to.equal(undefined);
  return verdict.violations.map(({ message }) => message);
}

function complaint(name: string): string {
  return (
    `A secret in the environment: replace \`environment.variables.${name}\` ` +
    "by the ARN of a stored secret."
  );
}

// Put together here, so that no scanner takes them for real ones.
const ACCESS_KEY_ID = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const GITHUB_TOKEN = ["ghp", "a".repeat(36)].join("_");
const WEB_TOKEN = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "c2ln"].join(".");

describe("policy lambda/function/disallowSecretsInEnvironment", () => {
  it("accepts settings and references", async () => {
    expect(
      await complaints({
        ENDPOINT_NAME: "ml-workflow-aws-dev",
        DB_PASSWORD_ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:db",
        TOKEN_LIMIT: "4096",
        MAX_TOKENS: "100",
        MONKEY: "banana",
        PASSWORD: "",
        SERVICE_URL: "https://example.com:8443/a@b",
        ABSENT_SECRET: null,
      }),
    ).to.deep.equal([]);
  });

  for (const name of [
    "DB_PASSWORD",
    "dbPassword",
    "API_KEY",
    "apikey",
    "AWS_SECRET_ACCESS_KEY",
    "SIGNING_KEY_2",
    "GITHUB_TOKEN",
    "PRIVATE_KEY_VALUE",
    "SERVICE_CREDENTIALS",
  ]) {
    it(`refuses ${name} for its name, whether its value is known or not`, async () => {
      expect(await complaints({ [name]: "x" })).to.deep.equal([complaint(name)]);
      expect(await complaints({ [name]: UNKNOWN })).to.deep.equal([complaint(name)]);
    });
  }

  for (const [title, value] of [
    ["an access key", ACCESS_KEY_ID],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMII"],
    ["a GitHub token", GITHUB_TOKEN],
    ["a web token", WEB_TOKEN],
    ["a URL with a password", "postgres://user:hunter2@db.example.com/main"],
    ["a URL with a password only", "redis://:hunter2@cache.example.com"],
    ["a secret inside of JSON", JSON.stringify({ key: ACCESS_KEY_ID })],
  ] as const) {
    it(`refuses ${title} for its look, and does not repeat it`, async () => {
      expect(await complaints({ SETTING: value })).to.deep.equal([complaint("SETTING")]);
    });
  }

  it("names every variable that is wrong", async () => {
    expect(await complaints({ A_TOKEN: "x", FINE: "x", B: ACCESS_KEY_ID })).to.deep.equal([
      complaint("A_TOKEN"),
      complaint("B"),
    ]);
  });

  it("leaves unknown values with harmless names, and an unknown map, to the update", async () => {
    expect(await complaints({ ENDPOINT_NAME: UNKNOWN })).to.deep.equal([]);
    expect(await complaints(UNKNOWN)).to.deep.equal([]);
  });

  it("accepts a function without an environment", async () => {
    const { violations } = await judge(
      disallowSecretsInEnvironment,
      without(lambdaFunction, "environment"),
    );
    expect(violations).to.deep.equal([]);
  });
});
