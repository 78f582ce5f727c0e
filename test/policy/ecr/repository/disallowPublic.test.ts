import { disallowPublic } from "../../../../policy/ecr/repository/disallowPublic";
import { subject } from "../../../support/policy";
import { itDecides } from "../../cases";
import { repository } from "./resource";

describe("policy ecr/repository/disallowPublic", () => {
  itDecides(disallowPublic, {
    accepts: { "a repository of the account": repository },
    refuses: {
      "a repository of the public registry": [
        subject("aws:ecrpublic/repository:Repository", { repositoryName: "any" }),
        "Everybody can pull these images: make an `aws.ecr.Repository` in place of this one.",
      ],
    },
  });
});
