/** Draws a chart by Observable Plot, as inline SVG in the page's colours. */
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import type { Html } from "./markup";

/** What a chart shows, for those who cannot see it. */
export interface Description {
  /** Unique on its page. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in a sentence or two. */
  readonly text: string;
}

/** Units of the drawing, about the pixels of a phone: it is scaled up, and text with it. */
const WIDTH = 360;
export const HEIGHT = 210;

export const GOOD = "var(--good)";
export const BAD = "var(--bad)";
export const SECOND = "var(--second)";
export const FAINT = "var(--faint)";
export const INK = "var(--ink)";

/** Draws, and puts the description where screen readers find it. */
export function draw({ id, title, text }: Description, options: Plot.PlotOptions): Html {
  const document = new DOMParser().parseFromString("<html></html>", "text/html");
  const chart: ChartElement = Plot.plot({
    ...{ document, width: WIDTH, height: HEIGHT, marginLeft: 48, marginBottom: 38 },
    ...options,
  });
  chart.querySelector("style")?.remove();
  for (const each of chart.querySelectorAll("[aria-label],[aria-hidden]")) {
    each.removeAttribute("aria-label");
    each.removeAttribute("aria-hidden");
  }
  for (const name of ["class", "width", "height", "style"]) {
    chart.removeAttribute(name);
  }
  chart.setAttribute("font-size", "12.5");
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-labelledby", `${id}-title ${id}-text`);
  for (const [name, words] of [
    ["text", text],
    ["title", title],
  ] as const) {
    const element = document.createElementNS(SVG, name === "text" ? "desc" : "title", undefined);
    element.setAttribute("id", `${id}-${name}`);
    element.textContent = words;
    chart.prepend(element);
  }
  return { markup: chart.outerHTML };
}

const SVG = "http://www.w3.org/2000/svg";

/** Of a document's elements what is asked of them here: there is no browser, and none of its types. */
interface ChartElement {
  readonly outerHTML: string;
  textContent: string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): { remove(): void } | null;
  querySelectorAll(selector: string): Iterable<ChartElement>;
  prepend(element: unknown): void;
}
