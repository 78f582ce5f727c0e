/** The part of SageMaker's wire API by which endpoints are moved and what is old is removed. */
import { AwsError, type ServiceRequest } from "../../protocol";
import type { Endpoint, EndpointConfigurationDefinition } from "./endpoint";

/** A model as it was made. */
export interface ModelDefinition {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly image: string;
  readonly modelDataUrl: string;
}

/** What the operations act on. */
export interface HostingStore {
  readonly configurations: Map<string, EndpointConfigurationDefinition>;
  readonly models: Map<string, ModelDefinition>;
  /** @throws AwsError `ValidationException` when there is no such endpoint */
  endpoint(name: string): Endpoint;
  /** Begins to move an endpoint to another configuration. */
  startUpdate(name: string, configurationName: string): void;
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
  switch (action) {
    case "ListEndpointConfigs":
      authorize("sagemaker:ListEndpointConfigs", "*");
      // The newest first, whatever order is asked for.
      return {
        EndpointConfigs: [...configurations.values()]
          .reverse()
          .filter(({ name }) => name.includes(String(input["NameContains"] ?? "")))
          .map(({ name, arn, created }) => ({
            EndpointConfigName: name,
            EndpointConfigArn: arn,
            CreationTime: created / 1000,
          })),
      };
    case "DescribeEndpointConfig":
      return describeConfiguration(configuration());
    case "DeleteEndpointConfig":
      configurations.delete(configuration().name);
      return {};
    case "DescribeModel": {
      const { name, arn, roleArn, image, modelDataUrl } = model();
      return {
        ModelName: name,
        ModelArn: arn,
        ExecutionRoleArn: roleArn,
        PrimaryContainer: { Image: image, ModelDataUrl: modelDataUrl },
        CreationTime: 0,
      };
    }
    case "DeleteModel":
      models.delete(model().name);
      return {};
    case "UpdateEndpoint": {
      const endpoint = store.endpoint(String(input["EndpointName"]));
      const { name, modelName } = configuration();
      named(models, "model", modelName);
      authorize("sagemaker:UpdateEndpoint", endpoint.arn);
      if (endpoint.status !== "InService") {
        throw new AwsError(
          "ValidationException",
          400,
          `Cannot update in-progress endpoint "${endpoint.name}".`,
        );
      }
      if (input["RetainDeploymentConfig"] !== true) {
        endpoint.deploymentConfig = input["DeploymentConfig"];
      }
      store.startUpdate(endpoint.name, name);
      return { EndpointArn: endpoint.arn };
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
