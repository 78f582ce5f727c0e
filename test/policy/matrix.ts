/** Prints which policy refuses which change to our own program: `npm run policy:matrix`. */
import { policies } from "../../policy/policies";
import { MUTATIONS } from "./mutations";
import {
  modesOf,
  outcomeAfterRefresh,
  outcomeOf,
  refusedOnStack,
  type Mutation,
} from "./mutations/mutation";

/** By an update after a refresh only policies on the stack are asked: the others look at no state. */
function shapesOf(mutation: Mutation): readonly ("preview" | "update" | "refreshed")[] {
  const modes = modesOf(mutation);
  const refused = mutation.refusedBy.length === 0 || refusedOnStack(mutation).length > 0;
  return modes.includes("update") && refused ? [...modes, "refreshed"] : modes;
}

async function main(): Promise<void> {
  const rows: string[][] = [];
  let surprises = 0;
  for (const mutation of MUTATIONS) {
    const verdicts = new Map<string, string>();
    for (const shape of shapesOf(mutation)) {
      const refused = shape === "refreshed" ? refusedOnStack(mutation) : mutation.refusedBy;
      const outcome =
        shape === "refreshed" ? outcomeAfterRefresh(mutation) : outcomeOf(mutation, shape);
      const found = new Set((await outcome).map(({ policy }) => policy));
      const expected = found.size === refused.length && refused.every((name) => found.has(name));
      surprises += expected ? 0 : 1;
      verdicts.set(
        shape,
        expected
          ? found.size === 0
            ? "accepted"
            : "refused"
          : `by ${[...found].join(" and ") || "nobody"}`,
      );
    }
    rows.push([
      mutation.refusedBy.join(" and ") || "(none)",
      mutation.title,
      mutation.stack ?? "dev",
      verdicts.get("preview") ?? "-",
      verdicts.get("update") ?? "-",
      verdicts.get("refreshed") ?? "-",
    ]);
  }
  print(["policy", "change", "stack", "preview", "update", "refreshed"], rows);
  console.log(`\n${MUTATIONS.length} changes, ${policies.length} policies, ${surprises} surprises`);
  process.exitCode = surprises === 0 ? 0 : 1;
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  console.log(
    [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n"),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
