/** What a change of a resource's inputs does to the resource. */
import { isDeepStrictEqual } from "node:util";
import { specialSigKey } from "@pulumi/pulumi/runtime/rpc";

export type Inputs = Readonly<Record<string, unknown>>;

interface Change {
  /** Properties with another value, or that came or went. */
  readonly properties: readonly string[];
  /** Those of them that cannot be changed in place. */
  readonly replacing: readonly string[];
}

/**
 * SageMaker has no call that changes these ("UpdateEndpoint" and "UpdateTrainingJob", SageMaker API
 * Reference: the first moves an endpoint to another configuration, the second knows profiling only).
 */
const IMMUTABLE: ReadonlySet<string> = new Set([
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
  "aws:sagemaker/model:Model",
  "aws:sagemaker/trainingJob:TrainingJob",
]);

/** What a resource belongs to for good, by type; those of a bucket are found by their module. */
const OWNER: Readonly<Record<string, string>> = {
  "aws:cloudwatch/eventTarget:EventTarget": "rule",
  "aws:iam/rolePolicy:RolePolicy": "role",
  "aws:sns/topicPolicy:TopicPolicy": "arn",
  "aws:sns/topicSubscription:TopicSubscription": "topic",
  // Not an owner, but it works alike: a command is a new one when a trigger changes.
  "command:local:Command": "triggers",
};

/** Compares a resource's inputs with those it was made from. */
export function changesOf(type: string, old: Inputs, wanted: Inputs): Change {
  const properties = [...new Set([...Object.keys(old), ...Object.keys(wanted)])]
    .filter((property) => !property.startsWith("__"))
    .filter((property) => !isDeepStrictEqual(content(old[property]), content(wanted[property])));
  const replacing = IMMUTABLE.has(type)
    ? properties.filter((property) => property !== "tags")
    : properties.filter((property) => [nameProperty(type), ownerProperty(type)].includes(property));
  return { properties, replacing };
}

/** The property that holds a resource's name in the cloud, of those types that have one. */
export function nameProperty(type: string): string {
  return type === "aws:s3/bucket:Bucket" ? "bucket" : "name";
}

/** Equal for two resources that the cloud could not tell apart; nothing for those without a name. */
export function identityOf(type: string, inputs: Inputs): string | undefined {
  const owner = ownerProperty(type);
  const name = inputs[nameProperty(type)];
  return name === undefined
    ? undefined
    : JSON.stringify([type, name, owner === undefined ? null : inputs[owner]]);
}

function ownerProperty(type: string): string | undefined {
  return OWNER[type] ?? (type.startsWith("aws:s3/") ? "bucket" : undefined);
}

/** An asset is as good as its hash: the engine sends its text in some messages and not in others. */
function content(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(content);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (specialSigKey in value && "hash" in value) {
    return value.hash;
  }
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, content(nested)]));
}
