import type { Property } from "../../support/property";
import { mend, onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";

const settings = defineSettings({
  required: {
    type: "array",
    items: { type: "string", pattern: "^[^=]+(=.*)?$" },
    default: [],
    description: "Tags that every resource must have: `Key`, or `Key=Value` for just that value",
  },
});

/** What can be tagged of what such a workflow is made of. */
export const TAGGABLE = [
  "aws:appautoscaling/target:Target",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecr/repository:Repository",
  "aws:iam/policy:Policy",
  "aws:iam/role:Role",
  "aws:kms/key:Key",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:sagemaker/domain:Domain",
  "aws:sagemaker/endpoint:Endpoint",
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
  "aws:sagemaker/featureGroup:FeatureGroup",
  "aws:sagemaker/model:Model",
  "aws:sagemaker/modelPackageGroup:ModelPackageGroup",
  "aws:sagemaker/notebookInstance:NotebookInstance",
  "aws:sagemaker/pipeline:Pipeline",
  "aws:sagemaker/trainingJob:TrainingJob",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
];

interface Tag {
  readonly key: string;
  /** Any, if it is absent. */
  readonly value: string | undefined;
}

/** Mends what is missing when it is run at the level `remediate` and the config gives the value. */
export const requireTags: ResourceRule = {
  name: "aws-resource-require-tags",
  displayName: "Resources carry the required tags",
  description: "Every resource that can be tagged must have the required tags.",
  enforcementLevel: "mandatory",
  severity: "low",
  tags: ["aws", "cost"],
  remediationSteps:
    "Set `aws:defaultTags` in the stack's config, or `tags` of the resource, to the required tags.",
  url: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  configSchema: settings.schema,
  validateResource: onTypes(TAGGABLE, (resource, report, args) => {
    for (const { key } of missingTags(resource, settings.read(args).required)) {
      report(`A required tag is missing: add \`tags.${key}\`.`);
    }
  }),
  remediateResource: mend(TAGGABLE, (resource, props, args) => {
    const tags = resource.at("tags");
    const added = missingTags(resource, settings.read(args).required).filter(
      ({ value }) => value !== undefined,
    );
    if (added.length === 0 || !(tags.isAbsent || tags.isMap)) {
      return false;
    }
    props["tags"] ??= {};
    for (const { key, value } of added) {
      (props["tags"] as Record<string, unknown>)[key] = value;
    }
    return true;
  }),
};

function missingTags(resource: Property, required: readonly string[]): Tag[] {
  const tags = [resource.at("tags"), resource.at("tagsAll")];
  return required
    .map(tagOf)
    .filter(
      ({ key, value }) =>
        !tags.some((each) =>
          each
            .at(key)
            .mayBe((given) => given === value || (value === undefined && !isBlank(given))),
        ),
    );
}

function isBlank(given: unknown): boolean {
  return typeof given === "string" && given.trim() === "";
}

function tagOf(text: string): Tag {
  const at = text.indexOf("=");
  return at < 0
    ? { key: text, value: undefined }
    : { key: text.slice(0, at), value: text.slice(at + 1) };
}
