const SCRIPTS = ["create", "update", "delete", "stdin", "environment"];

/** What runs scripts outside of AWS, and where each is told what to run. */
export const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "command:local:Command": SCRIPTS,
  "command:remote:Command": SCRIPTS,
};
