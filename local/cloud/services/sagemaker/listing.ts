/** What the `List` operations of SageMaker have in common: filters, order and pages. */
import { AwsError } from "../../protocol";

/** Of a page, unless the request wants another (`MaxResults`, SageMaker API Reference). */
const PAGE_SIZE = 10;

/** What can be listed; times are in milliseconds since 1970. */
interface Listed {
  readonly name: string;
  readonly created: number;
  readonly status?: string;
}

type Input = Readonly<Record<string, unknown>>;

/**
 * One page of an answer; the newest first unless the request wants another order.
 * @param key of the answer under which the items are
 * @throws AwsError `ValidationException` for a parameter that is not imitated here
 */
export function listed<T extends Listed>(
  key: string,
  items: readonly T[],
  input: Input,
  describe: (item: T) => object,
): object {
  const { NameContains, StatusEquals, SortBy, SortOrder, MaxResults, NextToken, ...others } = input;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw refusal(`The local SageMaker lists ${key} by no ${unknown}`);
  }
  const found = items
    .filter(({ name }) => NameContains === undefined || name.includes(String(NameContains)))
    .filter(({ status }) => StatusEquals === undefined || status === StatusEquals)
    .map((item, age) => ({ item, age }))
    .sort((one, other) => compare(SortBy ?? "CreationTime", one, other));
  const ordered = SortOrder === "Ascending" ? found : found.reverse();
  const start = Number(NextToken ?? 0);
  const end = start + Number(MaxResults ?? PAGE_SIZE);
  return {
    [key]: ordered.slice(start, end).map(({ item }) => describe(item)),
    ...(end < ordered.length ? { NextToken: String(end) } : {}),
  };
}

interface Aged {
  readonly item: Listed;
  /** Place among all, the oldest first: two may be made within a millisecond. */
  readonly age: number;
}

function compare(by: unknown, one: Aged, other: Aged): number {
  switch (by) {
    case "CreationTime":
      return one.item.created - other.item.created || one.age - other.age;
    case "Name":
      return one.item.name < other.item.name ? -1 : 1;
    default:
      throw refusal(`The local SageMaker does not sort by ${String(by)}`);
  }
}

function refusal(message: string): AwsError {
  return new AwsError("ValidationException", 400, message);
}
