import { expect } from "chai";
import { disallowAllResources } from "../../../../policy/iam/policy/disallowAllResources";
import { complaints, UNKNOWN, withValue } from "../../../support/policy";
import { rolePolicy } from "./resource";

const ACTION = "policy.Statement[0].Action";
const complaint = (actions: string, resource: string) =>
  `${actions} is allowed on every resource: name those needed in \`${resource}\`.`;

const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const withStatement = (statement: unknown) =>
  withValue(rolePolicy, "policy", JSON.stringify({ Statement: [statement] }));

const LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function";
const EVERY_KEY = "arn:aws:kms:eu-west-1:123456789012:key/*";

describe("policy iam/policy/disallowAllResources", () => {
  for (const [title, mutant] of [
    ["named resources", rolePolicy],
    ["everything in a bucket", withStatement({ ...read, Resource: ["arn:aws:s3:::a/*"] })],
    [
      "every resource of one kind",
      withStatement({ ...read, Resource: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*" }),
    ],
    ...[
      "arn:aws:lambda:eu-west-1:123456789012:function:workflow-*",
      "arn:aws:dynamodb:eu-west-1:123456789012:table/verdicts/index/*",
      "arn:aws:sagemaker:eu-west-1:123456789012:training-job/*",
    ].map((Resource) => [Resource, withStatement({ ...read, Resource })] as const),
    ...Object.entries({
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/data", "alias/models"] },
      StringLike: { "aws:ResourceTag/project": "ml-workflow-*" },
      ArnLike: { "lambda:FunctionArn": UNKNOWN },
      Null: undefined,
    }).map(
      ([operator, keys]) =>
        [
          `every key, with ${operator} ${JSON.stringify(keys)}`,
          withValue(rolePolicy, "policy", {
            Statement: {
              ...read,
              Action: "kms:Decrypt",
              Resource: EVERY_KEY,
              Condition: keys ? { [operator]: keys } : UNKNOWN,
            },
          }),
        ] as const,
    ),
    ...["aws:ResourceTag/team", "ec2:ResourceTag/team"].map(
      (key) =>
        [
          `everything with what ${key} has to be`,
          withStatement({
            ...read,
            Resource: "*",
            Condition: { StringEquals: { [key]: "vision" } },
          }),
        ] as const,
    ),
    ["a denial of everything", withStatement({ ...read, Effect: "Deny" })],
    ["actions without resources", withStatement({ ...read, Action: "ecr:GetAuthorizationToken" })],
    ["such actions in any case", withStatement({ ...read, Action: ["XRAY:puttracesegments"] })],
    [
      "queues of the account with a letter in common",
      withStatement({
        ...read,
        Action: "sqs:ReceiveMessage",
        Resource: "arn:aws:sqs:eu-west-1:123456789012:a*",
      }),
    ],
    ["no resource", withStatement({ ...read, Resource: undefined })],
    ["a resource of another type", withStatement({ ...read, Resource: [1, {}] })],
    ["an unknown document", withValue(rolePolicy, "policy", UNKNOWN)],
    [
      "unknown resources and actions",
      withValue(rolePolicy, "policy", {
        Statement: [{ ...read, Resource: UNKNOWN }, { ...read, Action: [UNKNOWN] }, UNKNOWN],
      }),
    ],
  ] as const) {
    it(`accepts ${title}`, async () => {
      expect(await complaints(disallowAllResources, mutant)).to.deep.equal([]);
    });
  }

  for (const resource of [
    "*",
    "**",
    "arn:aws:s3:::*",
    "arn:aws:s3:::*/*",
    "arn:*:*:*:*:*",
    "arn:aws:s3:*",
    "arn:aws:s3:::in*",
    "arn:aws:iam:::ro*",
    "arn:aws:kms:eu-west-1:*:key/data",
    "arn:aws:ecr:eu-west-1:*:repository/*",
    "arn:aws:lambda:eu-west-1:123456789012:*",
  ]) {
    it(`refuses ${resource}, alone or among others, naming the property and the fix`, async () => {
      const alone = withStatement({ ...read, Resource: resource });
      expect(await complaints(disallowAllResources, alone)).to.deep.equal([
        complaint(`\`${ACTION}\``, "policy.Statement[0].Resource"),
      ]);
      const among = withStatement({ ...read, Resource: ["arn:aws:s3:::a/b", resource] });
      expect(await complaints(disallowAllResources, among)).to.deep.equal([
        complaint(`\`${ACTION}\``, "policy.Statement[0].Resource[1]"),
      ]);
    });
  }

  for (const [Resource, Action] of [
    ["arn:aws:lambda:eu-west-1:123456789012:function:*", "lambda:InvokeFunction"],
    ["arn:aws:lambda:eu-west-1:123456789012:function:*:*", "LAMBDA:invokefunctionurl"],
    ["arn:aws:secretsmanager:*:123456789012:secret:?*", "secretsmanager:GetSecretValue"],
    ["arn:aws:dynamodb:eu-west-1:123456789012:table/*/index/*", "dynamodb:Query"],
    ["arn:aws:dynamodb:eu-west-1:123456789012:table/*", "dynamodb:BatchGetItem"],
    [
      "arn:aws:states:eu-west-1:123456789012:stateMachine:${aws:PrincipalTag/machine}",
      "states:StartSyncExecution",
    ],
    ["arn:aws:ssm:eu-west-1:123456789012:parameter/*", "ssm:GetParametersByPath"],
    [EVERY_KEY, "kms:GenerateDataKeyWithoutPlaintext"],
    ["arn:aws:kms:eu-west-1:123456789012:key/*-*-*", "kms:Decrypt"],
    ["arn:aws:sagemaker:eu-west-1:123456789012:endpoint/*", "sagemaker:InvokeEndpointAsync"],
    ["arn:aws:s3:eu-west-1:123456789012:accesspoint/*", "s3:GetObjectVersion"],
    ["arn:aws:s3:eu-west-1:123456789012:accesspoint/*/object/*", "s3:PutObject"],
    ["arn:aws:kinesis:eu-west-1:123456789012:stream/*", "kinesis:PutRecords"],
    ["arn:aws:rds-db:eu-west-1:123456789012:dbuser:*/admin", "rds-db:connect"],
  ] as const) {
    it(`refuses ${Action} on ${Resource}, but not to look at it`, async () => {
      const [service = ""] = Action.split(":");
      const mutant = withStatement({
        ...read,
        Action: [`${service}:TagResource`, Action],
        Resource: ["arn:aws:s3:::a/b", Resource],
      });
      expect(await complaints(disallowAllResources, mutant)).to.deep.equal([
        complaint(`\`${ACTION}[1]\``, "policy.Statement[0].Resource[1]"),
      ]);
    });
  }

  it("tells the uses of one service from what is open of another", async () => {
    const mutant = withStatement({
      ...read,
      Action: ["kms:Decrypt", "lambda:GetFunction"],
      Resource: ["arn:aws:kms:eu-west-1:123456789012:key/1", `${LAMBDA}:*`],
    });
    expect(await complaints(disallowAllResources, mutant)).to.deep.equal([]);
  });

  for (const Condition of [
    { StringLike: { "aws:ResourceTag/project": "*" } },
    { StringLike: { "kms:ResourceAliases": ["alias/data", "a*"] } },
    { StringEquals: { "kms:ViaService": "${aws:PrincipalTag/service}" } },
    { StringEquals: { "kms:ViaService": [] } },
    { StringNotEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
    { StringEqualsIfExists: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
    { "ForAllValues:StringEquals": { "kms:ResourceAliases": "alias/data" } },
    { Null: { "kms:ResourceAliases": "false" } },
    { StringEquals: { "aws:SourceAccount": "123456789012" } },
    {},
  ]) {
    it(`refuses every key of the account with ${JSON.stringify(Condition)}`, async () => {
      const mutant = withStatement({
        ...read,
        ...{ Action: "kms:Decrypt", Resource: EVERY_KEY, Condition },
      });
      expect(await complaints(disallowAllResources, mutant)).to.have.length(1);
    });
  }

  for (const Condition of [
    { StringLike: { "aws:ResourceTag/team": "*" } },
    { StringEqualsIfExists: { "aws:ResourceTag/team": "vision" } },
    { StringNotEquals: { "aws:ResourceTag/team": "vision" } },
    { StringEquals: { "aws:ResourceTag/": "vision" } },
    { StringEquals: { "aws:PrincipalTag/team": "vision" } },
    { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
  ]) {
    it(`refuses everything with ${JSON.stringify(Condition)}`, async () => {
      const mutant = withStatement({ ...read, Resource: "*", Condition });
      expect(await complaints(disallowAllResources, mutant)).to.have.length(1);
    });
  }

  it("names just the actions that know resources", async () => {
    const mixed = { ...read, Action: ["xray:PutTraceSegments", "s3:GetObject", "sqs:SendMessage"] };
    expect(await complaints(disallowAllResources, withStatement(mixed))).to.deep.equal([
      complaint(`\`${ACTION}[1]\`, \`${ACTION}[2]\``, "policy.Statement[0].Resource"),
    ]);
  });

  it("refuses to allow all resources but a few", async () => {
    const mutant = withStatement({ ...read, Resource: undefined, NotResource: "arn:aws:s3:::a" });
    expect(await complaints(disallowAllResources, mutant)).to.deep.equal([
      "All but some resources are open: use `Resource` instead of `policy.Statement[0].NotResource`.",
    ]);
  });

  it("takes the actions from the policy's config", async () => {
    const config = { allowed: ["s3:GetObject"] };
    expect(await complaints(disallowAllResources, withStatement(read), config)).to.deep.equal([]);
    const token = withStatement({ ...read, Action: "ecr:GetAuthorizationToken" });
    expect(await complaints(disallowAllResources, token, config)).to.have.length(1);
  });
});
