/**
 * Fuzzes the ETL and the reading of pictures for longer than the tests do: `npm run fuzz`, or for
 * example `npm run fuzz -- --runs 1 --seed 17` to see again what a failure named.
 */
import Mocha from "mocha";
import * as path from "node:path";
import { parseArgs } from "node:util";

const USAGE = `Usage: npm run fuzz -- [options]

  --runs N  so many archives, and pictures of each format (2000)
  --seed N  what the first is made from (1)`;

function optionsFrom(args: readonly string[]) {
  try {
    const options = {
      runs: { type: "string", default: "2000" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

const { help, ...values } = optionsFrom(process.argv.slice(2));
if (help) {
  console.log(USAGE);
  process.exit(0);
}
for (const [name, value] of Object.entries(values)) {
  if (!/^[1-9]\d*$/.test(value)) {
    console.error(`--${name} takes a whole number from 1, not ${JSON.stringify(value)}`);
    process.exit(2);
  }
  process.env[`FUZZ_${name.toUpperCase()}`] = value;
}

const mocha = new Mocha({ forbidOnly: true });
mocha.addFile(path.join(__dirname, "fuzz.test.ts"));
mocha.addFile(path.join(__dirname, "../common/pictures/fuzz.test.ts"));
mocha.run((failures) => {
  process.exitCode = failures === 0 ? 0 : 1;
});
