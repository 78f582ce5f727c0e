/**
 * Runs a task for every item, at most `limit` at a time. Stops taking items at the first failure,
 * waits for those under way, and then throws it.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    while (!failed) {
      try {
        const next = await iterator.next();
        if (next.done === true) {
          return;
        }
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
