import { isLike } from "../../support/glob";
import { declining, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";

const settings = defineSettings({
  admitted: {
    type: "array",
    items: { type: "string" },
    default: [],
    description: "Types of resources that may appear all the same; `*` is a wildcard",
  },
});

const TYPED = "the resource of `@pulumi/aws` for the same thing";

/** Types that make resources which no other policy can see into, each with what to use instead. */
const OPAQUE: readonly (readonly [form: string, instead: string])[] = [
  ["aws-native:*", TYPED],
  ["awscc:*", TYPED],
  // What `pulumi package add` makes of Terraform's provider, and of its modules.
  ["aws:index/*", TYPED],
  ["*:tf:*", TYPED],
  ["pulumi:providers:aws-native", "the provider of `@pulumi/aws`"],
  ["pulumi:providers:awscc", "the provider of `@pulumi/aws`"],
  ["aws:cloudcontrol/*", TYPED],
  ["aws:cloudformation/*", "resources of the program in place of those of the template"],
  ["aws:sagemaker/project:*", "resources of the program in place of the project's template"],
  [
    "aws:serverlessrepository/*",
    "resources of the program in place of those of the application's template",
  ],
  ["aws:servicecatalog/provisionedProduct:*", "resources of the program in place of the product"],
  // Controllers in Kubernetes that make resources of AWS: its own, and Crossplane's.
  ["kubernetes:*.services.k8s.aws/*", TYPED],
  ["kubernetes:*.aws.upbound.io/*", TYPED],
  ["kubernetes:*.aws.crossplane.io/*", TYPED],
  ["pulumi-nodejs:dynamic*", TYPED],
  ["pulumi-python:dynamic*", TYPED],
];

const decline = declining("It applies to aws:* and to what stands in for it");

export const restrictTypes: ResourceRule = {
  name: "aws-resource-restrict-types",
  displayName: "Nothing is made where no policy can see it",
  description:
    "No resource may be of a type whose content policies cannot judge: another provider of AWS, a " +
    "template, or code of its own.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["aws", "compliance"],
  remediationSteps:
    "Use the resource of `@pulumi/aws`, or list the type in `admitted` of this policy's config.",
  url: "https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/what-is-cloudcontrolapi.html",
  configSchema: settings.schema,
  validateResource: (args, report) => {
    const { type } = args;
    const instead = insteadOf(type);
    if (instead === undefined && !type.startsWith("aws:")) {
      decline(args);
    }
    const { admitted } = settings.read(args);
    if (instead !== undefined && !admitted.some((form) => isLike(type, form))) {
      report(`No policy can see what this makes: use ${instead}.`);
    }
  },
};

/** Types that were looked up; a stack has many resources of few types. */
const looked = new Map<string, string | undefined>();

/** What to use instead of a type that makes what no policy can see. */
function insteadOf(type: string): string | undefined {
  if (!looked.has(type)) {
    looked.set(type, OPAQUE.find(([form]) => isLike(type, form))?.[1]);
  }
  return looked.get(type);
}
