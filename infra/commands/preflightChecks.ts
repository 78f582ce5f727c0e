import { messageOf } from "../../common/failure";
import { ALGORITHM_REGIONS } from "../../contract/algorithmRegions";
import { ENDPOINT_NAME_PATTERN } from "../../contract/inference";
import type { CheckResult, PreflightPlan } from "../../contract/preflight";
import type { DatasetKnowledge, DatasetRequest } from "../../etl/preflight";
import type { Account } from "./preflightAccount";

/** Whether a dataset could be made; throws why not. */
type DatasetJudge = (request: DatasetRequest) => Promise<DatasetKnowledge>;

export type Outcome = Omit<CheckResult, "check">;

/** A check, and whether it needs somebody who AWS lets in. */
interface Check {
  readonly name: string;
  readonly asksAws: boolean;
  readonly make: () => Promise<Outcome> | Outcome;
}

/** Makes all checks, each whatever the others say; the results are in the order of the docs. */
export async function runChecks(
  plan: PreflightPlan,
  account: Account,
  judgeDataset: DatasetJudge,
): Promise<readonly CheckResult[]> {
  const credentials = await checkCredentials(plan, account);
  const rest: readonly Check[] = [
    { name: "region", asksAws: false, make: () => checkRegion(plan) },
    { name: "endpoint name", asksAws: false, make: () => checkName(plan) },
    { name: "dataset", asksAws: false, make: () => checkDataset(plan, judgeDataset) },
    { name: "training quota", asksAws: true, make: () => checkTrainingQuota(plan, account) },
    { name: "hosting quota", asksAws: true, make: () => checkHostingQuota(plan, account) },
    { name: "endpoint", asksAws: true, make: () => checkEndpoint(plan, account) },
    { name: "data capture", asksAws: true, make: () => checkCapture(account) },
    ...(plan.managedSchedule === true
      ? [{ name: "model monitor", asksAws: true, make: () => checkModelMonitor(account) }]
      : []),
  ];
  const results = await Promise.all(
    rest.map(async ({ name, asksAws, make }) => ({
      check: name,
      ...(asksAws && credentials.status === "failed"
        ? skipped("it needs credentials that AWS accepts")
        : await attempt(make)),
    })),
  );
  return [{ check: "credentials", ...credentials }, ...results];
}

/** A check that cannot be made says nothing about what it was to check. */
async function attempt(make: Check["make"]): Promise<Outcome> {
  try {
    return await make();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const isDenied = /AccessDenied|NotAuthorized|UnauthorizedOperation/i.test(`${name} ${message}`);
    return skipped(
      `${name}: ${message}`,
      isDenied
        ? "Let whoever deploys call it, or look for yourself in the console."
        : "Look for yourself in the console.",
    );
  }
}

async function checkCredentials(plan: PreflightPlan, account: Account): Promise<Outcome> {
  let identity: Awaited<ReturnType<Account["callerIdentity"]>>;
  try {
    identity = await account.callerIdentity();
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return failed(
      `AWS does not accept the credentials, or there are none: ${reason}`,
      "Log in, or set aws:profile in the stack's config; `aws sts get-caller-identity` shows who you are.",
    );
  }
  const found = `account ${identity.account} as ${identity.arn}`;
  if (plan.accountId !== "" && plan.accountId !== identity.account) {
    return failed(
      `The provider deploys into account ${plan.accountId}, but the ETL and the gates reach ${found}`,
      "Give the provider's identity in the stack's config (aws:profile, aws:assumeRoles), so that " +
        "they take it from there too.",
    );
  }
  return passed(found);
}

function checkRegion({ region }: PreflightPlan): Outcome {
  return ALGORITHM_REGIONS.has(region)
    ? passed(`${region} has the image-classification algorithm`)
    : failed(
        `AWS keeps no image of the image-classification algorithm in ${region}`,
        "Set aws:region to another one, for example us-east-1 or eu-west-1.",
      );
}

function checkName({ endpointName }: PreflightPlan): Outcome {
  return ENDPOINT_NAME_PATTERN.test(endpointName)
    ? passed(endpointName)
    : failed(
        `SageMaker takes no endpoint called ${JSON.stringify(endpointName)}`,
        "Give the stack a name of letters, digits and inner hyphens, with the project's at most 63.",
      );
}

async function checkDataset({ dataset }: PreflightPlan, judge: DatasetJudge): Promise<Outcome> {
  const classes = dataset.classes.join(", ");
  let known: DatasetKnowledge;
  try {
    known = await judge(dataset);
  } catch (error) {
    return failed(
      messageOf(error),
      "Correct dataset.classes, dataset.archive or dataset.archiveMd5.",
    );
  }
  switch (known) {
    case "archive":
      return passed(`${dataset.archive ?? ""} is sound and has ${classes}`);
    case "classes":
      return passed(`CIFAR-100 has ${classes}; the archive is fetched by the update`);
    case "nothing":
      return skipped(`what ${dataset.archive ?? ""} has is known only once it was fetched`);
  }
}

async function checkTrainingQuota(plan: PreflightPlan, account: Account): Promise<Outcome> {
  const { instanceType, instanceCount, spot } = plan.training;
  const name = `${instanceType} for ${spot ? "spot training job" : "training job"} usage`;
  const granted = (await account.quotas([name])).get(name);
  if (granted === undefined) {
    return skipped(
      `Service Quotas lists no "${name}"`,
      "Check that the instance type exists here.",
    );
  }
  const figures = `${name}: ${instanceCount} needed, ${granted} granted`;
  return granted < instanceCount
    ? failed(figures, quotaRemedy(plan.region, instanceCount, "training.instanceType"))
    : passed(figures);
}

