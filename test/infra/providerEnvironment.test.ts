import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { IDENTITY_VARIABLE } from "../../contract/credentials";
import { NodeCommand } from "../../infra/nodeCommand";
import { resource } from "../support/graph";
import { deploy, REGION } from "../support/mocks";
import { PROJECT_ROOT } from "../support/project";

const ARGS = { script: "etl/cli.ts", arguments: ["run"], triggers: ["t"] };

/** The environment that a command gets with these settings of the provider, as it is registered. */
async function environmentWith(settings: Readonly<Record<string, unknown>>) {
  const { resources } = await deploy(() => {
    for (const [name, value] of Object.entries(settings)) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      pulumi.runtime.setConfig(`aws:${name}`, text);
    }
    return new NodeCommand("etl", ARGS);
  });
  return resource(resources, "command:local:Command", "etl").inputs["environment"] as Record<
    string,
    unknown
  >;
}

const secret = (value: string) => ({
  [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig,
  value,
});
const refusalOf = (settings: Readonly<Record<string, unknown>>) =>
  environmentWith(settings).then(
    () => "nothing is refused",
    (error: unknown) => String(error),
  );

describe("providerEnvironment", () => {
  it("has the provider's region, and leaves all else where both look for it", async () => {
    expect(await environmentWith({})).to.deep.equal({
      AWS_REGION: REGION,
      [IDENTITY_VARIABLE]: "{}",
    });
  });

  it("hands over a profile, and where its files are", async () => {
    expect(
      await environmentWith({
        profile: "team",
        sharedConfigFiles: ["~/.aws/team"],
        sharedCredentialsFiles: ["~/.aws/team-keys"],
      }),
    ).to.deep.include({
      [IDENTITY_VARIABLE]: '{"profile":"team"}',
      AWS_CONFIG_FILE: "~/.aws/team",
      AWS_SHARED_CREDENTIALS_FILE: "~/.aws/team-keys",
    });
  });

  it("hands over keys as secrets, with no session token but their own, before a profile", async () => {
    const keys = { accessKey: "AKID", secretKey: "s3cret", profile: "team" };
    expect(await environmentWith(keys)).to.deep.include({
      AWS_ACCESS_KEY_ID: secret("AKID"),
      AWS_SECRET_ACCESS_KEY: secret("s3cret"),
      AWS_SESSION_TOKEN: "",
      [IDENTITY_VARIABLE]: "{}",
    });
    expect(await environmentWith({ ...keys, token: "t0ken" })).to.deep.include({
      AWS_SESSION_TOKEN: secret("t0ken"),
    });
  });

  it("hands over roles as one secret, with durations in seconds", async () => {
    const { [IDENTITY_VARIABLE]: identity } = await environmentWith({
      stsRegion: "us-east-2",
      assumeRoles: [
        { roleArn: "arn:1", duration: "1h30m", externalId: "x" },
        { roleArn: "arn:2", sessionName: "deploy", tags: { team: "ml" } },
      ],
      assumeRoleWithWebIdentity: { roleArn: "arn:w", webIdentityToken: "t", duration: "900s" },
    });
    const { value } = identity as ReturnType<typeof secret>;
    expect(identity).to.deep.equal(secret(value));
    expect(JSON.parse(value)).to.deep.equal({
      stsRegion: "us-east-2",
      webIdentity: { roleArn: "arn:w", token: "t", durationSeconds: 900 },
      roles: [
        { roleArn: "arn:1", externalId: "x", durationSeconds: 5400 },
        { roleArn: "arn:2", sessionName: "deploy", tags: { team: "ml" } },
      ],
    });
  });

  it("hands over proxies as secrets, and the way through them", async () => {
    expect(
      await environmentWith({
        httpProxy: "http://me:pw@proxy",
        httpsProxy: "http://me:pw@proxy",
        noProxy: ".internal",
        customCaBundle: "ca.pem",
      }),
    ).to.deep.include({
      HTTP_PROXY: secret("http://me:pw@proxy"),
      HTTPS_PROXY: secret("http://me:pw@proxy"),
      NO_PROXY: ".internal",
      AWS_CA_BUNDLE: "ca.pem",
    });
  });

  it("hands over the endpoints of the services that are called, and kinds of endpoints", async () => {
    const environment = await environmentWith({
      endpoints: [{ s3: "https://s3.internal", sts: "https://sts.internal", ec2: "https://ec2" }],
      useFipsEndpoint: true,
      useDualstackEndpoint: true,
      skipMetadataApiCheck: true,
    });
    expect(environment).to.deep.equal({
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_S3: "https://s3.internal",
      AWS_ENDPOINT_URL_STS: "https://sts.internal",
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_USE_DUALSTACK_ENDPOINT: "true",
      AWS_EC2_METADATA_DISABLED: "true",
      [IDENTITY_VARIABLE]: "{}",
    });
  });

  it("does not make a secret of what a program prints, for whom it acts is not in there", async () => {
    const { value } = await deploy(
      () => {
        pulumi.runtime.setConfig("aws:accessKey", "AKID");
        pulumi.runtime.setConfig("aws:secretKey", "s3cret");
        return new NodeCommand("etl", ARGS);
      },
      { outputs: () => ({ stdout: pulumi.secret("printed") }) },
    );
    expect(await pulumi.isSecret(value.stdout)).to.equal(false);
  });

  const refusals = [
    { settings: { insecure: true }, message: /aws:insecure .*aws:customCaBundle/ },
    { settings: { accessKey: "AKID" }, message: /aws:accessKey is set alone/ },
    { settings: { secretKey: "s3cret" }, message: /aws:secretKey is set alone/ },
    { settings: { sharedConfigFiles: ["a", "b"] }, message: /aws:sharedConfigFiles .*into one/ },
    {
      settings: { assumeRoles: [{ roleArn: "arn:1", duration: "soon" }] },
      message: /aws:assumeRoles has the duration "soon"; write it as 1h30m/,
    },
    { settings: { assumeRoles: [{ role: "arn:1" }] }, message: /aws:assumeRoles cannot be used/ },
    {
      settings: { newSetting: "x" },
      message: /aws:newSetting is a setting of which it is not known/,
    },
  ];
  for (const { settings, message } of refusals) {
    it(`refuses ${JSON.stringify(settings)}, with the reason`, async () => {
      expect(await refusalOf(settings)).to.match(message);
    });
  }

  it("repeats no secret in a refusal", async () => {
    const settings = { assumeRoles: [{ roleArn: "arn:1", externalId: ["s3cret"] }] };
    expect(await refusalOf(settings))
      .to.contain("externalId")
      .and.not.to.contain("s3cret");
  });

  it("knows each setting that the provider has", async () => {
    // Prepare: the provider's own list
    const vars = path.join(PROJECT_ROOT, "node_modules/@pulumi/aws/config/vars.d.ts");
    const names = [...readFileSync(vars, "utf8").matchAll(/export declare const (\w+):/g)].map(
      ([, name = ""]) => name,
    );
    expect(names).to.include("assumeRoles");

    // Act
    const unknown: string[] = [];
    for (const name of names) {
      // Not the shape of every one: such a refusal shows that the setting is known.
      if (/it is not known/.test(await refusalOf({ [name]: "x" }))) {
        unknown.push(name);
      }
    }

    // Assess
    expect(unknown).to.deep.equal([]);
  });
});
