import { subject, type Subject } from "../../../support/policy";

/** A key on its way out, which keeps every policy. */
export const accessKey: Subject = subject("aws:iam/accessKey:AccessKey", {
  user: "former",
  status: "Inactive",
});

/** A policy attached to roles, in the form that could be attached to users, too. */
export const policyAttachment: Subject = subject("aws:iam/policyAttachment:PolicyAttachment", {
  name: "captures",
  roles: ["classify"],
  policyArn: "arn:aws:iam::123456789012:policy/captures",
});
