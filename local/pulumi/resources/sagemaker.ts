import { z } from "zod";
import { EndpointStateError, type DeploymentConfig } from "../../cloud/services/sagemaker/endpoint";
import { handler, type ResourceHandler } from "./handler";
import { asApi, asRequest } from "./sagemakerRequest";

const placement = z
  .object({ subnets: z.array(z.string()), securityGroupIds: z.array(z.string()) })
  .transform(({ subnets: subnetIds, securityGroupIds }) => ({ subnetIds, securityGroupIds }))
  .optional();

/** As whoever registers it has it: SageMaker judges what is in it. */
const trainingJob = z.looseObject({
  trainingJobName: z.string(),
  inputDataConfigs: z.array(z.unknown()).default([]),
  resourceConfig: z.looseObject({ volumeSizeInGb: z.number().optional() }).optional(),
});

const contentTypes = z.array(z.string()).default([]);

const captureConfig = z.object({
  // The provider's default.
  enableCapture: z.boolean().default(false),
  initialSamplingPercentage: z.number(),
  destinationS3Uri: z.string(),
  captureOptions: z.array(z.object({ captureMode: z.string() })),
  captureContentTypeHeader: z
    .object({ jsonContentTypes: contentTypes, csvContentTypes: contentTypes })
    .default({ jsonContentTypes: [], csvContentTypes: [] }),
});

const endpointConfiguration = z.looseObject({
  name: z.string().optional(),
  kmsKeyArn: z.string().optional(),
  productionVariants: z.tuple([
    z.looseObject({
      modelName: z.string(),
      variantName: z.string(),
      instanceType: z.string(),
      initialInstanceCount: z.number(),
    }),
  ]),
  dataCaptureConfig: captureConfig.optional(),
});

const alarm = z.strictObject({ alarmName: z.string() });
const size = z.strictObject({ type: z.string(), value: z.number() });
const endpoint = z.looseObject({
  name: z.string().optional(),
  endpointConfigName: z.string(),
  deploymentConfig: z
    .strictObject({
      blueGreenUpdatePolicy: z
        .strictObject({
          trafficRoutingConfiguration: z.strictObject({
            type: z.string(),
            waitIntervalInSeconds: z.number(),
            canarySize: size.optional(),
            linearStepSize: size.optional(),
          }),
          terminationWaitInSeconds: z.number().optional(),
          maximumExecutionTimeoutInSeconds: z.number().optional(),
        })
        .optional(),
      autoRollbackConfiguration: z.strictObject({ alarms: z.array(alarm) }).optional(),
    })
    .transform((config) => asApi(config) as DeploymentConfig)
    .optional(),
});

