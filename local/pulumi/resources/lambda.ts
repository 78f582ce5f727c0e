import { readFile } from "node:fs/promises";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Cloud } from "../../cloud";
import { PUBLIC_URL_ACTIONS } from "../../cloud/services/lambda/functionUrls";
import type { FunctionConfiguration } from "../../cloud/services/lambda/service";
import { handler, type ResourceHandler } from "./handler";
import { vpcConfig } from "./network";

/** A package of modules, which is what a bundler makes. */
const assetArchive = z.custom<pulumi.asset.AssetArchive>(
  (value) => value instanceof pulumi.asset.AssetArchive,
  "must be an archive of assets",
);

const lambdaFunction = z.looseObject({
  name: z.string().optional(),
  role: z.string(),
  handler: z.string(),
  code: assetArchive,
  environment: z.object({ variables: z.record(z.string(), z.string()) }).optional(),
  memorySize: z.number().default(128),
  timeout: z.number().default(3),
  vpcConfig: vpcConfig.optional(),
});

/** Only URLs that everybody may call: the local cloud checks no signatures of theirs. */
const functionUrl = z.looseObject({
  functionName: z.string(),
  authorizationType: z.literal("NONE"),
});

const permission = z.looseObject({
  function: z.string(),
  action: z.string(),
  principal: z.string(),
  statementId: z.string().optional(),
});

const NO_FILE = "the local Lambda runs packages of files and texts only";

export const lambdaHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:lambda/function:Function": handler(lambdaFunction, {
    create: async (inputs, { cloud, physicalName }) => {
      const name = inputs.name ?? physicalName;
      const configuration = await configurationOf(name, inputs, cloud);
      place(configuration.arn, inputs, cloud);
      await cloud.lambda.createFunction(configuration);
      return { id: name, name, arn: configuration.arn };
    },
    update: async (name, inputs, { cloud }) => {
      place(functionArn(name, cloud), inputs, cloud);
      await cloud.lambda.updateFunction(await configurationOf(name, inputs, cloud));
    },
    delete: async (name, _inputs, { cloud }) => {
      const arn = functionArn(name, cloud);
      await cloud.lambda.deleteFunction(arn);
      cloud.network.leave(arn);
    },
  }),

  "aws:lambda/functionUrl:FunctionUrl": handler(functionUrl, {
    create: async ({ functionName }, { cloud }) => {
      const arn = functionArn(functionName, cloud);
      const url = await cloud.functionUrls.create(arn, {
        invoke: (event) => cloud.lambda.invoke(arn, event),
        isOpen: () =>
          PUBLIC_URL_ACTIONS.every((action) => cloud.lambda.allowsEverybody(arn, action)),
      });
      return { id: functionName, functionArn: arn, functionUrl: url, urlId: functionName };
    },
    delete: (functionName, _inputs, { cloud }) =>
      cloud.functionUrls.delete(functionArn(functionName, cloud)),
  }),

  "aws:lambda/permission:Permission": handler(permission, {
    create: ({ action, principal, statementId, ...inputs }, { cloud, physicalName }) => {
      const id = statementId ?? physicalName;
      const arn = functionArn(inputs.function, cloud);
      cloud.lambda.putPermission(arn, id, { action, principal });
      return { id, statementId: id };
    },
    delete: (id, inputs, { cloud }) => {
      cloud.lambda.deletePermission(functionArn(inputs.function, cloud), id);
    },
  }),
};

/** Puts a function into the network that it is to run in, or takes it out of the one it was in. */
function place(
  arn: string,
  { role, vpcConfig: placement }: z.infer<typeof lambdaFunction>,
  cloud: Cloud,
): void {
  if (placement === undefined) {
    cloud.network.leave(arn);
  } else {
    cloud.network.join(arn, placement, { roleArn: role, service: "lambda.amazonaws.com" });
  }
}

async function configurationOf(
  name: string,
  inputs: z.infer<typeof lambdaFunction>,
  cloud: Cloud,
): Promise<FunctionConfiguration> {
  return {
    arn: functionArn(name, cloud),
    name,
    handler: inputs.handler,
    files: await packageFiles(inputs.code, cloud.projectRoot),
    environment: {
      ...cloud.environmentFor(inputs.role, "lambda.amazonaws.com"),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(inputs.memorySize),
      ...inputs.environment?.variables,
    },
    timeoutSeconds: inputs.timeout,
  };
}

function functionArn(name: string, cloud: Cloud): string {
  return cloud.arn("lambda", `function:${name}`);
}

/** @param folder that paths start from, as they do for the engine */
async function packageFiles(
  archive: pulumi.asset.AssetArchive,
  folder: string,
): Promise<FunctionConfiguration["files"]> {
  const files = new Map<string, string | Uint8Array>();
  for (const [name, asset] of Object.entries(await archive.assets)) {
    if (asset instanceof pulumi.asset.FileAsset) {
      files.set(name, await readFile(path.resolve(folder, await asset.path)));
    } else if (asset instanceof pulumi.asset.StringAsset) {
      files.set(name, await asset.text);
    } else {
      throw new Error(`${name}: ${NO_FILE}`);
    }
  }
  return files;
}
