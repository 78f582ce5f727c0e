import { Property } from "../../support/property";
import { declining, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";

const settings = defineSettings({
  allowed: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    // Where the image classification algorithm is: "Docker Registry Paths and Example Code for
    // Built-in Algorithms", SageMaker Developer Guide; the regions that any account can use.
    default: [
      "us-east-1",
      "us-east-2",
      "us-west-1",
      "us-west-2",
      "ca-central-1",
      "ca-west-1",
      "sa-east-1",
      "af-south-1",
      "eu-central-1",
      "eu-central-2",
      "eu-north-1",
      "eu-south-1",
      "eu-south-2",
      "eu-west-1",
      "eu-west-2",
      "eu-west-3",
      "ap-east-1",
      "ap-northeast-1",
      "ap-northeast-2",
      "ap-northeast-3",
      "ap-south-1",
      "ap-south-2",
      "ap-southeast-1",
      "ap-southeast-2",
      "ap-southeast-3",
      "ap-southeast-4",
      "il-central-1",
      "me-central-1",
      "me-south-1",
    ],
    description: "Regions that resources may be in",
  },
});

/** Resources of AWS, and the providers that say where those are that do not say it themselves. */
const TYPES = /^(aws:.+|(aws-native|awscc):.+|pulumi:providers:(aws|aws-native|awscc|awsx|eks))$/;

const decline = declining("It applies to aws:* and what provides it");

export const restrictRegions: ResourceRule = {
  name: "aws-resource-restrict-regions",
  displayName: "Everything is in an approved region",
  description: "No resource, and no provider of resources, may be in a region not approved.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["aws", "compliance"],
  remediationSteps:
    "Set `aws:region` in the stack's config, or `region` of the resource, to an approved region.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html",
  configSchema: settings.schema,
  validateResource: (args, report) => {
    if (!TYPES.test(args.type)) {
      decline(args);
    }
    const { allowed } = settings.read(args);
    const region = Property.of(args.props).at("region");
    if (region.is((value) => !allowed.includes(value as string))) {
      report("The region is not approved: set `region` to one that the policy's config allows.");
    }
  },
};
