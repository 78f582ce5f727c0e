/**
 * Runs a task for every item, at most `limit` at a time. Stops taking items at the first failure,
 * waits for those under way, and then throws it.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item>,
  limit: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); !failed && next.done !== true; next = iterator.next()) {
      try {
        await run(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: limit }, worker));
  for (const result of results) {
    if (result.status === "rejected") {
      throw result.reason;
    }
  }
}

/**
 * The results of a task for every item, in the order of the items. At most `limit` tasks are begun
 * of which the result was not taken yet; a failure is thrown when it is that result's turn.
 */
export async function* mapConcurrently<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  run: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  for await (const item of items) {
    const result = run(item);
    // Whoever takes no more results is not told how those end that were begun.
    result.catch(() => undefined);
    begun.push(result);
    if (begun.length >= limit) {
      yield begun.shift() as Promise<Result>;
    }
  }
  yield* begun;
}
