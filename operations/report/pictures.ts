import { html, type Html } from "./markup";

/** A small picture, in the page itself and with its pixels to be seen. */
export function pictureOf(png: Buffer, name: string): Html {
  return html`<img alt="${name}" src="data:image/png;base64,${png.toString("base64")}" />`;
}
