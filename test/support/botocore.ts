/** AWS's own API models, as botocore has them: judges what moto has no opinion on. */
import { spawnSync } from "node:child_process";
import * as path from "node:path";

/** Python with botocore: the one that has moto, if `MOTO_SERVER` names it; else that on the PATH. */
export function findBotocore(): string | undefined {
  const moto = process.env["MOTO_SERVER"];
  const candidates = [
    ...(moto === undefined ? [] : [path.join(path.dirname(moto), "python3")]),
    "python3",
  ];
  return candidates.find(
    (python) => spawnSync(python, ["-c", "import botocore"], { stdio: "ignore" }).status === 0,
  );
}

/**
 * Runs a script that answers line by line, in JSON.
 * @throws Error with what the script says when it fails
 */
export function askInJson<Answer>(
  python: string,
  script: string,
  mode: string,
  lines: readonly object[],
): Answer[] {
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const { status, stdout, stderr } = spawnSync(python, [script, mode], {
    input,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Answer);
}
