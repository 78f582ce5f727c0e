import * as pulumi from "@pulumi/pulumi";
import * as aws from "./aws";
import type { FunctionName } from "./functionBundle";
import { packageFunction, type FunctionPackage } from "./functionPackage";
import type { Placement } from "./privateNetwork";
import { ServiceRole, writeLogs, writeTraces, type Statement } from "./serviceRole";

export interface LambdaFunctionArgs {
  /** Folder under `functions/` whose handler is bundled. */
  readonly source: FunctionName;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** What it may do besides writing its own logs. */
  readonly statements: readonly Statement[];
  readonly memorySize: number;
  readonly timeoutSeconds: number;
  readonly logRetentionDays: number;
  /** Where it runs; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
}

/** One Lambda function with its own execution role and its own log group. */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: LambdaFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:LambdaFunction", name, {}, opts);
    const { placement } = args;

    const logs = new aws.cloudwatch.LogGroup(
      name,
      { retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const role = new ServiceRole(
      `${name}-role`,
      {
        service: "lambda.amazonaws.com",
        statements: [writeLogs(logs.arn), writeTraces(), ...args.statements],
      },
      { parent: this },
    );
    const interfaces = placement?.join(name, "function", role, { parent: this });
    const lambda = new aws.lambda.Function(
      name,
      {
        role: role.arn,
        runtime: aws.lambda.Runtime.NodeJS24dX,
        architectures: ["arm64"],
        handler: "index.handler",
        code: archiveOf(packageFunction(args.source)),
        environment: { variables: args.environment },
        memorySize: args.memorySize,
        timeout: args.timeoutSeconds,
        ...(interfaces === undefined
          ? {}
          : {
              vpcConfig: {
                subnetIds: interfaces.subnetIds,
                securityGroupIds: [...interfaces.securityGroupIds],
              },
            }),
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      },
      { parent: this },
    );

    this.arn = lambda.arn;
    this.name = lambda.name;
    this.roleName = role.name;
    this.registerOutputs({ arn: this.arn, name: this.name, roleName: this.roleName });
  }
}

function archiveOf(files: FunctionPackage): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      Object.entries(files).map(([name, path]) => [name, new pulumi.asset.FileAsset(path)]),
    ),
  );
}
