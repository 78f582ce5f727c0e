import { onTypes, type ResourceRule } from "../../support/rule";

const PUBLIC = "aws:ecrpublic/repository:Repository";

/** A repository of the public registry has no policy that could close it to readers. */
export const disallowPublic: ResourceRule = {
  name: "ecr-repository-disallow-public",
  displayName: "Images are not for everybody",
  description: "No repository may be in the public registry, from which everybody can pull.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["ecr", "security"],
  remediationSteps: "Make an `aws.ecr.Repository` in place of it.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/public/public-repositories.html",
  validateResource: onTypes([PUBLIC, "aws:ecr/repository:Repository"], (_, report, { type }) => {
    if (type === PUBLIC) {
      report("Everybody can pull these images: make an `aws.ecr.Repository` in place of this one.");
    }
  }),
};
