import { createRequire } from "node:module";

interface Validation {
  readonly errors: readonly { readonly "Error code": string; readonly Message: string }[];
}

/** The package has no types, and is one CommonJS function. */
const validate = createRequire(__filename)("asl-validator") as (definition: object) => Validation;

/** What is wrong with a state machine's definition; nothing if it is valid. */
export function validateDefinition(definition: object): readonly string[] {
  // It writes defaults into what it is given.
  return validate(structuredClone(definition)).errors.map(
    (error) => `${error["Error code"]}: ${error.Message}`,
  );
}
