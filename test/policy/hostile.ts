/**
 * Texts that make a careless pattern slow: long runs of what policies look for, and what breaks the
 * match at the end. Put into every text of a resource, at any depth, documents included.
 */
import type { Subject } from "../support/policy";

const LENGTH = 9000;

const runs = (part: string, { start = "", end = "" } = {}) =>
  start + part.repeat(LENGTH / part.length) + end;

/** By what they are made of. */
export const HOSTILE: Readonly<Record<string, string>> = {
  stars: runs("*"),
  "stars in an ARN": runs("*", { start: "arn:aws:iam::", end: "\n" }),
  "stars and letters": runs("*e"),
  "question marks": runs("?", { end: "\n" }),
  colons: runs(":"),
  "slashes and letters": runs("a/", { start: "arn:aws:iam::aws:policy/" }),
  placeholders: runs("${", { start: "https://" }),
  braces: runs("{{resolve:"),
  quotes: runs(`"`),
  spaces: runs(" ", { start: "token", end: "." }),
  digits: runs("1"),
  letters: runs("a"),
  capitals: runs("A"),
  underscores: runs("a_"),
  dots: runs("eyJ.", { start: "eyJ" }),
  dashes: runs("a-"),
  schemes: runs("a:"),
  "addresses without end": runs("x:", { start: "https://" }),
  "words for secrets": runs("token"),
  "settings of secrets": runs("password= "),
  brackets: runs("["),
  "key headers": runs("-----BEGIN "),
};

/** What a text may hold besides itself: JSON, as documents of IAM and state machines do. */
function withEach(
  value: unknown,
  at: string,
  make: (text: string) => unknown,
  found: (at: string, changed: unknown) => void,
): void {
  if (typeof value === "string") {
    found(at, make(value));
    if (/^\s*[[{]/.test(value)) {
      const inner: unknown = JSON.parse(value);
      withEach(inner, `${at}>`, make, (where, changed) => found(where, JSON.stringify(changed)));
    }
  } else if (Array.isArray(value)) {
    value.forEach((each, index) => {
      withEach(each, `${at}[]`, make, (where, changed) => found(where, value.with(index, changed)));
    });
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      withEach(each, `${at}.${key}`, make, (where, changed) =>
        found(where, { ...value, [key]: changed }),
      );
    }
  }
}

/** A resource with a hostile text in one place; each place of a type once. */
export function* hostileTo(
  subjects: readonly Subject[],
  text: string,
): Generator<{ readonly place: string; readonly subject: Subject }> {
  const seen = new Set<string>();
  for (const subject of subjects) {
    const made: { place: string; subject: Subject }[] = [];
    withEach(
      subject.props,
      subject.type,
      () => text,
      (place, props) => {
        if (!seen.has(place)) {
          seen.add(place);
          made.push({ place, subject: { ...subject, props: props as Subject["props"] } });
        }
      },
    );
    yield* made;
  }
}
