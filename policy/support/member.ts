import type { PolicyResource } from "@pulumi/policy";
import { Property } from "./property";

/** What is known of the resources that a property may name. */
interface Reference {
  /** The texts in it, alone or in a list, unless one of them is unknown. */
  readonly texts: readonly string[] | undefined;
  /** URNs of the resources that the property was made from. */
  readonly sources: readonly string[];
}

/** A resource of a stack, as rules see it that look at several resources together. */
export class Member {
  readonly props: Property;

  /** @param inputs what the program asked for, if that was seen before it was made */
  constructor(
    private readonly resource: PolicyResource,
    private readonly inputs?: Property,
  ) {
    this.props = Property.of(resource.props);
  }

  get type(): string {
    return this.resource.type;
  }

  get urn(): string {
    return this.resource.urn;
  }

  /** Whether {@link Member.asked} tells what the program asked for, and not what there is. */
  get isAsked(): boolean {
    return this.inputs !== undefined;
  }

  /**
   * A property as the program set it. A provider reports what it may also compute by itself as
   * unknown in a preview, and as the cloud's value afterwards, which a resource that is gone may
   * have left there. Without the inputs, what is unknown counts only if it was made from another
   * resource.
   */
  asked(key: string): Property {
    if (this.inputs !== undefined) {
      return this.inputs.at(key);
    }
    const property = this.props.at(key);
    return property.isUnknown && this.sourceTypes(key).length === 0 ? Property.none(key) : property;
  }

  /**
   * All that is under a path as the program set it, lists on the way walked through.
   * @param path with two parts at least: `rules.destination.bucket`
   */
  askedWithin(path: string): readonly Property[] {
    const [property = path, ...rest] = path.split(".");
    return this.asked(property)
      .blocks()
      .flatMap((block) => block.within(rest.join(".")));
  }

  /** Types of the resources that a property was made from. */
  private sourceTypes(property: string): string[] {
    return (this.resource.propertyDependencies[property] ?? []).map(({ type }) => type);
  }

  /**
   * Whether an unknown value may be that of a resource of a certain type: components do not tell
   * what they have made it from, and neither does a value without any source.
   */
  mayComeFrom(property: string, type: RegExp): boolean {
    const types = this.sourceTypes(property);
    return types.length === 0 || types.some((each) => type.test(each) || !each.startsWith("aws:"));
  }

  /** URNs of the resources that any property was made from. */
  get dependencies(): readonly string[] {
    return this.resource.dependencies.map(({ urn }) => urn);
  }

  /** URNs of the resources that a property was made from. */
  sources(property: string): readonly string[] {
    return (this.resource.propertyDependencies[property] ?? []).map(({ urn }) => urn);
  }

  /** The text of a property, if it is known. */
  text(key: string): string | undefined {
    return this.props.at(key).text;
  }

  /**
   * What a property says of other resources.
   * @param path of the property: `loggingConfig.logGroup`
   */
  reference(path: string): Reference {
    const [property = path, ...parts] = path.split(".");
    const blocks = parts.reduce((at, part) => at.at(part), this.props.at(property)).blocks();
    return {
      texts: blocks.every(({ isKnown }) => isKnown)
        ? blocks.flatMap(({ text }) => text ?? [])
        : undefined,
      sources: this.sources(property),
    };
  }
}
