import type { Member } from "./member";

/** Gets the name of a resource out of a text that holds more than that. */
type NameOf = (text: string) => string | undefined;

const itself: NameOf = (text) => text;

/** Members by some text. */
class Index {
  private readonly entries = new Map<string, Member[]>();

  add(key: string, member: Member): void {
    const present = this.entries.get(key);
    if (present === undefined) {
      this.entries.set(key, [member]);
    } else if (present.at(-1) !== member) {
      present.push(member);
    }
  }

  at(key: string): readonly Member[] {
    return this.entries.get(key) ?? [];
  }

  keys(): readonly string[] {
    return [...this.entries.keys()];
  }
}

/** What refers to what by one property of one type. */
interface References {
  /** Those of which the whole property is known, by the names in it. */
  readonly known: Index;
  /** Those of which it is not, by the URNs of what it was made from. */
  readonly vague: Index;
}

/**
 * The resources of a stack as rules see them that look at several together. Whatever such a rule
 * looks for it finds by type, by name or by URN: it does so for many resources, and looking at all
 * others for each of them would take minutes in a large stack.
 *
 * A property refers to a resource if it holds what that one is called, alone or in a list. Known
 * texts decide it, and none of them is a name that is not known yet. As long as a text is unknown, as in
 * a first preview, it is decided by whether the property was made from the other resource.
 */
export class Stack {
  private readonly byType = new Index();
  private readonly byUrn = new Map<string, Member>();
  private readonly names = new Map<string, Index>();
  private readonly references = new Map<NameOf, Map<string, References>>();
  private users: Index | undefined;

  constructor(readonly members: readonly Member[]) {
    for (const member of members) {
      this.byType.add(member.type, member);
      this.byUrn.set(member.urn, member);
    }
  }

  /** The resources of some types. */
  ofTypes(types: readonly string[]): readonly Member[] {
    return types.flatMap((type) => this.byType.at(type));
  }

  /** The types that there are of a certain form. */
  typesLike(form: RegExp): readonly string[] {
    return this.byType.keys().filter((type) => form.test(type));
  }

  /**
   * The resources of some types that are known to be called by a name.
   * @param key what they are called by: `bucket`
   */
  named(types: readonly string[], key: string, name: string): readonly Member[] {
    return types.flatMap((type) => this.namesOf(type, key).at(name));
  }

  /** The resources of which any property was made from one. */
  usersOf(member: Member): readonly Member[] {
    if (this.users === undefined) {
      this.users = new Index();
      for (const user of this.members) {
        for (const urn of user.dependencies) {
          this.users.add(urn, user);
        }
      }
    }
    return this.users.at(member.urn);
  }

  /**
   * The resources of some types that refer to one.
   * @param path of their property: `loggingConfig.logGroup`
   * @param key what the one is called by: `name`
   * @param nameOf gets its name out of the property's text, if that is more
   */
  referringTo(
    member: Member,
    types: readonly string[],
    path: string,
    key: string,
    nameOf: NameOf = itself,
  ): readonly Member[] {
    const name = member.text(key);
    return types.flatMap((type) => {
      const { known, vague } = this.referencesOf(type, path, nameOf);
      return [...(name === undefined ? [] : known.at(name)), ...vague.at(member.urn)];
    });
  }

  /**
   * The resources of some types that one refers to.
   * @param path of its property: `endpointConfigName`
   * @param key what they are called by: `name`
   */
  referredToBy(
    member: Member,
    types: readonly string[],
    path: string,
    key: string,
  ): readonly Member[] {
    const { texts, sources } = member.reference(path);
    return texts === undefined
      ? sources
          .flatMap((urn) => this.byUrn.get(urn) ?? [])
          .filter(({ type }) => types.includes(type))
      : texts.flatMap((text) => this.named(types, key, text));
  }

  private namesOf(type: string, key: string): Index {
    const at = `${type} ${key}`;
    let index = this.names.get(at);
    if (index === undefined) {
      index = new Index();
      this.names.set(at, index);
      for (const member of this.byType.at(type)) {
        const name = member.text(key);
        if (name !== undefined) {
          index.add(name, member);
        }
      }
    }
    return index;
  }

  private referencesOf(type: string, path: string, nameOf: NameOf): References {
    const all = this.references.get(nameOf) ?? new Map<string, References>();
    this.references.set(nameOf, all);
    const at = `${type} ${path}`;
    let references = all.get(at);
    if (references === undefined) {
      references = { known: new Index(), vague: new Index() };
      all.set(at, references);
      for (const member of this.byType.at(type)) {
        const { texts, sources } = member.reference(path);
        for (const name of texts?.flatMap((text) => nameOf(text) ?? []) ?? []) {
          references.known.add(name, member);
        }
        for (const urn of texts === undefined ? sources : []) {
          references.vague.add(urn, member);
        }
      }
    }
    return references;
  }
}
