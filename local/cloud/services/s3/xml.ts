/** The little XML that S3 speaks: elements with text, no attributes but the namespace. */
import { AwsError } from "../../protocol";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

type Content = string | number | boolean;

/** An element; one whose content is undefined is left out. */
export type Element = readonly [name: string, content: Content | readonly Element[] | undefined];

/** @param root without a namespace for errors, as S3 sends them */
export function renderXml(root: Element, namespace = true): string {
  const [name, content] = root;
  const opening = namespace ? `${name} xmlns="${NAMESPACE}"` : name;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${opening}>${renderContent(content)}</${name}>`;
}

function renderContent(content: Element[1]): string {
  if (Array.isArray(content)) {
    return (content as readonly Element[])
      .filter(([, nested]) => nested !== undefined)
      .map(([name, nested]) => `<${name}>${renderContent(nested)}</${name}>`)
      .join("");
  }
  return escapeXml(String(content));
}

/** Escapes text, and control characters as references, as S3 does. */
function escapeXml(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- these are what must be escaped
    /[&<>"'\u0000-\u001f]/g,
    (character) => ESCAPES.get(character) ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
]);

/** An element that came in a request. */
export class ParsedElement {
  readonly children: ParsedElement[] = [];
  text = "";

  constructor(readonly name: string) {}

  all(name: string): readonly ParsedElement[] {
    return this.children.filter((child) => child.name === name);
  }

  /** Text of the first child of that name. */
  textOf(name: string): string | undefined {
    return this.all(name)[0]?.text;
  }
}

const TOKEN =
  /<\?[^>]*\?>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;

/**
 * Parses a request body.
 * @returns the root
 * @throws AwsError `MalformedXML` for anything but elements and text below the named root
 */
export function parseXml(body: Buffer, rootName: string): ParsedElement {
  const source = body.toString("utf8");
  const document = new ParsedElement("");
  const open = [document];
  const token = new RegExp(TOKEN);
  while (token.lastIndex < source.length) {
    const [whole, closing, name, , selfClosing, text] = token.exec(source) ?? [];
    const parent = open.at(-1);
    if (whole === undefined || parent === undefined) {
      throw malformedXml();
    }
    if (text !== undefined) {
      parent.text += unescapeXml(text);
    } else if (closing === "/") {
      if (open.pop()?.name !== name) {
        throw malformedXml();
      }
    } else if (name !== undefined) {
      const element = new ParsedElement(name);
      parent.children.push(element);
      if (selfClosing !== "/") {
        open.push(element);
      }
    }
  }
  const [root] = document.children;
  if (open.length !== 1 || document.children.length !== 1 || root?.name !== rootName) {
    throw malformedXml();
  }
  return root;
}

function unescapeXml(text: string): string {
  return text.replace(/&([^;]*);?/g, (_whole, reference: string) => {
    const code = /^#x([0-9a-f]+)$/i.exec(reference)?.[1];
    const decimal = /^#(\d+)$/.exec(reference)?.[1];
    if (code !== undefined || decimal !== undefined) {
      return String.fromCodePoint(Number.parseInt(code ?? decimal ?? "", code ? 16 : 10));
    }
    const named = [...ESCAPES].find(([, escape]) => escape === `&${reference};`)?.[0];
    if (named === undefined) {
      throw malformedXml();
    }
    return named;
  });
}

export function malformedXml(): AwsError {
  return new AwsError(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}
