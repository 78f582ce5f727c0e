/** A reproducible source of random numbers: the same seed gives the same numbers everywhere. */
export interface Random {
  /** All that decides the numbers to come; another source goes on from it. */
  state: number;
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform in [-limit, limit). */
  within(limit: number): number;
  /** Uniform among 0, 1, ... count - 1. */
  below(count: number): number;
  /** Normal with mean 0 and variance 1. */
  gaussian(): number;
  /** Puts the items in random order, in place. */
  shuffle(items: Uint32Array): void;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, plenty for this purpose. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(uniform() * count);
  return {
    get state() {
      return state;
    },
    set state(value) {
      state = value;
    },
    uniform,
    below,
    within: (limit) => (2 * uniform() - 1) * limit,
    // Box and Muller's transform.
    gaussian: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: (items) => {
      for (let last = items.length - 1; last > 0; last--) {
        const other = below(last + 1);
        const item = items[last] as number;
        items[last] = items[other] as number;
        items[other] = item;
      }
    },
  };
}
