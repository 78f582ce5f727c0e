/** What the provider makes of a resource's inputs: a request to SageMaker. */

/** Nothing in the local cloud has tags; a name has another one in each request. */
const LEFT_OUT: ReadonlySet<string> = new Set(["name", "tags", "tagsAll"]);

/** The properties of a resource as members of a request, all but its name and its tags. */
export function asRequest(inputs: object): object {
  const sent = Object.entries(inputs).filter(([property]) => !LEFT_OUT.has(property));
  return asApi(Object.fromEntries(sent)) as object;
}

/** The provider's names of the API's fields begin with a small letter. */
export function asApi(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(asApi);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([key, each]) => [
          key.charAt(0).toUpperCase() + key.slice(1),
          asApi(each),
        ]),
      )
    : value;
}
