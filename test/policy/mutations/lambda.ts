/** Functions: what they carry, and who may call them. */
import { subject, UNKNOWN } from "../../support/policy";
import { add, honest, mutations, set, type Mutation } from "./mutation";

const FUNCTION = ["Function", "workflow-filter"] as const;

const variable = (name: string, value: unknown) =>
  set(...FUNCTION, `environment.variables.${name}`, value);
const permit = (props: object) =>
  add(subject("aws:lambda/permission:Permission", { action: "lambda:InvokeFunction", ...props }));
const layer = (props: object) =>
  add(subject("aws:lambda/layerVersionPermission:LayerVersionPermission", { ...props }));
const encoded = (text: string) => Buffer.from(text).toString("base64");
/** Put together here, so that no scanner takes it for a real one. */
const like = (...parts: readonly string[]) => parts.join("");

export const lambda: readonly Mutation[] = [
  ...mutations("lambda-function-disallow-secrets-in-environment", {
    "a password by another spelling": variable("DB_PASSWD", "hunter2"),
    "a password with a stage after it": variable("DB_PASSWORD_PROD", "hunter2"),
    "a key with a hyphen": variable("api-key", "hunter2"),
    "a key with its issuer after it": variable("API_KEY_OPENAI", "hunter2"),
    "a password of a number": variable("DB_PASSWORD", "123456"),
    "a token of Hugging Face under a harmless name": variable("HUB", like("hf_", "aB".repeat(17))),
    "a token of GitHub under a harmless name": variable("SOURCE", like("ghp_", "aB".repeat(18))),
    "a token of Slack under a harmless name": variable("ALERTS", like("xoxb-", "1".repeat(24))),
    "a private key under a harmless name": variable(
      "SETTING",
      like("-----BEGIN OPENSSH ", "PRIVATE KEY-----"),
    ),
    "a URL with a password": variable("DATABASE_URL", "postgres://user:hunter2@db.example.com/a"),
    "a connection string with a password": variable("DATABASE", "Server=db;Uid=sa;Pwd=hunter2;"),
    "a secret that is encoded": variable("SETTINGS", encoded(like("AKIA", "IOSFODNN7EXAMPLE"))),
    "a secret in settings in settings": variable(
      "SETTINGS",
      JSON.stringify({ db: JSON.stringify({ password: "x1!y" }) }),
    ),
    "a secret among settings": variable("SETTINGS", JSON.stringify({ apiKey: "hunter2" })),
  }),
  ...honest({
    "a secret by its ARN": variable(
      "DB_SECRET",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c",
    ),
    "a secret by the name of a parameter": variable("DB_PASSWORD", "/ml-workflow/dev/password"),
    "the token that ends a text": variable("EOS_TOKEN", "</s>"),
    "a number of tokens": variable("MAX_TOKENS", "2048"),
    "tokenizers in parallel": variable("TOKENIZERS_PARALLELISM", "false"),
    "a rule for passwords": variable("PASSWORD_MIN_LENGTH", "12"),
  }),
  ...honest(
    { "a secret of this stack, whose ARN is not known yet": variable("DB_SECRET", UNKNOWN) },
    { modes: ["preview"] },
  ),
  ...mutations("lambda-permission-disallow-public-invocation", {
    "a function's URL for every account that signs": permit({
      action: "lambda:InvokeFunctionUrl",
      principal: "*",
      functionUrlAuthType: "AWS_IAM",
    }),
    "a function for every account's administrator": permit({ principal: "arn:aws:iam::*:root" }),
    "a function for a service on anyone's behalf": permit({ principal: "s3.amazonaws.com" }),
    "a function for a service with a token": permit({
      principal: "sns.amazonaws.com",
      eventSourceToken: "any",
    }),
    "a function for every skill": permit({ principal: "alexa-appkit.amazon.com" }),
    "a layer for everyone": layer({ principal: "*" }),
  }),
  ...honest({
    "a function for one skill": permit({
      principal: "alexa-appkit.amazon.com",
      eventSourceToken: "amzn1.ask.skill.1",
    }),
    "a function for the organization": permit({
      principal: "*",
      principalOrgId: "o-1a2b3c4d5e",
    }),
    "a function's URL that asks for a signature": add(
      subject("aws:lambda/functionUrl:FunctionUrl", { authorizationType: "AWS_IAM" }),
    ),
    "a layer for the organization": layer({ principal: "*", organizationId: "o-1a2b3c4d5e" }),
    ...Object.fromEntries(
      ["python3.12", "java21", "ruby3.4", "dotnet10"].map((runtime) => [
        `a function of ${runtime}`,
        set(...FUNCTION, "runtime", runtime),
      ]),
    ),
  }),
  ...mutations("lambda-function-require-current-runtime", {
    "a function of an old Python": set(...FUNCTION, "runtime", "python3.8"),
    "a function of Go as it was": set(...FUNCTION, "runtime", "go1.x"),
  }),
  ...mutations("lambda-function-restrict-timeout", {
    "a durable function that runs for a year": set(...FUNCTION, "durableConfig", {
      executionTimeout: 31_536_000,
    }),
  }),
  ...honest({
    "a durable function that ends within an hour": set(...FUNCTION, "durableConfig", {
      executionTimeout: 3600,
    }),
  }),
];
