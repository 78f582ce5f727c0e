/** What others say of a state machine's definition: the npm package asl-validator, and AWS's own editor. */
import { createRequire } from "node:module";
import { getLanguageService, TextDocument } from "amazon-states-language-service";

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

const editor = getLanguageService({});

/** What AWS's language service, the one in its toolkit for editors, finds in a definition's text. */
export async function diagnose(text: string): Promise<readonly string[]> {
  const document = TextDocument.create("file:///definition.asl.json", "json", 1, text);
  const found = await editor.doValidation(document, editor.parseJSONDocument(document));
  return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}
