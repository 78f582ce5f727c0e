import * as pulumi from "@pulumi/pulumi";
import type { ImageShape } from "../contract/dataset";
import { formatNumber } from "../contract/values";
import type { ParityReport } from "./commands/parityReport";
import { hasManagedSchedule, type WorkflowConfig } from "./config";
import type { Dataset } from "./dataset";
import type { Hosting } from "./hosting";
import { NodeCommand } from "./nodeCommand";
import type { PrivateBucket } from "./privateBucket";

export interface ParityGateArgs {
  readonly dataset: Dataset;
  /** What is scored, again whenever it serves with another configuration. */
  readonly hosting: Hosting;
  /** Where the drift baseline goes. */
  readonly inferenceBucket: PrivateBucket;
  /** Size of the images that the model takes: it is shown what uploads become. */
  readonly imageShape: ImageShape;
  /** Has the accuracy, 0 to 1, below which the update fails. */
  readonly config: Pick<WorkflowConfig, "training" | "endpoint" | "monitoring">;
}

/**
 * Scores the live endpoint with the held-out images whenever it serves another model, and fails
 * the update when it does not do well enough. What it finds is the baseline for drift, and, if there
 * is one, for the managed schedule.
 */
export class ParityGate extends pulumi.ComponentResource {
  readonly report: pulumi.Output<ParityReport>;

  constructor(name: string, args: ParityGateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:ParityGate", name, {}, opts);
    const { dataset, hosting, inferenceBucket, imageShape, config } = args;
    const floor = formatNumber(config.training.accuracyFloor);
    const managed = hasManagedSchedule(config)
      ? ["--managed-threshold", formatNumber(config.monitoring.drift.limits.distance)]
      : [];

    const command = new NodeCommand(
      name,
      {
        script: "infra/commands/scoreEndpoint.ts",
        arguments: [
          ...["--endpoint", hosting.endpointName, "--dataset", dataset.bucketName],
          ...["--baseline", inferenceBucket.name, "--image-shape", imageShape.join(",")],
          ...managed,
          ...["--floor", floor],
        ],
        triggers: [hosting.configurationName, dataset.summary.digest, floor, ...managed],
      },
      { parent: this },
    );

    this.report = command.stdout.apply((stdout) => JSON.parse(stdout) as ParityReport);
    this.registerOutputs({ report: this.report });
  }
}
