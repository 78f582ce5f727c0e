/** HTML that cannot be forgotten to be escaped: text becomes markup only through {@link html}. */

export interface Html {
  readonly markup: string;
}

/** Text as it must be written inside an element or a quoted attribute. */
export function escape(text: string): Html {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return { markup: text.replace(/[&<>"]/g, (character) => entities[character] ?? character) };
}

/** A template whose values are escaped, unless they are markup already. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const markup = values.map((value) => (typeof value === "string" ? escape(value) : value).markup);
  return { markup: String.raw({ raw: parts }, ...markup) };
}

export function join(pieces: readonly Html[]): Html {
  return { markup: pieces.map(({ markup }) => markup).join("") };
}
