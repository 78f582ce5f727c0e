/** More changed letters than this part of a name are another name, not a slip. */
const SLIP = 1 / 3;

/**
 * Which names somebody may have meant who wrote one that there is not.
 * @returns the nearest of the known ones, whatever their case; none if none is near enough
 */
export function similarNames(name: string, known: readonly string[]): readonly string[] {
  const distances = known.map((each) => editDistance(name.toLowerCase(), each.toLowerCase()));
  const least = Math.min(...distances);
  return known.filter(
    (each, index) => distances[index] === least && least <= Math.max(2, each.length * SLIP),
  );
}

/** Levenshtein's distance. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, character] of [...one].entries()) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const replaced = (row[j] as number) + (other[j] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
