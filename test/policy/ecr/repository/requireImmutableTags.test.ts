import { requireImmutableTags } from "../../../../policy/ecr/repository/requireImmutableTags";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { repository } from "./resource";

const COMPLAINT = "Tags may be moved to other images: set `imageTagMutability` to IMMUTABLE.";
const set = (value: unknown) => withValue(repository, "imageTagMutability", value);

describe("policy ecr/repository/requireImmutableTags", () => {
  itDecides(requireImmutableTags, {
    accepts: {
      "tags that stay": repository,
      "tags that stay, but for some": set("IMMUTABLE_WITH_EXCLUSION"),
      "what only the update will know": set(UNKNOWN),
    },
    refuses: {
      "tags that move": [set("MUTABLE"), COMPLAINT],
      "tags that move, but for some": [set("MUTABLE_WITH_EXCLUSION"), COMPLAINT],
      "a repository that says nothing": [without(repository, "imageTagMutability"), COMPLAINT],
    },
  });
});