export const sagemakerHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:sagemaker/trainingJob:TrainingJob": handler(trainingJob, {
    create: (inputs, { cloud }) => {
      const name = inputs.trainingJobName;
      const arn = cloud.arn("sagemaker", `training-job/${name}`);
      cloud.sagemaker.createTrainingJob(arn, trainingJobRequest(inputs));
      return { id: name, arn };
    },
    delete: (name, _inputs, { cloud }) => cloud.sagemaker.deleteTrainingJob(name),
  }),

  "aws:sagemaker/model:Model": handler(
    z.looseObject({
      name: z.string().optional(),
      executionRoleArn: z.string(),
      primaryContainer: z.looseObject({ image: z.string(), modelDataUrl: z.string() }),
      enableNetworkIsolation: z.boolean().default(false),
      vpcConfig: placement,
    }),
    {
      create: async (
        { executionRoleArn, primaryContainer, ...inputs },
        { cloud, physicalName },
      ) => {
        const name = inputs.name ?? physicalName;
        const arn = cloud.arn("sagemaker", `model/${name}`);
        await cloud.sagemaker.createModel({
          name,
          arn,
          roleArn: executionRoleArn,
          image: primaryContainer.image,
          modelDataUrl: primaryContainer.modelDataUrl,
          isolated: inputs.enableNetworkIsolation,
          placement: inputs.vpcConfig,
          created: Date.now(),
        });
        return { id: name, name, arn };
      },
      delete: (name, _inputs, { cloud }) => {
        cloud.sagemaker.deleteModel(name);
      },
    },
  ),

  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": handler(endpointConfiguration, {
    create: (
      { productionVariants: [variant], dataCaptureConfig: capture, ...inputs },
      { cloud, physicalName },
    ) => {
      const name = inputs.name ?? physicalName;
      const arn = cloud.arn("sagemaker", `endpoint-config/${name}`);
      cloud.sagemaker.createEndpointConfiguration({
        name,
        arn,
        created: Date.now(),
        variantName: variant.variantName,
        modelName: variant.modelName,
        instanceType: variant.instanceType,
        instanceCount: variant.initialInstanceCount,
        volumeKey: inputs.kmsKeyArn,
        capture: capture && {
          enabled: capture.enableCapture,
          percentage: capture.initialSamplingPercentage,
          destination: capture.destinationS3Uri,
          modes: capture.captureOptions.map(({ captureMode }) => captureMode),
          ...capture.captureContentTypeHeader,
        },
      });
      return { id: name, name, arn };
    },
    delete: (name, _inputs, { cloud }) => {
      cloud.sagemaker.deleteEndpointConfiguration(name);
    },
  }),

  "aws:sagemaker/endpoint:Endpoint": handler(endpoint, {
    create: async (inputs, { cloud, physicalName }) => {
      const name = inputs.name ?? physicalName;
      // ARNs of endpoints are lower case whatever the name's case is.
      const arn = cloud.arn("sagemaker", `endpoint/${name.toLowerCase()}`);
      await cloud.sagemaker
        .createEndpoint(name, arn, inputs.endpointConfigName, inputs.deploymentConfig)
        .catch(asProvider(name, "create"));
      return { id: name, name, arn };
    },
    update: (name, { endpointConfigName, deploymentConfig }, { cloud }) =>
      cloud.sagemaker
        .updateEndpoint(name, endpointConfigName, deploymentConfig)
        .catch(asProvider(name, "update")),
    delete: (name, _inputs, { cloud }) => cloud.sagemaker.deleteEndpoint(name),
  }),
};

/** What the provider sends; hyperparameters are no fields, and keep their names. */
function trainingJobRequest({
  inputDataConfigs,
  hyperParameters,
  resourceConfig: { volumeSizeInGb, ...resources } = {},
  ...inputs
}: z.infer<typeof trainingJob>): object {
  return {
    ...asRequest(inputs),
    ...(hyperParameters === undefined ? {} : { HyperParameters: hyperParameters }),
    InputDataConfig: asApi(inputDataConfigs),
    ResourceConfig: { ...(asApi(resources) as object), VolumeSizeInGB: volumeSizeInGb },
  };
}

/** Throws in the words of the provider (terraform-provider-aws, `internal/service/sagemaker/endpoint.go`). */
function asProvider(name: string, operation: "create" | "update") {
  return (error: unknown): never => {
    if (!(error instanceof Error)) {
      throw error;
    }
    const [verb, subject] = [
      `${operation.replace(/e$/, "")}ing`,
      `SageMaker AI Endpoint (${name})`,
    ];
    if (!(error instanceof EndpointStateError)) {
      throw new Error(`${verb} ${subject}: ${error.name}: ${error.message}`, { cause: error });
    }
    const found =
      error.status === "Creating"
        ? "timeout while waiting for state to become 'InService' (last state: 'Creating', timeout: 1h0m0s)"
        : `unexpected state '${error.status}', wanted target 'InService'` +
          (error.reason === undefined ? "" : `. last error: ${error.reason}`);
    throw new Error(`waiting for ${subject} ${operation}: ${found}`, { cause: error });
  };
}
