import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parseConfig } from "../../bootstrap/config";
import * as deployed from "../../bootstrap/deployed";
import { WITHOUT_RESOURCES } from "../../bootstrap/permissions";
import exceptions from "../../bootstrap/policies.json";
import type { RecordedResource } from "../../local/pulumi/graph";
import { parse } from "yaml";
import { rejectionOf } from "../local/pulumi/resources/support";
import { ofType, resource, statements } from "../support/graph";
import { deployBootstrap, REGION } from "../support/mocks";
import { valueOf } from "../support/outputs";
import { graphFrom, refusals } from "../support/policyGraph";
import { PROJECT_ROOT } from "../support/project";

const NAMES = { repository: "octo-org/octo-repo" };
const NUMBERS = { repository: "octo-org@123456/octo-repo@456789" };
const ROLE = "aws:iam/role:Role";

/** Condition of the trust policy of a role. */
function trust(resources: readonly RecordedResource[], name: string): unknown {
  const [statement, ...others] = statements(
    resource(resources, ROLE, name).inputs["assumeRolePolicy"],
  );
  expect(others).to.deep.equal([]);
  expect(statement?.Action).to.equal("sts:AssumeRoleWithWebIdentity");
  return statement?.Condition;
}

const condition = (...subjects: string[]) => ({
  StringEquals: {
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": subjects,
  },
});

describe("bootstrap", () => {
  let resources: readonly RecordedResource[] = [];
  let value: Record<string, unknown> = {};

  before(async () => {
    ({ resources, value } = await deployBootstrap(NUMBERS));
  });

  for (const mode of ["preview", "update"] as const) {
    it(`keeps the policies of the pack, but for those in policies.json (${mode})`, async () => {
      // Prepare
      const options = { preview: mode === "preview" };
      const graph = graphFrom((await deployBootstrap(NUMBERS, options)).resources, "prod");

      // Act
      const found = await refusals(graph, exceptions);

      // Assess
      expect(found).to.deep.equal([]);
    });
  }

  it("excepts from the pack just the actions that know no resources", () => {
    const { read, change } = WITHOUT_RESOURCES;
    expect(exceptions["iam-policy-disallow-all-resources"].allowed).to.deep.equal(
      [...read, ...change].sort(),
    );
  });

  it("lets in the jobs of pull requests and of the branch, compared whole", () => {
    expect(trust(resources, "ci-preview")).to.deep.equal(
      condition(
        "repo:octo-org@123456/octo-repo@456789:pull_request",
        "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main",
      ),
    );
  });

  for (const stack of deployed.stacks) {
    it(`lets into the role of ${stack} the jobs of that environment only, compared whole`, () => {
      expect(trust(resources, `ci-deploy-${stack}`)).to.deep.equal(
        condition(`repo:octo-org@123456/octo-repo@456789:environment:${stack}`),
      );
    });
  }

  it("takes the form without numbers for a repository whose tokens have none", async () => {
    const { resources: ofNames } = await deployBootstrap({ ...NAMES, branch: "trunk" });
    expect(trust(ofNames, "ci-preview")).to.deep.equal(
      condition(
        "repo:octo-org/octo-repo:pull_request",
        "repo:octo-org/octo-repo:ref:refs/heads/trunk",
      ),
    );
    expect(trust(ofNames, "ci-deploy-prod")).to.deep.equal(
      condition("repo:octo-org/octo-repo:environment:prod"),
    );
  });

  for (const [values, complaint] of [
    [{}, "repository: must be set: OWNER/NAME, .+; it is not set"],
    [{ repository: "octo-repo" }, 'must be OWNER/NAME, or .+; it is "octo-repo"'],
    [{ repository: "octo-org/*" }, 'it is "octo-org/\\*"'],
    [{ repository: "octo-org@1/octo-repo" }, "with both ids"],
    [{ repository: "octo-org/octo-repo@2" }, "with both ids"],
    [{ repository: "octo-org/octo-repo:environment:prod" }, "must be OWNER/NAME"],
    [{ ...NAMES, branch: "release-*" }, 'branch: .+ without wildcards; it is "release-\\*"'],
    [{ ...NAMES, branchs: "main" }, "branchs: there is no such key; did you mean branch\\?"],
    [{ ...NAMES, colour: "red" }, "colour: there is no such key; there is: repository, branch"],
  ] as const) {
    it(`refuses ${JSON.stringify(values)}, naming key, value and what is allowed`, () => {
      expect(() => parseConfig(values)).to.throw(new RegExp(complaint));
    });
  }

  it("refuses what the stack sets under another name, for nothing would follow from it", async () => {
    // Act
    const error = await rejectionOf(deployBootstrap({ ...NAMES, brnach: "trunk" }));

    // Assess
    expect(error).to.have.property("name", "ConfigError");
    expect(error).to.have.property("message").that.contains("did you mean branch?");
  });

  it("takes what is set as text, even if it looks like a number", async () => {
    const { resources: ofRelease } = await deployBootstrap({ ...NAMES, branch: "1.10" });
    expect(JSON.stringify(trust(ofRelease, "ci-preview"))).to.contain("refs/heads/1.10");
  });

  it("gives sessions as long as the jobs: four hours to deploy, one to preview", () => {
    const hours = ofType(resources, ROLE).map(({ name, inputs }) => [
      name,
      Number(inputs["maxSessionDuration"]) / 3600,
    ]);
    expect(Object.fromEntries(hours)).to.deep.equal({
      "ci-preview": 1,
      "ci-deploy-dev": 4,
      "ci-deploy-prod": 4,
    });
  });

  it("stays within IAM's limits on managed policies", () => {
    // "IAM and AWS STS quotas": 6,144 characters without spaces, and 10 policies for a role.
    for (const { name, inputs } of ofType(resources, "aws:iam/policy:Policy")) {
      expect(String(inputs["policy"]).replace(/\s/g, "").length, name).to.be.at.most(6144);
    }
    const attachments = ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    for (const { name } of ofType(resources, ROLE)) {
      const own = attachments.filter((each) => each.name.startsWith(`${name}-`));
      expect(own).to.have.length.within(1, 10);
    }
  });

  it("never deletes the state, its key, or what protects them", () => {
    const kept = resources.filter(({ type }) => /^aws:(s3|kms)/.test(type));
    expect(kept).to.have.length.greaterThan(7);
    expect(kept.filter(({ options }) => !options.protect)).to.deep.equal([]);
  });

  it("says what the repository's settings are to hold", async () => {
    expect(await valueOf(pulumi.output({ ...value }))).to.deep.equal({
      variables: {
        AWS_REGION: REGION,
        PULUMI_BACKEND_URL: `s3://pulumi-state-1a2b3c4?region=${REGION}`,
        AWS_PREVIEW_ROLE: resource(resources, ROLE, "ci-preview").outputs["arn"],
        AWS_DEPLOY_ROLE: {
          dev: resource(resources, ROLE, "ci-deploy-dev").outputs["arn"],
          prod: resource(resources, ROLE, "ci-deploy-prod").outputs["arn"],
        },
      },
      secretsProvider: `awskms://alias/pulumi-secrets?region=${REGION}`,
    });
  });

  it("is for the project that is here, and the stacks that the workflow deploys", () => {
    const read = (file: string): unknown =>
      parse(readFileSync(path.join(PROJECT_ROOT, file), "utf8"));
    const { name } = read("Pulumi.yaml") as { name: string };
    const { jobs } = read(".github/workflows/deploy.yml") as { jobs: Record<string, unknown> };
    expect(deployed.project).to.equal(name);
    expect(deployed.stacks).to.deep.equal(Object.keys(jobs));
  });
});
