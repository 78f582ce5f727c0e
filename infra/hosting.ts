import * as pulumi from "@pulumi/pulumi";
import { DATASET_KEYS } from "../contract/dataset";
import { CAPTURE_PREFIX, VARIANT_NAME } from "../contract/inference";
import { arnOf } from "./account";
import * as aws from "./aws";
import type { VerifiedEndpoint } from "./commands/verifyEndpoint";
import type { WorkflowConfig } from "./config";
import type { Dataset } from "./dataset";
import { EndpointAlarms } from "./endpointAlarms";
import { deploymentConfig, scaleWithTraffic, warnOfRolloutOnly } from "./endpointUpdates";
import { containerStatements } from "./imageClassification";
import { takesVolumeKey } from "./instanceStorage";
import { refuseLeftoverEndpoint } from "./leftoverEndpoint";
import { NodeCommand } from "./nodeCommand";
import type { NotificationTopic } from "./notificationTopic";
import type { PrivateBucket } from "./privateBucket";
import type { Placement } from "./privateNetwork";
import { ServiceRole, type Statement } from "./serviceRole";
import { vpcConfig, type Training } from "./training";

export interface HostingArgs {
  /** Unique in account and region; lower case, as it is in the endpoint's ARN. */
  readonly endpointName: pulumi.Input<string>;
  readonly dataset: Dataset;
  readonly training: Training;
  /** Where captured requests and answers go. */
  readonly inferenceBucket: PrivateBucket;
  readonly settings: WorkflowConfig["endpoint"];
  /** Where the model runs; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
  readonly alarms: NotificationTopic;
  readonly observability: WorkflowConfig["observability"];
}

/**
 * The trained model behind an endpoint that captures its traffic. Model and configuration are
 * named by the engine, so that they are replaced before the old ones go; only the endpoint keeps
 * its name, and is updated in place.
 */
export class Hosting extends pulumi.ComponentResource {
  /** Known from the beginning, also while the endpoint is switched off. */
  readonly endpointName: pulumi.Output<string>;
  /** None while it is switched off. */
  readonly endpoint: aws.sagemaker.Endpoint | undefined;
  readonly endpointArn: pulumi.Output<string>;
  /** What the endpoint serves with; known once it has been seen to. */
  readonly configurationName: pulumi.Output<string>;
  /** How many alarms there are; each costs money. */
  readonly alarmCount: number;

  constructor(name: string, args: HostingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:Hosting", name, {}, opts);
    const { dataset, training, inferenceBucket, settings, placement } = args;
    const endpointName = pulumi.output(args.endpointName);

    const role = new ServiceRole(
      `${name}-role`,
      {
        service: "sagemaker.amazonaws.com",
        statements: hostingStatements(dataset, inferenceBucket),
      },
      { parent: this },
    );
    // A change replaces both, so they are never protected. What is replaced stays: SageMaker may
    // roll an update back by itself, and a person later (`npm run rollback`); `npm run prune`
    // removes what is old.
    const replaced = { parent: this, protect: false, retainOnDelete: true };
    const interfaces = placement?.join(name, "model", role, { parent: this });
    const model = new aws.sagemaker.Model(
      name,
      {
        executionRoleArn: role.arn,
        primaryContainer: {
          image: training.image,
          modelDataUrl: training.result.modelDataUrl,
        },
        // The container calls nobody: SageMaker itself brings the model and takes the captures.
        enableNetworkIsolation: true,
        ...(interfaces === undefined ? {} : { vpcConfig: vpcConfig(interfaces) }),
      },
      replaced,
    );
    const configuration = new aws.sagemaker.EndpointConfiguration(
      name,
      {
        ...(takesVolumeKey(settings.instanceType) ? { kmsKeyArn: inferenceBucket.key.arn } : {}),
        productionVariants: [
          {
            modelName: model.name,
            variantName: VARIANT_NAME,
            instanceType: settings.instanceType,
            initialInstanceCount: settings.instanceCount,
            initialVariantWeight: 1,
          },
        ],
        dataCaptureConfig: {
          // The provider's default is false.
          enableCapture: true,
          initialSamplingPercentage: settings.capture,
          kmsKeyId: inferenceBucket.key.arn,
          destinationS3Uri: pulumi.interpolate`s3://${inferenceBucket.name}/${CAPTURE_PREFIX}`,
          captureOptions: [{ captureMode: "Input" }, { captureMode: "Output" }],
          // Without this the answers are captured as base64, which nobody can read.
          captureContentTypeHeader: { jsonContentTypes: ["application/json"] },
        },
      },
      replaced,
    );
    // SageMaker would make the group itself, and keep its logs for ever; also late, when the
    // endpoint has just gone. So it is there whether the endpoint is or not.
    const logs = new aws.cloudwatch.LogGroup(
      name,
      {
        name: pulumi.interpolate`/aws/sagemaker/Endpoints/${endpointName}`,
        retentionInDays: args.observability.logRetentionDays,
      },
      { parent: this },
    );
    const live = settings.enabled
      ? this.serve(name, { endpointName, configurationName: configuration.name, logs }, args)
      : { endpoint: undefined, configurationName: configuration.name, alarmCount: 0 };

    this.endpointName = endpointName;
    this.endpoint = live.endpoint;
    this.configurationName = live.configurationName;
    this.alarmCount = live.alarmCount;
    // By its name, so that it stays the same while the endpoint is switched off and on.
    this.endpointArn = arnOf("sagemaker", pulumi.interpolate`endpoint/${endpointName}`);
    this.registerOutputs({
      endpointName: this.endpointName,
      endpointArn: this.endpointArn,
      configurationName: this.configurationName,
      alarmCount: this.alarmCount,
    });
  }

