import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  ListMonitoringSchedulesCommand,
  paginateListEndpointConfigs,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import {
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  ServiceQuotasClient,
  type ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientSettings } from "../../common/awsClient";

export interface ExistingEndpoint {
  readonly status: string;
  readonly configuration: string;
  readonly failureReason: string | undefined;
}

/** What the checks ask of AWS, and of Pulumi; each call throws what the client throws. */
export interface Account {
  callerIdentity(): Promise<{ readonly account: string; readonly arn: string }>;
  /** Granted values by name; a quota that Service Quotas does not list is absent. */
  quotas(names: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Undefined where there is none of that name. */
  endpoint(name: string): Promise<ExistingEndpoint | undefined>;
  /** The newest endpoint configuration that captures, if there is one. */
  capturingConfiguration(): Promise<
    { readonly name: string; readonly created: string } | undefined
  >;
  /** The newest schedule of Model Monitor, if there is one. */
  monitoringSchedule(): Promise<{ readonly name: string; readonly created: string } | undefined>;
  /** Whether the stack's state has the endpoint; undefined where Pulumi does not tell. */
  isInState(endpointName: string, stack: string): Promise<boolean | undefined>;
}

/** Configurations that are looked at for one that captures. */
const CONFIGURATIONS = 20;

/** The account that the environment's credentials belong to. */
export function environmentAccount(): Account {
  const settings = { ...clientSettings({ requestTimeout: 20_000 }), maxAttempts: 4 };
  const sagemaker = new SageMakerClient(settings);
  return {
    async callerIdentity() {
      const { Account = "", Arn = "" } = await new STSClient(settings).send(
        new GetCallerIdentityCommand({}),
      );
      return { account: Account, arn: Arn };
    },
    quotas: (names) => findQuotas(new ServiceQuotasClient(settings), names),
    async endpoint(name) {
      try {
        const found = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
        return {
          status: found.EndpointStatus ?? "unknown",
          configuration: found.EndpointConfigName ?? "unknown",
          failureReason: found.FailureReason,
        };
      } catch (error) {
        if (error instanceof Error && /Could not find endpoint/i.test(error.message)) {
          return undefined;
        }
        throw error;
      }
    },
    async capturingConfiguration() {
      const pages = paginateListEndpointConfigs(
        { client: sagemaker, pageSize: CONFIGURATIONS },
        { SortBy: "CreationTime", SortOrder: "Descending" },
      );
      for await (const { EndpointConfigs = [] } of pages) {
        for (const { EndpointConfigName: name = "" } of EndpointConfigs) {
          const { DataCaptureConfig, CreationTime } = await sagemaker.send(
            new DescribeEndpointConfigCommand({ EndpointConfigName: name }),
          );
          if (DataCaptureConfig?.EnableCapture === true) {
            return { name, created: dayOf(CreationTime) };
          }
        }
        break;
      }
      return undefined;
    },
    async monitoringSchedule() {
      const { MonitoringScheduleSummaries: [newest] = [] } = await sagemaker.send(
        new ListMonitoringSchedulesCommand({
          ...{ SortBy: "CreationTime", SortOrder: "Descending", MaxResults: 1 },
        }),
      );
      return (
        newest && {
          name: newest.MonitoringScheduleName ?? "unknown",
          created: dayOf(newest.CreationTime),
        }
      );
    },
    isInState,
  };
}

function dayOf(time: Date | undefined): string {
  return time?.toISOString().slice(0, 10) ?? "an unknown day";
}

/** Values that were granted, and AWS's own for those that nobody ever asked to be raised. */
async function findQuotas(
  client: ServiceQuotasClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const paginate of [paginateListServiceQuotas, paginateListAWSDefaultServiceQuotas]) {
    for await (const { Quotas = [] } of paginate(
      { client, pageSize: 100 },
      { ServiceCode: "sagemaker" },
    )) {
      note(found, names, Quotas);
      if (found.size === new Set(names).size) {
        return found;
      }
    }
  }
  return found;
}

function note(
  found: Map<string, number>,
  names: readonly string[],
  quotas: readonly ServiceQuota[],
): void {
  for (const { QuotaName: name = "", Value: value } of quotas) {
    if (names.includes(name) && value !== undefined && !found.has(name)) {
      found.set(name, value);
    }
  }
}

/** Reading the state takes no lock, so an update may be under way. */
async function isInState(endpointName: string, stack: string): Promise<boolean | undefined> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "export", "--stack", stack], {
      maxBuffer: 2 ** 28,
      timeout: 30_000,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const { deployment } = JSON.parse(stdout) as {
      deployment?: { resources?: readonly { type?: string; id?: string }[] };
    };
    return (deployment?.resources ?? []).some(
      ({ type, id }) => type === "aws:sagemaker/endpoint:Endpoint" && id === endpointName,
    );
  } catch {
    // No CLI, no such stack, or not logged in: whoever asks says that it is not known.
    return undefined;
  }
}
