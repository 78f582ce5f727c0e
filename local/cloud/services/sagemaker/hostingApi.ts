/** The part of SageMaker's wire API about endpoints and what they serve with. */
import { AwsError, type ServiceRequest } from "../../protocol";
import {
  refuseUnlessInService,
  type Endpoint,
  type EndpointConfigurationDefinition,
} from "./endpoint";
import { listed } from "./listing";
import type { ModelDefinition } from "./models";
import { HOSTING_REQUESTS, parseRequest } from "./requests";

/** A schedule of Model Monitor. */
interface ListedSchedule {
  readonly name: string;
  readonly arn: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly modified: number;
  readonly endpointName: string;
  readonly definitionName: string;
}

/** What the operations act on. */
export interface HostingStore {
  readonly configurations: Map<string, EndpointConfigurationDefinition>;
  readonly models: Map<string, ModelDefinition>;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly schedules: readonly ListedSchedule[];
  /** @throws AwsError `ValidationException` when there is no such endpoint */
  endpoint(name: string): Endpoint;
  /** Begins to move an endpoint to another configuration. */
  startUpdate(name: string, configurationName: string): void;
  /** Begins to end an endpoint. */
  startDeletion(name: string): void;
}

type Action = keyof typeof HOSTING_REQUESTS;

/**
 * Answers an operation of this part of the API; nothing for one that is not of it.
 * @throws AwsError `ValidationException` when the request is wrong, or something that it names is not
 *   there
 */
export function handleHosting(
  target: string,
  input: unknown,
  store: HostingStore,
  authorize: ServiceRequest["authorize"],
): object | undefined {
  const action = target.replace("SageMaker.", "");
  return isHosting(action)
    ? OPERATIONS[action](input, store, (resource) => {
        authorize(`sagemaker:${action}`, resource);
      })
    : undefined;
}

function isHosting(action: string): action is Action {
  return Object.hasOwn(HOSTING_REQUESTS, action);
}

/** @param allow throws unless the caller may do it to the resource */
type Operation = (input: unknown, store: HostingStore, allow: (resource: string) => void) => object;

const OPERATIONS: Readonly<Record<Action, Operation>> = {
  ListEndpointConfigs: (input, { configurations }, allow) => {
    const query = parseRequest(HOSTING_REQUESTS.ListEndpointConfigs, input);
    allow("*");
    return listed("EndpointConfigs", [...configurations.values()], query, (each) => ({
      EndpointConfigName: each.name,
      EndpointConfigArn: each.arn,
      CreationTime: each.created / 1000,
    }));
  },
  ListModels: (input, { models }, allow) => {
    const query = parseRequest(HOSTING_REQUESTS.ListModels, input);
    allow("*");
    return listed("Models", [...models.values()], query, (each) => ({
      ModelName: each.name,
      ModelArn: each.arn,
      CreationTime: each.created / 1000,
    }));
  },
  ListMonitoringSchedules: (input, { schedules }, allow) => {
    const query = parseRequest(HOSTING_REQUESTS.ListMonitoringSchedules, input);
    allow("*");
    return listed("MonitoringScheduleSummaries", schedules, query, (each) => ({
      MonitoringScheduleName: each.name,
      MonitoringScheduleArn: each.arn,
      CreationTime: each.created / 1000,
      LastModifiedTime: each.modified / 1000,
      MonitoringScheduleStatus: "Scheduled",
      EndpointName: each.endpointName,
      MonitoringJobDefinitionName: each.definitionName,
      MonitoringType: "DataQuality",
    }));
  },
  ListEndpoints: (input, { endpoints }, allow) => {
    const query = parseRequest(HOSTING_REQUESTS.ListEndpoints, input);
    allow("*");
    return listed("Endpoints", [...endpoints.values()], query, (each) => ({
      EndpointName: each.name,
      EndpointArn: each.arn,
      EndpointStatus: each.status,
      CreationTime: each.created / 1000,
      LastModifiedTime: each.modified / 1000,
    }));
  },
  DescribeEndpoint: (input, store, allow) => {
    const endpoint = store.endpoint(
      parseRequest(HOSTING_REQUESTS.DescribeEndpoint, input).EndpointName,
    );
    allow(endpoint.arn);
    return describeEndpoint(endpoint);
  },
  DeleteEndpoint: (input, store, allow) => {
    const { name, status, arn } = store.endpoint(
      parseRequest(HOSTING_REQUESTS.DeleteEndpoint, input).EndpointName,
    );
    allow(arn);
    if (status !== "InService" && status !== "Failed") {
      throw new AwsError(
        "ValidationException",
        400,
        `Cannot update in-progress endpoint "${arn}".`,
      );
    }
    store.startDeletion(name);
    return {};
  },
  DescribeEndpointConfig: (input, { configurations }, allow) => {
    const { EndpointConfigName } = parseRequest(HOSTING_REQUESTS.DescribeEndpointConfig, input);
    const found = named(configurations, "endpoint configuration", EndpointConfigName);
    allow(found.arn);
    return describeConfiguration(found);
  },
  DeleteEndpointConfig: (input, { configurations }, allow) => {
    const { EndpointConfigName } = parseRequest(HOSTING_REQUESTS.DeleteEndpointConfig, input);
    allow(named(configurations, "endpoint configuration", EndpointConfigName).arn);
    configurations.delete(EndpointConfigName);
    return {};
  },
  DescribeModel: (input, { models }, allow) => {
    const found = named(
      models,
      "model",
      parseRequest(HOSTING_REQUESTS.DescribeModel, input).ModelName,
    );
    allow(found.arn);
    return describeModel(found);
  },
  DeleteModel: (input, { models }, allow) => {
    const { ModelName } = parseRequest(HOSTING_REQUESTS.DeleteModel, input);
    allow(named(models, "model", ModelName).arn);
    models.delete(ModelName);
    return {};
  },
  UpdateEndpoint: (input, store, allow) => {
    const request = parseRequest(HOSTING_REQUESTS.UpdateEndpoint, input);
    const updated = store.endpoint(request.EndpointName);
    const { EndpointConfigName } = request;
    const wanted = named(store.configurations, "endpoint configuration", EndpointConfigName);
    allow(updated.arn);
    allow(wanted.arn);
    named(store.models, "model", wanted.modelName);
    refuseUnlessInService(updated);
    if (!request.RetainDeploymentConfig) {
      updated.deploymentConfig = request.DeploymentConfig;
    }
    store.startUpdate(updated.name, wanted.name);
    return { EndpointArn: updated.arn };
  },
};

function named<T>(things: ReadonlyMap<string, T>, kind: string, name: string): T {
  const found = things.get(name);
  if (found === undefined) {
    throw new AwsError("ValidationException", 400, `Could not find ${kind} "${name}".`);
  }
  return found;
}

function describeModel(model: ModelDefinition) {
  const { name, arn, created, roleArn, image, modelDataUrl, isolated, placement } = model;
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
  const { name, arn, created, variantName, modelName, instanceType, instanceCount } = definition;
  const { volumeKey, capture } = definition;
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
    ...(volumeKey === undefined ? {} : { KmsKeyId: volumeKey }),
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
