import { onTypes, type ResourceRule } from "../../support/rule";

/** What is kept by somebody and holds until it is taken away. */
const KEYS = [
  "aws:iam/accessKey:AccessKey",
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
  "aws:iam/signingCertificate:SigningCertificate",
  "aws:iam/sshKey:SshKey",
  "aws:iam/userLoginProfile:UserLoginProfile",
];

/** Besides, a stack's state holds the secret. */
export const disallowAccessKeys: ResourceRule = {
  name: "iam-user-disallow-access-keys",
  displayName: "Nobody is given a lasting key",
  description: "No access key, password or credential of a user may be made by a stack.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["iam", "security"],
  remediationSteps:
    "Let people and machines assume a role: by IAM Identity Center, an OpenID Connect provider, or " +
    "the role of what they run on.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-users-federation-idp",
  validateResource: onTypes(KEYS, (resource, report) => {
    if (resource.at("status").is((value) => value === "Inactive")) {
      return;
    }
    const names = ["userName", "username", "user"].map((name) => resource.at(name));
    const { path } = names.find(({ isAbsent }) => !isAbsent) ?? resource.at("user");
    report(`A key that never ends: let whoever is named in \`${path}\` assume a role instead.`);
  }),
};
