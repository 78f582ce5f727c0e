import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { IDENTITY_VARIABLE, type Identity } from "../../contract/credentials";
import { runCommand } from "../infra/commands/runCommand";
import type { Request } from "../support/awsServer";

const ROLE = "arn:aws:iam::123456789012:role/";
const SERVING = { EndpointStatus: "InService", EndpointConfigName: "new" };

/** Answers as STS and as SageMaker; each session's key is named after its role. */
function answer({ target, body }: Request) {
  if (target !== undefined) {
    return { status: 200, body: SERVING };
  }
  const form = new URLSearchParams(body);
  const action = form.get("Action") ?? "";
  const role = form.get("RoleArn")?.split("/")[1]?.toUpperCase() ?? "";
  const xml =
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>` +
    `<Credentials><AccessKeyId>ASIA${role}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
    `<SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>` +
    `</${action}Result></${action}Response>`;
  return { status: 200, body: Buffer.from(xml) };
}

/** Who asked for what: the access key of each request, and its action. */
const asked = (requests: readonly Request[]) =>
  requests.map(({ headers, target, body }) => [
    /Credential=(\w+)\//.exec(headers.authorization ?? "")?.[1],
    target ?? new URLSearchParams(body).get("Action"),
  ]);

const verify = (identity: Identity, variables: NodeJS.ProcessEnv = {}) =>
  runCommand("infra/commands/verifyEndpoint.ts", ["live", "new"], answer, {
    AWS_PROFILE: "",
    ...variables,
    [IDENTITY_VARIABLE]: JSON.stringify(identity),
  });

describe("a program of an update", () => {
  let folder = "";
  const files: NodeJS.ProcessEnv = {};

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "aws-files-"));
    files["AWS_SHARED_CREDENTIALS_FILE"] = path.join(folder, "credentials");
    files["AWS_CONFIG_FILE"] = path.join(folder, "config");
    await writeFile(path.join(folder, "token"), "a-web-token");
    await writeFile(
      path.join(folder, "credentials"),
      "[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = secret\n",
    );
    await writeFile(path.join(folder, "config"), "");
  });
  after(() => rm(folder, { recursive: true }));

  it("acts with the keys of its environment, also beside a profile there", async () => {
    const { requests, code, stderr } = await verify({}, { ...files, AWS_PROFILE: "team" });
    expect(asked(requests)).to.deep.equal([["AKIDEXAMPLE", "SageMaker.DescribeEndpoint"]]);
    expect([code, stderr]).to.deep.equal([0, ""]);
  });

  it("acts as the profile of the configuration, whatever keys its environment has", async () => {
    const { requests } = await verify({ profile: "team" }, files);
    expect(asked(requests)).to.deep.equal([["AKIDTEAM", "SageMaker.DescribeEndpoint"]]);
  });

  it("assumes the roles of the configuration, each with the session before", async () => {
    // Act
    const { requests, code } = await verify(
      {
        profile: "team",
        roles: [
          {
            roleArn: `${ROLE}first`,
            externalId: "e-1",
            durationSeconds: 900,
            tags: { team: "ml" },
            transitiveTagKeys: ["team"],
            sourceIdentity: "me",
            policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
          },
          { roleArn: `${ROLE}second`, sessionName: "deploy" },
        ],
      },
      files,
    );

    // Assess
    expect(code).to.equal(0);
    expect(asked(requests)).to.deep.equal([
      ["AKIDTEAM", "AssumeRole"],
      ["ASIAFIRST", "AssumeRole"],
      ["ASIASECOND", "SageMaker.DescribeEndpoint"],
    ]);
    const [first, second] = requests.map(({ body }) =>
      Object.fromEntries(new URLSearchParams(body)),
    );
    expect(first).to.deep.include({
      RoleArn: `${ROLE}first`,
      RoleSessionName: "ml-workflow-aws",
      ExternalId: "e-1",
      DurationSeconds: "900",
      "Tags.member.1.Key": "team",
      "Tags.member.1.Value": "ml",
      "TransitiveTagKeys.member.1": "team",
      SourceIdentity: "me",
      "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    });
    expect(second).to.deep.include({ RoleArn: `${ROLE}second`, RoleSessionName: "deploy" });
  });

  for (const kind of ["token", "file"] as const) {
    it(`takes the role of a web identity by its ${kind}, and assumes others with it`, async () => {
      const webIdentity = {
        roleArn: `${ROLE}web`,
        ...(kind === "token"
          ? { token: "a-web-token" }
          : { tokenFile: path.join(folder, "token") }),
      };
      const { requests } = await verify({ webIdentity, roles: [{ roleArn: `${ROLE}second` }] });
      expect(asked(requests)).to.deep.equal([
        [undefined, "AssumeRoleWithWebIdentity"],
        ["ASIAWEB", "AssumeRole"],
        ["ASIASECOND", "SageMaker.DescribeEndpoint"],
      ]);
      expect(new URLSearchParams(requests[0]?.body).get("WebIdentityToken")).to.equal(
        "a-web-token",
      );
    });
  }

  it("asks STS in the region that the configuration has for it", async () => {
    const { requests } = await verify({
      roles: [{ roleArn: `${ROLE}first` }],
      stsRegion: "us-east-2",
    });
    expect(requests[0]?.headers.authorization).to.contain("/us-east-2/sts/");
  });

  it("fails with the reason when its profile is not there", async () => {
    const { stderr, code, requests } = await verify({ profile: "absent" }, files);
    expect([code, requests.length]).to.deep.equal([1, 0]);
    expect(stderr).to.contain("absent");
  });

  it("says nothing about the version of Node.js", async () => {
    const { stderr } = await verify({}, { NODE_NO_WARNINGS: "" });
    expect(stderr).to.equal("");
  });

  it("fails when the file in AWS_CA_BUNDLE cannot be read, for it would trust others", async () => {
    const { stderr, code } = await verify({}, { AWS_CA_BUNDLE: path.join(folder, "none.pem") });
    expect(code).to.equal(1);
    expect(stderr).to.contain("none.pem");
  });
});
