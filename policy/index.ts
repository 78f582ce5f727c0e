import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";
import { checkConfigOf } from "./support/config";

checkConfigOf(policies);
new PolicyPack("ml-workflow-aws", {
  displayName: "ML workflow on AWS",
  description: "What a stack that serves a model on AWS may not do",
  enforcementLevel: "mandatory",
  policies,
});
