import { destinations, placesElsewhere } from "../../s3/destination";
import { onEach, type StackRule } from "../../support/rule";
import { given, maps, STATE_MACHINE, tasks } from "./resource";

/** Calls that store an object; `s3:putObject` with or without `aws-sdk:` before it. */
const STORING = /:s3:(put|copy|create|restore|upload|write)/i;

/** A bucket that comes with the input is left to the role of the state machine. */
export const restrictDestinations: StackRule = {
  name: "sfn-state-machine-restrict-destinations",
  displayName: "What executions read lists from and write to are approved buckets",
  description:
    "Objects that a state machine stores, and what its maps read and write, must be in a bucket of " +
    "the stack, or in a listed one.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sfn", "security"],
  remediationSteps:
    "Make `Bucket` from the name of a bucket of the stack, or list the bucket in `buckets`.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html",
  configSchema: destinations.schema,
  validateStack: onEach([STATE_MACHINE], (stateMachine, stack, report, args) => {
    const places = [
      ...tasks(stateMachine.props).filter((task) => task.at("Resource").matches(STORING)),
      ...maps(stateMachine.props).flatMap((map) => [map.at("ItemReader"), map.at("ResultWriter")]),
    ]
      .flatMap((state) => given(state, "Bucket"))
      .filter((place) => !place.matches(/^\{%.*%\}$/s));
    for (const { path } of placesElsewhere(stateMachine, stack, args, places, (name) => name)) {
      report(
        `Data leaves the stack: set \`${path}\` to the name of a bucket of the stack, or list the ` +
          "bucket in the policy's config.",
      );
    }
  }),
};
