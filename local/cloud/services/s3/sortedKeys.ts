/**
 * Keys in the order of their UTF-8 bytes. They are put in order when somebody asks for it, which is
 * far less often than there is a new one.
 */
export class SortedKeys {
  private sorted: readonly string[] = [];
  /** Not among the sorted ones yet. */
  private readonly added = new Set<string>();
  /** Still among the sorted ones. */
  private readonly deleted = new Set<string>();

  add(key: string): void {
    if (!this.deleted.delete(key)) {
      this.added.add(key);
    }
  }

  delete(key: string): void {
    if (!this.added.delete(key)) {
      this.deleted.add(key);
    }
  }

  clear(): void {
    this.sorted = [];
    this.added.clear();
    this.deleted.clear();
  }

  /** All from the given one on, as they are now. */
  *from(key: string): Generator<string> {
    const keys = this.inOrder();
    for (let index = firstFrom(keys, key); index < keys.length; index += 1) {
      yield keys[index] as string;
    }
  }

  private inOrder(): readonly string[] {
    if (this.added.size > 0 || this.deleted.size > 0) {
      const kept = this.sorted.filter((key) => !this.deleted.has(key));
      this.sorted = merged(kept, [...this.added].sort(compareKeys));
      this.added.clear();
      this.deleted.clear();
    }
    return this.sorted;
  }
}

function merged(some: readonly string[], others: readonly string[]): readonly string[] {
  const all: string[] = [];
  let next = 0;
  for (const key of some) {
    for (; next < others.length && compareKeys(others[next] as string, key) < 0; next += 1) {
      all.push(others[next] as string);
    }
    all.push(key);
  }
  return all.concat(others.slice(next));
}

/** Index of the first key that is not less, by binary search. */
function firstFrom(keys: readonly string[], wanted: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] as string, wanted) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** As their UTF-8 bytes compare: as their code units do, unless surrogates are among them. */
function compareKeys(one: string, other: string): number {
  if (SURROGATE.test(one) || SURROGATE.test(other)) {
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  return one < other ? -1 : Number(one > other);
}

const SURROGATE = /[\ud800-\udfff]/;
