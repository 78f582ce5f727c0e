/** What holds for every resource. */
import { subject } from "../../support/policy";
import { add, mutations, set, type Mutation } from "./mutation";

export const everywhere: readonly Mutation[] = [
  ...mutations("aws-resource-restrict-regions", {
    "a bucket in another region": set("Bucket", "dataset", "region", "mx-central-1"),
    "a provider of another region": add(
      subject("pulumi:providers:aws", { region: "mx-central-1" }, { name: "default" }),
    ),
    "another provider of another region": add(
      subject("pulumi:providers:awsx", { region: "mx-central-1" }, { name: "default" }),
    ),
  }),
  ...mutations(
    "aws-resource-require-tags",
    { "resources without a tag that is required": (subjects) => subjects },
    { configs: { "aws-resource-require-tags": { required: ["cost-centre"] } } },
  ),
  ...mutations("aws-resource-restrict-types", {
    "an endpoint of another provider": add(subject("aws-native:sagemaker:Endpoint", {})),
    "a template": add(subject("aws:cloudformation/stack:Stack", {})),
    "a resource by its description": add(subject("aws:cloudcontrol/resource:Resource", {})),
  }),
];
