import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { runCommand } from "../infra/commands/runCommand";
import type { Request } from "../support/awsServer";

const ROLE = "arn:aws:iam::123456789012:role/";
const CREATED = 1_790_000_000;

/** Answers as STS, and as a SageMaker in which one endpoint has one configuration; keys tell the role. */
function answer({ target, body }: Request) {
  switch (target) {
    case undefined: {
      const role = new URLSearchParams(body).get("RoleArn")?.split("/")[1]?.toUpperCase() ?? "";
      const xml =
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>` +
        `<Credentials><AccessKeyId>ASIA${role}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
        `<SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>` +
        `</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
      return { status: 200, body: Buffer.from(xml) };
    }
    case "SageMaker.DescribeEndpoint":
      return {
        status: 200,
        body: { EndpointStatus: "InService", EndpointConfigName: "hosting-1" },
      };
    case "SageMaker.ListEndpoints":
      return { status: 200, body: { Endpoints: [{ EndpointName: "ml-workflow-aws-dev" }] } };
    case "SageMaker.ListEndpointConfigs":
      return { status: 200, body: { EndpointConfigs: [{ EndpointConfigName: "hosting-1" }] } };
    default:
      return {
        status: 200,
        body: { CreationTime: CREATED, ProductionVariants: [{ ModelName: "hosting-1" }] },
      };
  }
}

/** Access keys that requests were signed with, in the order in which they first appear. */
const keysOf = (requests: readonly Request[]) => [
  ...new Set(
    requests.map(({ headers }) => /Credential=(\w+)\//.exec(headers.authorization ?? "")?.[1]),
  ),
];

describe("what is run by hand about a stack", () => {
  let folder = "";
  let files: NodeJS.ProcessEnv;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "aws-files-"));
    files = {
      AWS_SHARED_CREDENTIALS_FILE: path.join(folder, "credentials"),
      AWS_CONFIG_FILE: path.join(folder, "config"),
    };
    await writeFile(
      path.join(folder, "credentials"),
      "[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = secret\n",
    );
    await writeFile(path.join(folder, "config"), "");
  });
  after(() => rm(folder, { recursive: true }));

  const first = { roleArn: `${ROLE}first`, externalId: "e-1" };
  const roles = `aws:assumeRoles=${JSON.stringify([first, { roleArn: `${ROLE}second` }])}`;

  for (const [command, ...args] of [
    ["doctor/rollback.ts", "--list"],
    ["doctor/prune.ts", "--dry-run"],
  ] as const) {
    for (const [what, config, keys] of [
      ["the profile of the stack's config", ["aws:profile=team"], ["AKIDTEAM"]],
      [
        "the roles of the stack's config, each with the session before",
        ["aws:profile=team", roles],
        ["AKIDTEAM", "ASIAFIRST", "ASIASECOND"],
      ],
      ["the environment where the config says nothing", [], ["AKIDEXAMPLE"]],
    ] as const) {
      it(`acts in ${command} as ${what}`, async () => {
        // Act
        const settings = config.flatMap((each) => ["--config", each]);
        const { requests, stderr, code } = await runCommand(
          command,
          [...args, "--stack", "dev", ...settings],
          answer,
          { ...files, AWS_PROFILE: "" },
        );

        // Assess
        expect([stderr, code]).to.deep.equal(["", 0]);
        expect(keysOf(requests)).to.deep.equal(keys);
        const assumed = requests.filter(({ target }) => target === undefined);
        expect(assumed).to.have.length(keys.length - 1);
        for (const { body } of assumed.slice(0, 1)) {
          expect(new URLSearchParams(body).get("ExternalId")).to.equal("e-1");
        }
      });
    }
  }
});
