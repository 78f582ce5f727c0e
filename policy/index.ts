import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";
import { checkConfigOf } from "./support/config";
import { decodeOnce } from "./support/requests";
import { askOnce } from "./support/server";

export { policies };

/** Starts the server that the engine asks. */
export function start(served: typeof policies = policies): void {
  checkConfigOf(served);
  decodeOnce();
  askOnce();
  new PolicyPack("ml-workflow-aws", {
    displayName: "ML workflow on AWS",
    description: "What a stack that serves a model on AWS may not do",
    enforcementLevel: "mandatory",
    policies: served,
  });
}
