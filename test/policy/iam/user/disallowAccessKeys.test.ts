import { disallowAccessKeys } from "../../../../policy/iam/user/disallowAccessKeys";
import { subject } from "../../../support/policy";
import { itDecides } from "../../cases";
import { role } from "../role/resource";
import { accessKey } from "./resource";

const complaint = (property: string) =>
  `A key that never ends: let whoever is named in \`${property}\` assume a role instead.`;

describe("policy iam/user/disallowAccessKeys", () => {
  itDecides(disallowAccessKeys, {
    accepts: { "a key that opens nothing any more": accessKey },
    refuses: {
      "an access key": [subject("aws:iam/accessKey:AccessKey", { user: "a" }), complaint("user")],
      "a password": [
        subject("aws:iam/userLoginProfile:UserLoginProfile", { user: "a" }),
        complaint("user"),
      ],
      "a credential of one service": [
        subject("aws:iam/serviceSpecificCredential:ServiceSpecificCredential", { userName: "a" }),
        complaint("userName"),
      ],
    },
    ignores: { "a role": role, "a user": subject("aws:iam/user:User", {}) },
  });
});
