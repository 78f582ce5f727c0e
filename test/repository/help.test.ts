/** What the commands say of themselves, as somebody sees it in a narrow terminal. */
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const ROOT = path.resolve(__dirname, "../..");

/** A terminal's usual width, and that which is taken where there is none. */
const COLUMNS = 80;

const COMMANDS = [
  ["local/run/cli.ts"],
  ["local/run/policyCheck.ts"],
  ["local/run/load/cli.ts"],
  ["doctor/cli.ts"],
  ["doctor/rollback.ts"],
  ["doctor/prune.ts"],
  ["etl/cli.ts"],
  ...["fetch", "build", "load", "run", "verify", "inspect"].map((name) => ["etl/cli.ts", name]),
  ...["classify", "replay", "review", "capture", "report"].map((name) => [
    `operations/${name}/cli.ts`,
  ]),
];

async function helpOf(command: readonly string[]): Promise<string> {
  const args = ["--import", "tsx", ...command, "--help"];
  return (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;
}

/** Lines of running text that end although the first word of the next one had room. */
function endedEarly(help: string): string[] {
  const lines = help.split("\n");
  return lines.filter((line, index) => {
    const next = lines[index + 1] ?? "";
    const isText = (text: string) => /^[A-Za-z]/.test(text) && !text.endsWith(":");
    const [word = ""] = next.split(" ");
    return isText(line) && isText(next) && `${line} ${word}`.length <= COLUMNS;
  });
}

describe("help", () => {
  for (const command of COMMANDS) {
    it(`of ${command.join(" ")} is at home in ${COLUMNS} columns, and tells defaults as one types them`, async () => {
      const help = await helpOf(command);

      expect(help.split("\n").filter((line) => line.length > COLUMNS)).to.deep.equal([]);
      expect(endedEarly(help)).to.deep.equal([]);
      expect(help).to.not.match(/default: *\[/);
      expect(help).to.not.include(ROOT);
    });
  }
});
