import { closest, distance } from "fastest-levenshtein";

/** More changed letters than this part of a name are another name, not a slip. */
const SLIP = 1 / 3;

/**
 * Says what there is in place of a name that there is not.
 * @param known one name at least
 */
export function insteadOf(name: string, known: readonly string[]): string {
  const nearest = closest(name.toLowerCase(), known);
  return distance(name.toLowerCase(), nearest) <= Math.max(2, nearest.length * SLIP)
    ? `did you mean "${nearest}"?`
    : `there is: ${known.join(", ")}`;
}
