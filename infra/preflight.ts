import * as pulumi from "@pulumi/pulumi";
import type { PreflightPlan, PreflightReport } from "../contract/preflight";
import { accountId, region } from "./account";
import { hasManagedSchedule, type WorkflowConfig } from "./config";
import { NodeCommand } from "./nodeCommand";

export interface PreflightArgs {
  readonly config: WorkflowConfig;
  readonly endpointName: string;
}

/**
 * Checks whether the stack can be deployed at all, before anything of it is made: every resource that
 * the program registers afterwards waits for it. The checks are made again before whatever may cost: when
 * something of the dataset, the training or the endpoint changes; `npm run doctor` makes them at any
 * time.
 */
export class Preflight extends pulumi.ComponentResource {
  readonly report: pulumi.Output<PreflightReport>;

  constructor(name: string, args: PreflightArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:Preflight", name, {}, opts);

    const plan = pulumi
      .output({ region: region(), accountId: accountId() })
      .apply((place) => JSON.stringify(planOf(args, place)));
    const gate = new NodeCommand(
      name,
      {
        script: "infra/commands/preflight.ts",
        arguments: [plan],
        triggers: [plan, JSON.stringify(costly(args.config))],
      },
      { parent: this },
    );

    this.report = gate.stdout.apply((stdout) => JSON.parse(stdout) as PreflightReport);
    this.registerOutputs({ report: this.report });
    pulumi.runtime.registerStackTransformation(({ props, opts: options }) => ({
      props,
      opts: pulumi.mergeOptions(options, { dependsOn: [gate] }),
    }));
  }
}

/** The settings of which every change leads to a training, or to another fleet. */
function costly({ dataset, training, endpoint, network }: WorkflowConfig) {
  return { dataset, training, endpoint, network };
}

function planOf(
  { config, endpointName }: PreflightArgs,
  place: Pick<PreflightPlan, "region" | "accountId">,
): PreflightPlan {
  const { dataset, training, endpoint } = config;
  return {
    stack: pulumi.getStack(),
    ...place,
    endpointName,
    dataset: {
      classes: dataset.classes,
      archive: dataset.archive,
      archiveMd5: dataset.archiveMd5,
    },
    training: {
      instanceType: training.instanceType,
      instanceCount: training.instanceCount,
      spot: training.spot,
    },
    hosting: {
      enabled: endpoint.enabled,
      instanceType: endpoint.instanceType,
      instanceCount: Math.max(endpoint.instanceCount, endpoint.autoscaling?.maxInstances ?? 0),
    },
    ...(hasManagedSchedule(config) ? { managedSchedule: true } : {}),
  };
}
