import { onTypes, type ResourceRule } from "../../support/rule";
import { DOMAIN } from "./resource";

export const restrictNetwork: ResourceRule = {
  name: "sagemaker-domain-restrict-network",
  displayName: "Studio stays in the network of its domain",
  description: "The apps of a domain must reach the internet through its network only.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps:
    'Set `appNetworkAccessType` to "VpcOnly", in subnets with the endpoints that Studio needs.',
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html",
  validateResource: onTypes([DOMAIN], (domain, report) => {
    const access = domain.at("appNetworkAccessType");
    if (!access.mayBe((value) => value === "VpcOnly")) {
      report(`Apps of the domain reach the internet: set \`${access.path}\` to "VpcOnly".`);
    }
  }),
};
