import type { PolicyResource } from "@pulumi/policy";
import { Property } from "./property";

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

  /** Whether any property was made from another resource. */
  uses(other: Member): boolean {
    return this.resource.dependencies.some(({ urn }) => urn === other.urn);
  }

  /**
   * Whether a property holds what another resource is called, alone or in a list. Known texts
   * decide it. As long as one is unknown, as in a first preview, it is decided by whether the
   * property was made from the other resource.
   *
   * @param path of the property: `loggingConfig.logGroup`
   * @param key what the other resource is called by: `name`
   * @param called turns the property's text into such a name, if it is more than that
   */
  refersTo(
    other: Member,
    path: string,
    key: string,
    called: (text: string) => string | undefined = (text) => text,
  ): boolean {
    const [property = path, ...parts] = path.split(".");
    const reference = parts.reduce((at, part) => at.at(part), this.props.at(property));
    const name = other.props.at(key);
    const texts = reference.blocks();
    if (name.isKnown && texts.every(({ isKnown }) => isKnown)) {
      const isName = (text: unknown) =>
        typeof text === "string" && name.is((own) => own === called(text));
      return texts.some((text) => text.is(isName));
    }
    const sources = this.resource.propertyDependencies[property] ?? [];
    return sources.some(({ urn }) => urn === other.urn);
  }
}
