import { onTypes, type ResourceRule } from "../../support/rule";

const PUBLIC = "aws:ecrpublic/repository:Repository";
/** Who may push into a repository of the public registry, which may have been made elsewhere. */
const PUBLIC_POLICY = "aws:ecrpublic/repositoryPolicy:RepositoryPolicy";

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
  validateResource: onTypes(
    [PUBLIC, PUBLIC_POLICY, "aws:ecr/repository:Repository"],
    (_, report, { type }) => {
      if (type === PUBLIC) {
        report(
          "Everybody can pull these images: make an `aws.ecr.Repository` in place of this one.",
        );
      }
      if (type === PUBLIC_POLICY) {
        report(
          "Everybody can pull what is pushed by this policy: push to an `aws.ecr.Repository`, with an " +
            "`aws.ecr.RepositoryPolicy` in place of this one.",
        );
      }
    },
  ),
};
