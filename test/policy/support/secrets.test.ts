import { expect } from "chai";
import { Property } from "../../../policy/support/property";
import { isSecret } from "../../../policy/support/secrets";
import { UNKNOWN, named } from "../../support/policy";
import { unknownCheckingProxy } from "@pulumi/policy";

function decide(name: string, value: unknown): boolean {
  const props = unknownCheckingProxy({ [name]: value }) as Record<string, unknown>;
  return isSecret(name, Property.of(props).at(name));
}

/** Put together here, so that no scanner takes them for real ones. */
const like = (...parts: readonly string[]) => parts.join("");
const many = (text: string, length: number) => text.repeat(length).slice(0, length);

describe("what a secret is", () => {
  for (const name of [
    "DB_PASSWORD",
    "db-password",
    "dbPasswd",
    "MYSQL_PWD",
    "PGPASSWORD",
    "SMTP_PASS",
    "ADMIN_PASSPHRASE",
    "DB_PASSWORD_PROD",
    "PASSWORD_1",
    "API_KEY",
    "api-key",
    "APIKey",
    "OPENAI_APIKEY",
    "API_KEY_OPENAI",
    "apitoken",
    "HF_TOKEN",
    "GITHUB_PAT",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "SIGNING_KEY_2",
    "PRIVATE_KEY_VALUE",
    "STORAGE_ACCOUNT_KEY",
    "SERVICE_CREDENTIALS",
    "LOGIN_CREDS",
    "SLACK_TOKEN_BASE64",
    "SECRET_KEY_BASE",
    "DB_CONNECTION_STRING",
    "SHARED_KEY",
  ]) {
    it(`is ${name}, by its name, whether the value is known or not`, () => {
      expect([decide(name, "hunter-2"), decide(name, UNKNOWN)]).to.deep.equal([true, true]);
    });
  }

  for (const name of ["SECRET", "CLIENT_SECRET", "clientSecret", "REDIS_AUTH", "BASIC_AUTH"]) {
    it(`is ${name}, by its name, as soon as it is known not to be the ARN of one`, () => {
      expect([decide(name, "hunter-2"), decide(name, UNKNOWN)]).to.deep.equal([true, false]);
    });
  }

  for (const [title, value] of [
    ["an access key", like("AKIA", "IOSFODNN7EXAMPLE")],
    ["a private key", like("-----BEGIN RSA ", "PRIVATE KEY-----\nMII")],
    ["a private key of OpenSSH", like("-----BEGIN OPENSSH ", "PRIVATE KEY-----\nb3Bl")],
    ["a private key of PGP", like("-----BEGIN PGP ", "PRIVATE KEY BLOCK-----")],
    ["a token of GitHub", like("ghp", "_", many("a1B2", 36))],
    ["a fine-grained token of GitHub", like("github_pat", "_", many("a1B2", 82))],
    ["a token of GitLab", like("glpat", "-", many("a1B2", 20))],
    ["a token of Slack", like("xox", "b-", many("12", 12), "-", many("aB", 24))],
    ["a hook of Slack", like("https://hooks.slack", ".com/services/T0/B0/", many("x", 24))],
    ["a key of Stripe", like("sk_", "live_", many("a1B2", 24))],
    ["a restricted key of Stripe", like("rk_", "live_", many("a1B2", 24))],
    ["a key of Google", like("AIza", many("aB3_", 35))],
    ["a key of OpenAI", like("sk", "-", many("a1B2", 48))],
    ["a project's key of OpenAI", like("sk-", "proj-", many("a1_B-", 60))],
    ["a key of Anthropic", like("sk-", "ant-api03-", many("a1_B-", 60))],
    ["a token of Hugging Face", like("hf", "_", many("aBcD", 34))],
    ["a token of npm", like("npm", "_", many("a1B2", 36))],
    ["a token of PyPI", like("pypi", "-AgEIcHlwaS5vcmc", many("a1", 40))],
    ["a key of SendGrid", like("SG.", many("a1", 22), ".", many("b2", 43))],
    ["a token of Databricks", like("dapi", many("0a", 32))],
    ["a token of Vault", like("hvs", ".", many("a1B2", 24))],
    ["a token of Pulumi", like("pul", "-", many("0a", 40))],
    ["a web token", like("eyJhbGciOiJIUzI1NiJ9", ".", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", ".c2ln")],
    ["a header", like("Bearer ", many("a1B2", 20))],
    ["a URL with a password", like("postgres://user:", "hunter2@db.example.com/main")],
    ["a URL with a password only", like("redis://:", "hunter2@cache.example.com")],
    ["a signed URL", like("https://b.s3.amazonaws.com/k?X-Amz-Signature=", many("0a", 64))],
    ["a connection string", like("Server=db;User Id=sa;", "Password=hunter2;")],
    ["a secret inside of JSON", JSON.stringify({ host: "db", password: "hunter2" })],
    ["a secret among arguments", like("--verbose --token=", "hunter2")],
  ] as const) {
    it(`is ${title}, by its look, whatever it is called`, () => {
      expect(decide("SETTING", value)).to.equal(true);
      expect(decide("SETTING_NAME", `${value}\n`)).to.equal(true);
    });
  }

  for (const [name, value] of [
    ["DB_PASSWORD_ARN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-abc123"],
    ["DB_PASSWORD", "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-abc123"],
    ["DB_SECRET", "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:db-abc123"],
    ["API_KEY", "/ml-workflow/prod/api-key"],
    ["API_KEY", "{{resolve:secretsmanager:db:SecretString:password}}"],
    ["DB_SECRET", "ml-workflow/prod/db"],
    ["TLS_PRIVATE_KEY", "/etc/ssl/private/server.pem"],
    ["GOOGLE_APPLICATION_CREDENTIALS", "/var/task/credentials.json"],
    ["ENCRYPTION_KEY", "arn:aws:kms:us-east-1:123456789012:key/a"],
    ["ENCRYPTION_KEY", "alias/data"],
    ["DATABASE_URL", "postgres://user:${PASSWORD}@db.example.com/main"],
    ["SERVICE_URL", "https://example.com:8443/a@b"],
    ["AUTHORIZATION_TOKEN_URL", "https://example.com/token"],
    ["ACCESS_TOKEN", "https://example.com/token"],
    ["SECRET_NAME", "db"],
    ["SECRET_ID", UNKNOWN],
    ["DB_SECRET_ARN", UNKNOWN],
    ["AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token"],
    ["PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", "2773"],
    ["SECRETS_EXTENSION_CACHE_SIZE", "100"],
    ["PASSWORD_MIN_LENGTH", "12"],
    ["PASSWORD_POLICY", "strict"],
    ["REQUIRE_PASSWORD", "true"],
    ["PASSWORD", ""],
    ["ABSENT_SECRET", null],
    ["ALLOW_CREDENTIALS", true],
    ["AUTH_TYPE", "basic"],
    ["API_AUTH", "AWS_IAM"],
    ["EOS_TOKEN", "</s>"],
    ["PAD_TOKEN", UNKNOWN],
    ["eos_token", "<|endoftext|>"],
    ["MASK_TOKEN", "[MASK]"],
    ["MAX_TOKENS", "100"],
    ["max_new_tokens", 512],
    ["MAX_TOTAL_TOKENS", UNKNOWN],
    ["TOKEN", "[SEP]"],
    ["TOKENS", "4096"],
    ["TOKEN_LIMIT", "4096"],
    ["TOKENIZERS_PARALLELISM", "false"],
    ["tokenizer", "bert-base-uncased"],
    ["PARTITION_KEY", "customer"],
    ["PUBLIC_KEY", "ssh-ed25519 AAAA"],
    ["S3_KEY", "models/model.tar.gz"],
    ["MONKEY", "banana"],
    ["AUTHOR", "someone"],
    ["COMPASS", "north"],
    ["MODEL", "sk-learn-random-forest-1"],
    ["MODEL", "hf_internal_testing"],
    ["IMAGE", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:b@sha256:0"],
    ["PWD", "/var/task"],
  ] as const) {
    it(`is not ${name} with ${named(value)}`, () => {
      expect(decide(name, value)).to.equal(false);
    });
  }

  it("is a token, a password or a key, even where it looks like a number or a word", () => {
    expect(decide("DB_PASSWORD", "123456")).to.equal(true);
    expect(decide("API_TOKEN", "correcthorse")).to.equal(true);
    expect(decide("EOS_TOKEN", like("hf", "_", many("aBcD", 34)))).to.equal(true);
    // An access key may begin with a slash.
    expect(
      decide("AWS_SECRET_ACCESS_KEY", like("/wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYEXAMPLEKE")),
    ).to.equal(true);
  });

  for (const [name, value] of [
    ["TOKEN1", "correcthorse"],
    ["TOKEN12", "correcthorse"],
    ["TOKEN_12", "correcthorse"],
    ["SSHKey", "x1!y"],
    ["api--key", "x1!y"],
    ["DB_PASSWORD", '{"a":1}'],
    ["AUTH_KEY", "basic"],
    ["TOKEN_PROD", "1234567"],
    ["API_TOKEN", "1234567abc"],
    ["API_TOKEN", "see http://example.com"],
    ["API_TOKEN", "http://example.com or so"],
  ] as const) {
    it(`is ${value} under the name of ${name}`, () => {
      expect(decide(name, value)).to.equal(true);
    });
  }

  for (const [name, value] of [
    ["ACCESS_KEY_ID_FILE", "credentials.txt"],
    ["PUBLIC_API_KEY", "x1!y"],
    ["API_TOKEN", "http://example.com/tokens"],
    ["API_TOKEN", "https://example.com/tokens"],
    ["API_TOKEN", "<unk>"],
    ["API_TOKEN", "[MASK]"],
    ["BASIC_AUTH", "basic"],
  ] as const) {
    it(`is not ${value} under the name of ${name}`, () => {
      expect(decide(name, value)).to.equal(false);
    });
  }

  /** As a whole it looks like a token, and by its parts like a number of them. */
  const TOKENS = JSON.stringify({ token: "1234567" });
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  const key = like("AKIA", "IOSFODNN7EXAMPLE");

  for (const [title, value] of [
    ["in JSON", JSON.stringify({ db: { password: "x1!y" } })],
    ["in JSON in JSON", JSON.stringify({ db: JSON.stringify({ password: "x1!y" }) })],
    ["in a list of names and values", JSON.stringify([{ name: "DB_PASSWORD", value: "x1!y" }])],
    ["in a map", { inner: { apiKey: "x1!y" } }],
    ["in a list", [{ Name: "API_TOKEN", Value: "x1!y" }]],
    ["encoded", encoded(key)],
    [
      "encoded, over several lines",
      encoded(`#!/bin/sh\nexport KEY=${key}\n`).replace(/(.{20})/g, "$1\n"),
    ],
    ["encoded in JSON", JSON.stringify({ settings: encoded(JSON.stringify({ pwd: "x1!y" })) })],
    ["beside another name", [{ name: "db", password: "x1!y" }]],
    ["in a script", "#!/bin/sh\nexport DB_PASSWORD=hunter2\n"],
    ["in a script, as a token", "#!/bin/sh\nexport API_TOKEN=correcthorse\n"],
    ["in a command, with quotes", "GITHUB_TOKEN='correcthorse' npm publish"],
    ["given to a container", "docker run -e SIGNING_KEY=correcthorse any"],
  ] as const) {
    it(`is found ${title}, under a harmless name`, () => {
      expect(decide("SETTINGS", value)).to.equal(true);
    });
  }

  for (const [title, value] of [
    ["settings in JSON", JSON.stringify({ max_tokens: 12, region: "eu-west-1" })],
    [
      "the ARN of one in JSON",
      JSON.stringify({ dbPassword: "arn:aws:ssm:eu-west-1:1:parameter/a" }),
    ],
    ["a text that is encoded", encoded("nothing to see in here")],
    ["a digest", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="],
    ["a script that takes one from elsewhere", 'API_TOKEN=$(fetch) KEY_TOKEN="${TOKEN}" run'],
    ["a program that calls for one", "API_TOKEN=fetch_token(arn)"],
    ["a script with a number of them", "export MAX_TOKENS=2048 EOS_TOKEN=end-of-text"],
    ["a script with a place of one", "export DB_SECRET=arn:aws:ssm:eu-west-1:1:parameter/a"],
    ["a script that asks for one", "export DB_PASSWORD=$(aws secretsmanager get-secret-value)"],
    ["a program that reads one", "token = os.environ['HF_TOKEN']; password = read_secret(arn)"],
    ["what an execution takes from its input", { password: "$.password", token: "{% $token %}" }],
    ["a number of tokens in a list", [TOKENS]],
    ["a number of tokens that is encoded", encoded(TOKENS)],
    ["a value beside a word for one", [{ kind: "password", value: "x1!y" }]],
    ["the ARN of one by its name", [{ name: "DB_PASSWORD", value: "arn:aws:ssm:eu-west-1:1:a" }]],
    ["names and values without one", [{ name: "PORT", value: "8080" }]],
  ] as const) {
    it(`is none in ${title}`, () => {
      expect(decide("SETTINGS", value)).to.equal(false);
    });
  }
});
