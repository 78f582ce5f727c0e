import { requireImmutableTags } from "../../../../policy/ecr/repository/requireImmutableTags";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { repository } from "./resource";

const COMPLAINT = "Tags may be moved to other images: set `imageTagMutability` to IMMUTABLE.";
const set = (value: unknown) => withValue(repository, "imageTagMutability", value);

const but = (filter: unknown) =>
  withValue(set("IMMUTABLE_WITH_EXCLUSION"), "imageTagMutabilityExclusionFilters", [{ filter }]);
const EXCLUDED =
  "Tags may be moved to other images: name the few that are excluded, such as latest, in " +
  "`imageTagMutabilityExclusionFilters[0].filter`.";

describe("policy ecr/repository/requireImmutableTags", () => {
  itDecides(requireImmutableTags, {
    accepts: {
      "tags that stay": repository,
      "tags that stay, but for some": set("IMMUTABLE_WITH_EXCLUSION"),
      "tags that stay, but for one": but("v1"),
      "tags that stay, but for some of one beginning": but("dev*"),
      "tags that stay, but for what only the update will know": but(UNKNOWN),
      "what only the update will know": set(UNKNOWN),
    },
    refuses: {
      "tags that move": [set("MUTABLE"), COMPLAINT],
      "tags that move, but for some": [set("MUTABLE_WITH_EXCLUSION"), COMPLAINT],
      "tags that stay, but for all": [but("*"), EXCLUDED],
      "tags that stay, but for most": [but("*v*"), EXCLUDED],
      "tags that stay, but for those of two letters and more": [but("de*"), EXCLUDED],
      "a repository that says nothing": [without(repository, "imageTagMutability"), COMPLAINT],
    },
  });
});
