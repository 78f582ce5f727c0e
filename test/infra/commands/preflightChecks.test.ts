import { expect } from "chai";
import type { PreflightPlan } from "../../../contract/preflight";
import { runChecks } from "../../../infra/commands/preflightChecks";
import type { Account } from "../../../infra/commands/preflightAccount";

const PLAN: PreflightPlan = {
  stack: "dev",
  region: "eu-west-1",
  accountId: "123456789012",
  endpointName: "ml-workflow-aws-dev",
  dataset: { classes: ["bicycle", "bus"] },
  training: { instanceType: "ml.g4dn.xlarge", instanceCount: 2, spot: false },
  hosting: { enabled: true, instanceType: "ml.m5.xlarge", instanceCount: 2 },
};
const TRAINING = "ml.g4dn.xlarge for training job usage";
const SPOT = "ml.g4dn.xlarge for spot training job usage";
const HOSTING = "ml.m5.xlarge for endpoint usage";

/** An account in which everything is as it should be, but for what is given. */
function account(
  granted: Readonly<Record<string, number>> = { [TRAINING]: 2, [SPOT]: 2, [HOSTING]: 4 },
  differing: Partial<Account> = {},
): Account {
  return {
    callerIdentity: () =>
      Promise.resolve({ account: "123456789012", arn: "arn:aws:iam::123456789012:user/me" }),
    quotas: (names) =>
      Promise.resolve(new Map(Object.entries(granted).filter(([name]) => names.includes(name)))),
    endpoint: () => Promise.resolve(undefined),
    capturingConfiguration: () => Promise.resolve({ name: "hosting-1", created: "2026-08-01" }),
    monitoringSchedule: () => Promise.resolve({ name: "monitor-1", created: "2026-06-01" }),
    isInState: () => Promise.resolve(undefined),
    ...differing,
  };
}

const inService = (status = "InService", failureReason?: string): Partial<Account> => ({
  endpoint: () => Promise.resolve({ status, configuration: "hosting-1", failureReason }),
});

interface Case {
  readonly rule: string;
  readonly check: string;
  readonly status: "passed" | "warning" | "failed" | "skipped";
  readonly message: RegExp;
  readonly remedy?: RegExp;
  readonly plan?: Partial<PreflightPlan>;
  readonly account?: Account;
  readonly dataset?: () => Promise<"archive" | "classes" | "nothing">;
}

