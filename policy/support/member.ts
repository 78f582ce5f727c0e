import type { PolicyResource } from "@pulumi/policy";
import { Property } from "./property";

/** A resource of a stack, as rules see it that look at several resources together. */
export class Member {
  readonly props: Property;

  constructor(private readonly resource: PolicyResource) {
    this.props = Property.of(resource.props);
  }

  get type(): string {
    return this.resource.type;
  }

  get urn(): string {
    return this.resource.urn;
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
