/** The provider functions that the program calls; AWS would answer them from the account. */
import { ALGORITHM_REGIONS } from "../../contract/algorithmRegions";
import type { Cloud } from "../cloud";
import { runOnce } from "./resources/command";

/** AWS keeps no image of the algorithm where the program is to be deployed. */
export class NoImageError extends Error {
  override readonly name = "NoImageError";
}

type ProviderFunction = (
  inputs: Readonly<Record<string, unknown>>,
  where: Pick<Cloud, "partition" | "region" | "accountId">,
) => Record<string, unknown>;

const FUNCTIONS: Readonly<Record<string, ProviderFunction>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_inputs, { partition, accountId }) => ({
    accountId,
    id: accountId,
    userId: "LOCAL",
    arn: `arn:${partition}:iam::${accountId}:user/local`,
  }),
  "aws:index/getPartition:getPartition": (_inputs, { partition }) => ({
    id: partition,
    partition,
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": (_inputs, { region }) => ({
    id: region,
    name: region,
    region,
    endpoint: `ec2.${region}.amazonaws.com`,
    description: region,
  }),
  "aws:ec2/getVpcEndpointService:getVpcEndpointService": (inputs, { region }) => ({
    ...inputs,
    id: `${region}-${String(inputs["service"])}`,
    availabilityZones: ["a", "b", "c"].map((zone) => `${region}${zone}`),
  }),
  // The registry is an account of AWS's; the local one has no account, only the images. Which regions
  // have one, the provider reads in a table, and fails for the others, in previews too.
  "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage": (inputs, { region, accountId }) => {
    const { repositoryName, imageTag = "1" } = inputs;
    if (!ALGORITHM_REGIONS.has(region)) {
      throw new NoImageError(
        `There is no image of ${String(repositoryName)} in ${region}: set aws:region to another ` +
          `one, for example us-east-1 or eu-west-1`,
      );
    }
    const registry = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
    return { ...inputs, id: accountId, registryPath: `${registry}/${repositoryName}:${imageTag}` };
  },
};

/**
 * Answers a call of a provider function.
 * @throws NoImageError in a region without the algorithm
 * @throws Error for a function that nobody planned: an invented answer would hide it
 */
export function callFunction(
  token: string,
  inputs: Readonly<Record<string, unknown>>,
  where: Parameters<ProviderFunction>[1],
): Record<string, unknown> {
  const answer = FUNCTIONS[token];
  if (answer === undefined) {
    throw new Error(
      `The program calls ${token}, which the local cloud does not answer; ` +
        `it answers ${Object.keys(FUNCTIONS).join(", ")}`,
    );
  }
  return answer(inputs, where);
}

/** The same in an update, where commands are run, too. */
export async function callProvider(
  token: string,
  inputs: Readonly<Record<string, unknown>>,
  cloud: Cloud,
): Promise<Record<string, unknown>> {
  return token === "command:local:run"
    ? runOnce(inputs, cloud)
    : callFunction(token, inputs, cloud);
}