const CASES: readonly Case[] = [
  {
    rule: "passes credentials of the provider's account, and says whose they are",
    check: "credentials",
    status: "passed",
    message: /^account 123456789012 as arn:aws:iam::123456789012:user\/me$/,
  },
  {
    rule: "passes credentials where nobody knows the provider's account",
    check: "credentials",
    status: "passed",
    message: /^account 123456789012/,
    plan: { accountId: "" },
  },
  {
    rule: "fails credentials of another account than the provider's",
    check: "credentials",
    status: "failed",
    message: /provider deploys into account 999999999999, but .* reach account 123456789012/,
    remedy: /aws:assumeRoles/,
    plan: { accountId: "999999999999" },
  },
  {
    rule: "fails credentials that AWS refuses, with its reason",
    check: "credentials",
    status: "failed",
    message: /ExpiredToken/,
    remedy: /aws sts get-caller-identity/,
    account: account(undefined, {
      callerIdentity: () => Promise.reject(new Error("ExpiredToken")),
    }),
  },
  {
    rule: "skips what needs credentials when there are none",
    check: "training quota",
    status: "skipped",
    message: /needs credentials/,
    account: account(undefined, { callerIdentity: () => Promise.reject(new Error("none")) }),
  },
  {
    rule: "passes a region with the algorithm",
    check: "region",
    status: "passed",
    message: /eu-west-1/,
  },
  {
    rule: "fails a region without the algorithm, and names regions with it",
    check: "region",
    status: "failed",
    message: /no image of the image-classification algorithm in ap-southeast-7/,
    remedy: /us-east-1/,
    plan: { region: "ap-southeast-7" },
  },
  {
    rule: "passes a name that SageMaker takes",
    check: "endpoint name",
    status: "passed",
    message: /^ml-workflow-aws-dev$/,
  },
  {
    rule: "fails a name that SageMaker does not take",
    check: "endpoint name",
    status: "failed",
    message: /"ml-workflow-aws-staging_eu"/,
    remedy: /letters, digits and inner hyphens/,
    plan: { endpointName: "ml-workflow-aws-staging_eu" },
  },
  {
    rule: "passes the managed schedule in an account that has one, and names it",
    check: "model monitor",
    status: "passed",
    message: /has the schedule monitor-1 since 2026-06-01/,
    plan: { managedSchedule: true },
  },
  {
    rule: "warns of the managed schedule in an account without one, and names the setting",
    check: "model monitor",
    status: "warning",
    message: /no new customers for Model Monitor since 30 July 2026/,
    remedy: /set monitoring\.managedSchedule\.enabled to false/,
    plan: { managedSchedule: true },
    account: account(undefined, { monitoringSchedule: () => Promise.resolve(undefined) }),
  },
  {
    rule: "passes classes that the archive on this machine has",
    check: "dataset",
    status: "passed",
    message: /a\.tar\.gz is sound and has bicycle, bus/,
    plan: { dataset: { classes: ["bicycle", "bus"], archive: "a.tar.gz" } },
    dataset: () => Promise.resolve("archive"),
  },
  {
    rule: "passes classes of CIFAR-100 before the official archive is fetched",
    check: "dataset",
    status: "passed",
    message: /CIFAR-100 has bicycle, bus/,
  },
  {
    rule: "skips classes of an archive that is somewhere else",
    check: "dataset",
    status: "skipped",
    message: /known only once it was fetched/,
    dataset: () => Promise.resolve("nothing"),
  },
  {
    rule: "fails what the ETL would refuse, with its words and the keys of the config",
    check: "dataset",
    status: "failed",
    message: /The archive has no class "unicorn"/,
    remedy: /dataset\.classes, dataset\.archive/,
    dataset: () => Promise.reject(new Error('The archive has no class "unicorn"')),
  },
  {
    rule: "passes a training quota that suffices, and prints needed and granted",
    check: "training quota",
    status: "passed",
    message: /for training job usage: 2 needed, 2 granted/,
  },
  {
    rule: "fails a training quota that is too low",
    check: "training quota",
    status: "failed",
    message: /ml\.g4dn\.xlarge for training job usage: 2 needed, 1 granted/,
    remedy: /Ask for 2 or more .*training\.instanceType/,
    account: account({ [TRAINING]: 1, [HOSTING]: 4 }),
  },
  {
    rule: "asks for spot capacity's own quota",
    check: "training quota",
    status: "failed",
    message: /for spot training job usage: 1 needed, 0 granted/,
    plan: { training: { instanceType: "ml.g4dn.xlarge", instanceCount: 1, spot: true } },
    account: account({ [TRAINING]: 4, [SPOT]: 0, [HOSTING]: 4 }),
  },
  {
    rule: "skips a training quota that Service Quotas does not list",
    check: "training quota",
    status: "skipped",
    message: /lists no "ml\.g4dn\.xlarge for training job usage"/,
    account: account({ [HOSTING]: 4 }),
  },
  {
    rule: "skips, and does not pass, a check that nobody may make",
    check: "training quota",
    status: "skipped",
    message: /AccessDenied/,
    remedy: /Let whoever deploys call it/,
    account: account(undefined, {
      quotas: () => Promise.reject(new Error("AccessDenied: servicequotas:ListServiceQuotas")),
    }),
  },
  {
    rule: "passes a hosting quota for two fleets",
    check: "hosting quota",
    status: "passed",
    message: /2 needed, 4 during an update, 4 granted/,
  },
  {
    rule: "fails a hosting quota that is too low for one fleet",
    check: "hosting quota",
    status: "failed",
    message: /2 needed, 4 during an update, 1 granted/,
    remedy: /Ask for 4 or more/,
    account: account({ [TRAINING]: 2, [HOSTING]: 1 }),
  },
  {
    rule: "warns of a hosting quota for the first fleet alone",
    check: "hosting quota",
    status: "warning",
    message: /2 needed, 4 during an update, 3 granted/,
    remedy: /Ask for 4 or more/,
    account: account({ [TRAINING]: 2, [HOSTING]: 3 }),
  },
  {
    rule: "fails that quota once there is an endpoint to update",
    check: "hosting quota",
    status: "failed",
    message: /4 during an update, 3 granted/,
    account: account({ [TRAINING]: 2, [HOSTING]: 3 }, inService()),
  },
  {
    rule: "skips the hosting quota without an endpoint",
    check: "hosting quota",
    status: "skipped",
    message: /endpoint\.enabled is false/,
    plan: { hosting: { ...PLAN.hosting, enabled: false } },
  },
  {
    rule: "passes where there is no endpoint yet",
    check: "endpoint",
    status: "passed",
    message: /there is no ml-workflow-aws-dev yet/,
  },
  {
    rule: "passes an endpoint in service that is in the state",
    check: "endpoint",
    status: "passed",
    message: /InService with hosting-1, as the stack's state has it/,
    account: account(undefined, { ...inService(), isInState: () => Promise.resolve(true) }),
  },
  {
    rule: "fails an endpoint in service that is not in the state",
    check: "endpoint",
    status: "failed",
    message: /the state of dev does not have it/,
    remedy: /aws sagemaker delete-endpoint --endpoint-name ml-workflow-aws-dev --region eu-west-1/,
    account: account(undefined, { ...inService(), isInState: () => Promise.resolve(false) }),
  },
  {
    rule: "warns where Pulumi does not tell its state",
    check: "endpoint",
    status: "warning",
    message: /Pulumi did not tell/,
    remedy: /pulumi stack --stack dev/,
    account: account(undefined, inService()),
  },
  {
    rule: "fails an endpoint that failed, with SageMaker's reason and the way out",
    check: "endpoint",
    status: "failed",
    message: /is Failed with hosting-1: no capacity/,
    remedy: /delete-endpoint .*pulumi refresh --stack dev/,
    account: account(undefined, inService("Failed", "no capacity")),
  },
  {
    rule: "fails an endpoint that is being changed, and says how to wait",
    check: "endpoint",
    status: "failed",
    message: /is Updating .*refuses to update it now/,
    remedy: /aws sagemaker wait endpoint-in-service/,
    account: account(undefined, {
      ...inService("Updating"),
      isInState: () => Promise.resolve(true),
    }),
  },
  {
    rule: "skips the endpoint while it is switched off",
    check: "endpoint",
    status: "skipped",
    message: /endpoint\.enabled is false/,
    plan: { hosting: { ...PLAN.hosting, enabled: false } },
  },
  {
    rule: "passes data capture where a configuration already captures",
    check: "data capture",
    status: "passed",
    message: /hosting-1 captures since 2026-08-01/,
  },
  {
    rule: "calls data capture unproved where none does",
    check: "data capture",
    status: "skipped",
    message: /^unproved/,
    remedy: /ask AWS support/,
    account: account(undefined, { capturingConfiguration: () => Promise.resolve(undefined) }),
  },
];

describe("preflight checks", () => {
  for (const { rule, check, status, message, remedy, ...given } of CASES) {
    it(rule, async () => {
      // Act
      const results = await runChecks(
        { ...PLAN, ...given.plan },
        given.account ?? account(),
        given.dataset ?? (() => Promise.resolve("classes")),
      );

      // Assess
      const result = results.find((each) => each.check === check);
      expect(result?.message).to.match(message);
      expect(result?.status).to.equal(status);
      expect(result?.remedy ?? "").to.match(remedy ?? /^/);
    });
  }

  it("have each a pass and a failure above, but for data capture, which nothing can disprove", async () => {
    // Act
    const results = await runChecks(PLAN, account(), () => Promise.resolve("classes"));

    // Assess
    const provedBy = (wanted: Case["status"]) =>
      results
        .map(({ check }) => check)
        .filter((name) => CASES.some(({ check, status }) => check === name && status === wanted));
    const names = results.map(({ check }) => check);
    expect(provedBy("passed")).to.deep.equal(names);
    expect([...provedBy("failed"), "data capture"]).to.deep.equal(names);
  });
});
