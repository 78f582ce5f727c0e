/** What the `List` operations of SageMaker have in common: filters, order and pages. */

/** What can be listed; times are in milliseconds since 1970. */
interface Listed {
  readonly name: string;
  readonly created: number;
  readonly modified?: number;
  readonly status?: string;
}

/** A request; times are in seconds since 1970, as they go over the wire. */
interface Query {
  readonly SortBy: "Name" | "CreationTime" | "Status";
  readonly SortOrder: "Ascending" | "Descending";
  readonly MaxResults: number;
  readonly NextToken?: string | undefined;
  readonly NameContains?: string | undefined;
  readonly StatusEquals?: string | undefined;
  readonly CreationTimeBefore?: number | undefined;
  readonly CreationTimeAfter?: number | undefined;
  readonly LastModifiedTimeBefore?: number | undefined;
  readonly LastModifiedTimeAfter?: number | undefined;
}

/**
 * One page of an answer.
 * @param key of the answer under which the items are
 */
export function listed<T extends Listed>(
  key: string,
  items: readonly T[],
  query: Query,
  describe: (item: T) => object,
): object {
  const { NameContains = "", StatusEquals, SortBy, SortOrder, MaxResults, NextToken = "0" } = query;
  const found = items
    .filter(({ name }) => name.includes(NameContains))
    .filter(({ status }) => StatusEquals === undefined || status === StatusEquals)
    .filter((item) => isWithin(item, query))
    .map((item, age) => ({ item, age }))
    .sort((one, other) => compare(SortBy, one, other));
  const ordered = SortOrder === "Ascending" ? found : found.reverse();
  const start = Number(NextToken);
  const end = start + MaxResults;
  return {
    [key]: ordered.slice(start, end).map(({ item }) => describe(item)),
    ...(end < ordered.length ? { NextToken: String(end) } : {}),
  };
}

function isWithin({ created, modified = created }: Listed, query: Query): boolean {
  const { CreationTimeAfter = -Infinity, CreationTimeBefore = Infinity } = query;
  const { LastModifiedTimeAfter = -Infinity, LastModifiedTimeBefore = Infinity } = query;
  const [made, changed] = [created / 1000, modified / 1000];
  return (
    made > CreationTimeAfter &&
    made < CreationTimeBefore &&
    changed > LastModifiedTimeAfter &&
    changed < LastModifiedTimeBefore
  );
}

interface Aged {
  readonly item: Listed;
  /** Place among all, the oldest first: two may be made within a millisecond. */
  readonly age: number;
}

function compare(by: Query["SortBy"], one: Aged, other: Aged): number {
  const text = (key: "name" | "status") =>
    (one.item[key] ?? "").localeCompare(other.item[key] ?? "", "en");
  switch (by) {
    case "CreationTime":
      return one.item.created - other.item.created || one.age - other.age;
    case "Name":
      return text("name");
    case "Status":
      return text("status") || one.age - other.age;
  }
}
