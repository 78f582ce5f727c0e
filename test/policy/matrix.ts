/** Prints which policy refuses which change to our own program: `npm run policy:matrix`. */
import { policies } from "../../policy/policies";
import { MUTATIONS } from "./mutations";
import { modesOf, outcomeOf } from "./mutations/mutation";

async function main(): Promise<void> {
  const rows: string[][] = [];
  let surprises = 0;
  for (const mutation of MUTATIONS) {
    const verdicts = new Map<string, string>();
    for (const mode of modesOf(mutation)) {
      const found = new Set((await outcomeOf(mutation, mode)).map(({ policy }) => policy));
      const expected =
        found.size === mutation.refusedBy.length &&
        mutation.refusedBy.every((name) => found.has(name));
      surprises += expected ? 0 : 1;
      verdicts.set(
        mode,
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
    ]);
  }
  print(["policy", "change", "stack", "preview", "update"], rows);
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