  /** Makes the endpoint and what hangs on it, and looks whether it serves as it should. */
  private serve(
    name: string,
    { endpointName, configurationName, logs }: EndpointParts,
    { settings, alarms, observability }: HostingArgs,
  ): Pick<Hosting, "endpoint" | "configurationName" | "alarmCount"> {
    const { latencyMilliseconds } = observability;
    const { rollbackAlarmNames, count } = new EndpointAlarms(
      name,
      { endpointName, configurationName, topic: alarms, latencyMilliseconds },
      { parent: this },
    );
    const leftover = refuseLeftoverEndpoint(`${name}-leftover`, endpointName);
    const endpoint = new aws.sagemaker.Endpoint(
      name,
      {
        name: endpointName,
        endpointConfigName: configurationName,
        deploymentConfig: deploymentConfig(settings, rollbackAlarmNames),
      },
      {
        parent: this,
        dependsOn: [logs],
        hooks: { beforeCreate: [leftover], beforeUpdate: [warnOfRolloutOnly(name), leftover] },
      },
    );
    if (settings.autoscaling !== undefined) {
      scaleWithTraffic(name, endpoint, settings.autoscaling, this);
    }
    const verification = new NodeCommand(
      `${name}-verify`,
      {
        script: "infra/commands/verifyEndpoint.ts",
        arguments: [endpoint.name, configurationName],
        triggers: [configurationName],
      },
      { parent: this },
    );
    const { configuration } = pulumi.jsonParse(
      verification.stdout,
    ) as pulumi.Output<VerifiedEndpoint>;
    return {
      endpoint,
      configurationName: configuration,
      alarmCount: count,
    };
  }
}

/** What an endpoint is made of. */
interface EndpointParts {
  readonly endpointName: pulumi.Output<string>;
  readonly configurationName: pulumi.Output<string>;
  readonly logs: aws.cloudwatch.LogGroup;
}

/**
 * What the model container's role may do ("SageMaker Roles: CreateModel", data capture, and the
 * alarms by which an update is rolled back).
 */
function hostingStatements(dataset: Dataset, inferenceBucket: PrivateBucket): readonly Statement[] {
  return [
    {
      actions: ["s3:GetObject"],
      resources: [pulumi.interpolate`${dataset.bucketArn}/${DATASET_KEYS.models}*`],
    },
    {
      actions: ["s3:PutObject"],
      resources: [pulumi.interpolate`${inferenceBucket.arn}/${CAPTURE_PREFIX}/*`],
    },
    dataset.key.read(),
    inferenceBucket.key.writeBySageMaker(),
    {
      actions: ["cloudwatch:DescribeAlarms"],
      // The action is checked against all alarms of the account, however few are asked for.
      resources: [arnOf("cloudwatch", "alarm:*")],
    },
    ...containerStatements("/aws/sagemaker/Endpoints"),
  ];
}
