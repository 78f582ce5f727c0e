/** The part of SageMaker's wire API about endpoints and what they serve with. */
import { AwsError, type ServiceRequest } from "../../protocol";
import {
  refuseUnlessInService,
  type DeploymentConfig,
  type Endpoint,
  type EndpointConfigurationDefinition,
} from "./endpoint";
import { listed } from "./listing";
import type { ModelDefinition } from "./models";

/** What the operations act on. */
export interface HostingStore {
  readonly configurations: Map<string, EndpointConfigurationDefinition>;
  readonly models: Map<string, ModelDefinition>;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** @throws AwsError `ValidationException` when there is no such endpoint */
  endpoint(name: string): Endpoint;
  /** Begins to move an endpoint to another configuration. */
  startUpdate(name: string, configurationName: string): void;
  /** Begins to end an endpoint. */
  startDeletion(name: string): void;
}

type Input = Readonly<Record<string, unknown>>;

/**
 * Answers an operation of this part of the API; nothing for one that is not of it.
 * @throws AwsError `ValidationException` when something that it names is not there
 */
export function handleHosting(
  target: string,
  input: Input,
  store: HostingStore,
  authorize: ServiceRequest["authorize"],
): object | undefined {
  const { configurations, models } = store;
  const action = target.replace("SageMaker.", "");
  const configuration = () => {
    const found = named(configurations, "endpoint configuration", input["EndpointConfigName"]);
    authorize(`sagemaker:${action}`, found.arn);
    return found;
  };
  const model = () => {
    const found = named(models, "model", input["ModelName"]);
    authorize(`sagemaker:${action}`, found.arn);
    return found;
  };
  const endpoint = () => {
    const found = store.endpoint(String(input["EndpointName"]));
    authorize(`sagemaker:${action}`, found.arn);
    return found;
  };
  switch (action) {
    case "ListEndpointConfigs":
      authorize("sagemaker:ListEndpointConfigs", "*");
      return listed("EndpointConfigs", [...configurations.values()], input, (each) => ({
        EndpointConfigName: each.name,
        EndpointConfigArn: each.arn,
        CreationTime: each.created / 1000,
      }));
    case "ListModels":
      authorize("sagemaker:ListModels", "*");
      return listed("Models", [...models.values()], input, (each) => ({
        ModelName: each.name,
        ModelArn: each.arn,
        CreationTime: each.created / 1000,
      }));
    case "ListEndpoints":
      authorize("sagemaker:ListEndpoints", "*");
      return listed("Endpoints", [...store.endpoints.values()], input, (each) => ({
        EndpointName: each.name,
        EndpointArn: each.arn,
        EndpointStatus: each.status,
        CreationTime: each.created / 1000,
        LastModifiedTime: each.modified / 1000,
      }));
    case "DescribeEndpoint":
      return describeEndpoint(endpoint());
    case "DeleteEndpoint": {
      const { name, status, arn } = endpoint();
      if (status !== "InService" && status !== "Failed") {
        throw new AwsError(
          "ValidationException",
          400,
          `Cannot update in-progress endpoint "${arn}".`,
        );
      }
      store.startDeletion(name);
      return {};
    }
    case "DescribeEndpointConfig":
      return describeConfiguration(configuration());
    case "DeleteEndpointConfig":
      configurations.delete(configuration().name);
      return {};
    case "DescribeModel": {
      const { name, arn, created, roleArn, image, modelDataUrl, isolated, placement } = model();
      return {
        ModelName: name,
        ModelArn: arn,
        ExecutionRoleArn: roleArn,
        PrimaryContainer: { Image: image, ModelDataUrl: modelDataUrl },
        EnableNetworkIsolation: isolated,
        ...(placement === undefined
          ? {}
          : {
              VpcConfig: {
                Subnets: placement.subnetIds,
                SecurityGroupIds: placement.securityGroupIds,
              },
            }),
        CreationTime: created / 1000,
      };
    }
    case "DeleteModel":
      models.delete(model().name);
      return {};
    case "UpdateEndpoint": {
      const updated = endpoint();
      const { name, modelName } = configuration();
      named(models, "model", modelName);
      refuseUnlessInService(updated);
      if (input["RetainDeploymentConfig"] !== true) {
        updated.deploymentConfig = input["DeploymentConfig"] as DeploymentConfig | undefined;
      }
      store.startUpdate(updated.name, name);
      return { EndpointArn: updated.arn };
    }
    default:
      return undefined;
  }
}

function named<T>(things: ReadonlyMap<string, T>, kind: string, name: unknown): T {
  const found = things.get(String(name));
  if (found === undefined) {
    throw new AwsError("ValidationException", 400, `Could not find ${kind} "${String(name)}".`);
  }
  return found;
}

function describeEndpoint(endpoint: Endpoint) {
  const { name, arn, status, failureReason, configuration, created, modified } = endpoint;
  return {
    EndpointName: name,
    EndpointArn: arn,
    EndpointConfigName: configuration.name,
    EndpointStatus: status,
    FailureReason: failureReason,
    LastDeploymentConfig: endpoint.deploymentConfig,
    CreationTime: created / 1000,
    LastModifiedTime: modified / 1000,
  };
}

function describeConfiguration(definition: EndpointConfigurationDefinition) {
  const { name, arn, created, variantName, modelName, instanceType, instanceCount, capture } =
    definition;
  return {
    EndpointConfigName: name,
    EndpointConfigArn: arn,
    CreationTime: created / 1000,
    ProductionVariants: [
      {
        VariantName: variantName,
        ModelName: modelName,
        InstanceType: instanceType,
        InitialInstanceCount: instanceCount,
      },
    ],
    ...(capture === undefined
      ? {}
      : {
          DataCaptureConfig: {
            EnableCapture: capture.enabled,
            InitialSamplingPercentage: capture.percentage,
            DestinationS3Uri: capture.destination,
            CaptureOptions: capture.modes.map((CaptureMode) => ({ CaptureMode })),
          },
        }),
  };
}
