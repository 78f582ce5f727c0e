import { subject, type Subject } from "../../../support/policy";

/** A command that keeps every policy. */
export const command: Subject = subject("command:local:Command", {
  create: "node etl/cli.js load --bucket inference",
  environment: { NODE_ENV: "production" },
});
