import { isUnknownValue, unproxied } from "./proxies";

type State =
  | { readonly is: "absent" }
  | { readonly is: "unknown" }
  | { readonly is: "known"; readonly value: unknown };

/**
 * A property of a resource as a policy sees it. In a preview it is one of three things: absent,
 * known, or there but not known yet. Reading an unknown value the plain way makes the SDK drop
 * the whole policy to an advisory note, so policies read through this class, which never throws
 * and makes each rule say what it thinks of the unknown.
 */
export class Property {
  private constructor(
    /** Where it is, for messages: `dataCaptureConfig.captureOptions[0].captureMode`. */
    readonly path: string,
    private readonly state: State,
  ) {}

  /** All properties of a resource. */
  static of(props: Readonly<Record<string, unknown>>): Property {
    return new Property("", { is: "known", value: unproxied(props) });
  }

  /** A property that is not there. */
  static none(path: string): Property {
    return new Property(path, { is: "absent" });
  }

  /** Nothing there: not set, or set to null. */
  get isAbsent(): boolean {
    return this.state.is === "absent";
  }

  /** There, with a value that only the update will know. */
  get isUnknown(): boolean {
    return this.state.is === "unknown";
  }

  /** There, with a value that can be judged. */
  get isKnown(): boolean {
    return this.state.is === "known";
  }

  /** Known, with parts that have names. */
  get isMap(): boolean {
    return this.is((value) => isContainer(value) && !Array.isArray(value));
  }

  /** Known, with parts. */
  get isContainer(): boolean {
    return this.is(isContainer);
  }

  /** Known and passing the test. For what is forbidden: neither absent nor unknown is guilty. */
  is(test: (value: unknown) => boolean): boolean {
    return this.state.is === "known" && test(this.state.value);
  }

  /** The text that it is, if that is known. */
  get text(): string | undefined {
    return this.state.is === "known" && typeof this.state.value === "string"
      ? this.state.value
      : undefined;
  }

  /** A known text of a certain form. */
  matches(pattern: RegExp): boolean {
    return this.text !== undefined && pattern.test(this.text);
  }

  /**
   * Passing the test, or not known yet. For what is required: absent is guilty, and what is
   * unknown in a preview is judged by the update, before the resource is made.
   */
  mayBe(test: (value: unknown) => boolean): boolean {
    return this.isUnknown || this.is(test);
  }

  /** A text with something in it, or not known yet: a name, a key, a place. */
  get mayBeText(): boolean {
    return this.mayBe((value) => typeof value === "string" && value !== "");
  }

  /** A nested property; unknown inside of what is unknown, absent inside of what has no parts. */
  at(key: string): Property {
    return this.child(key, this.path === "" ? key : `${this.path}.${key}`);
  }

  /** All that is under a path, lists on the way walked through: `topics.topicArn`. */
  within(path: string): Property[] {
    return path
      .split(".")
      .reduce<Property[]>((found, key) => found.flatMap((each) => each.at(key).blocks()), [this]);
  }

  /** The elements of a list; none when it is absent or unknown. */
  items(): Property[] {
    return this.is(Array.isArray)
      ? this.keys().map((index) => this.child(index, `${this.path}[${index}]`))
      : [];
  }

  /** The same where a single element may stand for a list of one, as in IAM documents. */
  itemsOrSelf(): Property[] {
    return this.is((value) => !Array.isArray(value)) ? [this] : this.items();
  }

  /** The same with the property itself when it is unknown: a block that the provider may repeat. */
  blocks(): Property[] {
    return this.isUnknown ? [this] : this.itemsOrSelf();
  }

  /** The document that a text holds; the property itself when it holds no text. */
  json(): Property {
    return this.text === undefined ? this : new Property(this.path, parsed(this.text));
  }

  /** What has no parts, at any depth: texts, numbers, and what is unknown; itself, if it has none. */
  leaves(): Property[] {
    if (!this.isContainer) {
      return [this];
    }
    const parts = this.isMap ? this.entries().map(([, part]) => part) : this.items();
    return parts.flatMap((part) => part.leaves());
  }

  /** The entries of a map by key; none when it is absent or unknown. */
  entries(): [string, Property][] {
    return this.keys().map((key) => [key, this.at(key)]);
  }

  private keys(): string[] {
    return this.state.is === "known" && isContainer(this.state.value)
      ? Object.keys(this.state.value)
      : [];
  }

  private child(key: string, path: string): Property {
    return new Property(path, this.state.is === "known" ? read(this.state.value, key) : this.state);
  }
}

function read(container: unknown, key: string): State {
  if (!isContainer(container) || !Object.hasOwn(container, key)) {
    return { is: "absent" };
  }
  const value = container[key];
  if (isUnknownValue(value)) {
    return { is: "unknown" };
  }
  return value === undefined || value === null ? { is: "absent" } : { is: "known", value };
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Documents that were read last: many rules read the same one, each for itself. */
const documents = new Map<string, State>();
const MOST_CHARACTERS = 4_000_000;
let characters = 0;

/** Nothing, if the text is no JSON. */
function parsed(text: string): State {
  let document = documents.get(text);
  if (document === undefined) {
    if (characters + text.length > MOST_CHARACTERS) {
      documents.clear();
      characters = 0;
    }
    document = parse(text);
    documents.set(text, document);
    characters += text.length;
  }
  return document;
}

function parse(text: string): State {
  try {
    return { is: "known", value: JSON.parse(text) };
  } catch {
    return { is: "absent" };
  }
}