/** An update starts the new fleet beside the old one ("Blue/green deployments", SageMaker guide). */
async function checkHostingQuota(plan: PreflightPlan, account: Account): Promise<Outcome> {
  const { enabled, instanceType, instanceCount } = plan.hosting;
  if (!enabled) {
    return skipped("endpoint.enabled is false");
  }
  const name = `${instanceType} for endpoint usage`;
  const [quotas, endpoint] = await Promise.all([
    account.quotas([name]),
    account.endpoint(plan.endpointName),
  ]);
  const granted = quotas.get(name);
  if (granted === undefined) {
    return skipped(
      `Service Quotas lists no "${name}"`,
      "Check that the instance type exists here.",
    );
  }
  const both = 2 * instanceCount;
  const figures =
    `${name}: ${instanceCount} needed, ${both} during an update, ${granted} granted to all ` +
    `endpoints of the account`;
  const remedy = quotaRemedy(plan.region, both, "endpoint.instanceCount");
  if (granted < instanceCount || (granted < both && endpoint !== undefined)) {
    return failed(figures, remedy);
  }
  return granted < both ? { status: "warning", message: figures, remedy } : passed(figures);
}

function quotaRemedy(region: string, value: number, setting: string): string {
  return (
    `Ask for ${value} or more (Service Quotas, Amazon SageMaker, region ${region}), which may take ` +
    `a day, or change ${setting}.`
  );
}

async function checkEndpoint(plan: PreflightPlan, account: Account): Promise<Outcome> {
  return plan.hosting.enabled ? judgeEndpoint(plan, account) : skipped("endpoint.enabled is false");
}

/** Whether an endpoint of our name, if there is one, can be made or updated. */
export async function judgeEndpoint(
  { endpointName: name, region, stack }: Pick<PreflightPlan, "endpointName" | "region" | "stack">,
  account: Pick<Account, "endpoint" | "isInState">,
): Promise<Outcome> {
  const endpoint = await account.endpoint(name);
  if (endpoint === undefined) {
    return passed(`there is no ${name} yet`);
  }
  const { status, configuration, failureReason } = endpoint;
  const found = `${name} is ${status} with ${configuration}`;
  const place = `--endpoint-name ${name} --region ${region}`;
  const deletion = `aws sagemaker delete-endpoint ${place}`;
  const waiting = `aws sagemaker wait endpoint-in-service ${place}`;
  if (status === "Failed") {
    return failed(
      `${found}: ${failureReason ?? "SageMaker gives no reason"}`,
      `It cannot be updated: ${deletion}, then \`pulumi refresh --stack ${stack}\`, and update again.`,
    );
  }
  const inState = await account.isInState(name, stack);
  if (inState === false) {
    const first = status === "InService" ? "" : `${waiting}, for it cannot be deleted now, then `;
    return failed(
      `${found}, but the state of ${stack} does not have it: its creation would be refused`,
      `If an update that was broken off left it: ${first}${deletion}. If it is somebody else's: ` +
        "another stack name.",
    );
  }
  if (status !== "InService") {
    return failed(`${found}: SageMaker refuses to update it now`, `Wait: ${waiting}`);
  }
  return inState === true
    ? passed(`${found}, as the stack's state has it`)
    : {
        status: "warning",
        message: `${found}; whether it is in the state of ${stack}, Pulumi did not tell`,
        remedy: `See \`pulumi stack --stack ${stack}\`; if it is not there: ${deletion}.`,
      };
}

/**
 * AWS closed Model Monitor to new customers, and says so on the page about data capture too. Only
 * CreateEndpointConfig tells whether it takes captures, and that needs a model, which needs training;
 * a configuration that captures is the only evidence to be had for nothing.
 */
async function checkCapture(account: Account): Promise<Outcome> {
  const evidence = await account.capturingConfiguration();
  return evidence === undefined
    ? skipped(
        "unproved: no endpoint configuration of the account captures, and to try one takes a model",
        "If the account is new to SageMaker, ask AWS support whether it may use data capture.",
      )
    : passed(`${evidence.name} captures since ${evidence.created}`);
}

/**
 * Whether AWS lets an account have a schedule, only CreateMonitoringSchedule tells; that there is one,
 * says so.
 */
async function checkModelMonitor(account: Account): Promise<Outcome> {
  const evidence = await account.monitoringSchedule();
  return evidence === undefined
    ? {
        status: "warning",
        message:
          "the account has no monitoring schedule here, and AWS takes no new customers for Model " +
          "Monitor since 30 July 2026: the update may be refused when it makes the job definition",
        remedy:
          "Unless the account has used Model Monitor before, set monitoring.managedSchedule.enabled " +
          "to false: the drift monitor does without.",
      }
    : passed(`the account has the schedule ${evidence.name} since ${evidence.created}`);
}

function passed(message: string): Outcome {
  return { status: "passed", message };
}

function failed(message: string, remedy: string): Outcome {
  return { status: "failed", message, remedy };
}

function skipped(message: string, remedy?: string): Outcome {
  return { status: "skipped", message, ...(remedy === undefined ? {} : { remedy }) };
}
