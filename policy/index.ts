import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";
import { checkConfigOf } from "./support/config";

export { policies };

/** Starts the server that the engine asks. */
export function start(): void {
  checkConfigOf(policies);
  new PolicyPack("ml-workflow-aws", {
    displayName: "ML workflow on AWS",
    description: "What a stack that serves a model on AWS may not do",
    enforcementLevel: "mandatory",
    policies,
  });
}
