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
      "a policy on one that is there already": [
        subject("aws:ecrpublic/repositoryPolicy:RepositoryPolicy", { repositoryName: "any" }),
        "Everybody can pull what is pushed by this policy: push to an `aws.ecr.Repository`, with an " +
          "`aws.ecr.RepositoryPolicy` in place of this one.",
      ],
    },
  });
});
