import { similarNames } from "../../common/similarNames";
import type { ArchiveContent, ImageSource } from "../archive/content";
import { ClassSelectionError } from "../errors";

/** Stands for all fine classes of the archive, in its order. */
export const ALL_CLASSES = "all";

/** Which images make up which class. */
export interface ClassSelection {
  /** Class names; the index is the label. */
  readonly names: readonly string[];
  /** The label of an image, or undefined where it belongs to no selected class. */
  labelOf(source: ImageSource, image: number): number | undefined;
}

/**
 * Finds classes by name. A name is looked for among the fine classes first, then among the coarse.
 * Throws {@link ClassSelectionError} for a name that the archive does not have, and for two classes
 * with images in common.
 */
export function selectClasses(
  requested: readonly string[],
  content: ArchiveContent,
): ClassSelection {
  const names =
    requested.length === 1 && requested[0] === ALL_CLASSES ? content.fineNames : requested;
  if (names.length === 0) {
    throw new ClassSelectionError("No class is asked for. Name at least one with --classes.");
  }
  const byFine = new Map<number, number>();
  const byCoarse = new Map<number, number>();
  for (const [label, name] of names.entries()) {
    if (names.indexOf(name) !== label) {
      throw new ClassSelectionError(`Class ${name} is asked for twice. Name it once.`);
    }
    const fine = content.fineNames.indexOf(name);
    const coarse = content.coarseNames.indexOf(name);
    if (fine !== -1) {
      byFine.set(fine, label);
    } else if (coarse !== -1) {
      byCoarse.set(coarse, label);
    } else {
      throw new ClassSelectionError(
        `The archive has no class ${JSON.stringify(name)}. ${suggestion(name, content)}`,
      );
    }
  }
  if (byFine.size > 0 && byCoarse.size > 0) {
    refuseOverlap(names, byFine, byCoarse, content);
  }
  return {
    names,
    labelOf: (source, image) =>
      byFine.get(source.fine[image] as number) ?? byCoarse.get(source.coarse[image] as number),
  };
}

function refuseOverlap(
  names: readonly string[],
  byFine: ReadonlyMap<number, number>,
  byCoarse: ReadonlyMap<number, number>,
  content: ArchiveContent,
): void {
  for (const source of [content.train, content.test]) {
    for (const [image, fine] of source.fine.entries()) {
      const one = byFine.get(fine);
      const other = byCoarse.get(source.coarse[image] as number);
      if (one !== undefined && other !== undefined) {
        throw new ClassSelectionError(
          `Classes ${names[one]} and ${names[other]} have images in common. Leave one of them out.`,
        );
      }
    }
  }
}

function suggestion(name: string, content: ArchiveContent): string {
  const known = [...content.fineNames, ...content.coarseNames];
  const close = similarNames(name, known);
  return close.length > 0
    ? `Did you mean ${close.join(" or ")}?`
    : `It has: ${content.fineNames.join(", ")}; and groups: ${content.coarseNames.join(", ")}.`;
}
