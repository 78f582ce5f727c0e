import { onTypes, type ResourceRule } from "../../support/rule";

/** Without them, what a model or job runs may be another image tomorrow, under the same name. */
export const requireImmutableTags: ResourceRule = {
  name: "ecr-repository-require-immutable-tags",
  displayName: "A tag is one image for good",
  description: "No tag of a repository may be moved to another image.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["ecr", "reliability"],
  remediationSteps: "Set `imageTagMutability` to IMMUTABLE.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
  validateResource: onTypes(["aws:ecr/repository:Repository"], (repository, report) => {
    const mutability = repository.at("imageTagMutability");
    const isKept = (value: unknown) =>
      value === "IMMUTABLE" || value === "IMMUTABLE_WITH_EXCLUSION";
    if (!mutability.mayBe(isKept)) {
      report(`Tags may be moved to other images: set \`${mutability.path}\` to IMMUTABLE.`);
    }
    for (const excluded of repository.within("imageTagMutabilityExclusionFilters.filter")) {
      if (excluded.is(leavesOutMost)) {
        report(
          "Tags may be moved to other images: name the few that are excluded, such as latest, in " +
            `\`${excluded.path}\`.`,
        );
      }
    }
  }),
};

/** `*`, and what says little beside it. */
function leavesOutMost(filter: unknown): boolean {
  const text = String(filter);
  return text.includes("*") && text.replaceAll("*", "").length < 3;
}
