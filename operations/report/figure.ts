/** A figure of the report: what is to be seen, what it means, and the numbers behind it. */
import type { Description } from "./drawing";
import { html, join, type Html } from "./markup";

export interface Table {
  readonly head: readonly string[];
  /** The first cell of each is its name. */
  readonly rows: readonly (readonly string[])[];
}

/** A part of the page with a heading of its own. @param id of the part, to be linked to */
export function part(id: string, title: string, content: Html, remark = ""): Html {
  return html`<section id="${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${title}${remark === "" ? html`` : html` <small>${remark}</small>`}</h2>
    ${content}
  </section>`;
}

/**
 * A part that is a chart, with the numbers behind it to be opened.
 * @param draw draws what the description says
 */
export function figure(
  { id, title, text }: Description,
  draw: (description: Description) => Html,
  caption: Html,
  numbers: Table,
): Html {
  return part(
    id,
    title,
    html`<figure>
        ${draw({ id: `${id}-chart`, title, text })}
        <figcaption>${caption}</figcaption>
      </figure>
      ${folded("As a table", table(numbers, title))}`,
  );
}

/** What is only to be seen by those who open it. */
export function folded(summary: string, content: Html): Html {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}

/** A table that scrolls by itself where it is wider than the page. */
export function table({ head, rows }: Table, name: string): Html {
  return scrolling(
    name,
    html`<table>
      <thead>
        <tr>
          ${join(head.map((cell) => html`<th scope="col">${cell}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${join(
          rows.map(
            ([first = "", ...others]) =>
              html`<tr>
                <th scope="row">${first}</th>
                ${join(others.map((cell) => html`<td>${cell}</td>`))}
              </tr>`,
          ),
        )}
      </tbody>
    </table>`,
  );
}

/** Whoever has no mouse scrolls it with the arrow keys. */
export function scrolling(name: string, content: Html): Html {
  return html`<div class="scrolling" role="group" aria-label="${name}" tabindex="0">
    ${content}
  </div>`;
}
