import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { policyPackConfigOf } from "../../../local/pulumi/policyPackConfig";
import { policies } from "../../../policy/policies";
import { runNodeProgram } from "../../support/nodeProgram";
import { PROJECT_ROOT } from "../../support/project";

const FULL_SAMPLING = "sagemaker-endpoint-configuration-require-full-sampling";
const STACKS = readdirSync(PROJECT_ROOT).flatMap(
  (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
);

const check = (...args: readonly string[]) =>
  runNodeProgram("local/run/policyCheck.ts", args, process.env);

describe("npm run policy:check", function () {
  this.timeout(240_000);

  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "policy-check-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A file with this text. */
  function file(text: string): string {
    const written = path.join(folder, "policies.json");
    writeFileSync(written, text);
    return written;
  }

  it("lists options and exit codes with --help", async () => {
    const { code, stdout } = await check("--help");
    expect(code).to.equal(0);
    for (const part of ["--stack", "--config", "--policy-config", "Exit codes:", "3  a policy"]) {
      expect(stdout).to.include(part);
    }
  });

  for (const stack of STACKS) {
    it(`has every policy agree with ${stack} as its own policy config has them`, async () => {
      const { code, stdout, stderr } = await check("--stack", stack);
      expect(code, stderr + stdout).to.equal(0);
      for (const { name } of policies) {
        expect(stdout).to.include(`agrees   ${name}\n`);
      }
      expect(stdout).to.match(
        new RegExp(
          `with policy/policy-config\\.${stack}\\.json: 0 refused, 0 noted, 0 excepted\\n$`,
        ),
      );
    });
  }

  it("ends with exit code 3 when a policy refuses, and says what and how to mend it", async () => {
    const { code, stdout } = await check("--config", "endpoint.capture=99");
    expect(code).to.equal(3);
    expect(stdout).to.match(
      new RegExp(`^refuses {2}${FULL_SAMPLING}\n +- .* hosting: .*set .*\n +fix: `, "m"),
    );
    expect(stdout).to.match(/\n +fix: .*\n\n.*: 1 refused, 0 noted, 0 excepted\n$/);
  });

  it("says what is excepted, until when and why, and what is switched off", async () => {
    // Prepare
    const until = new Date().toISOString().slice(0, 10);
    const exception = { urn: "*::hosting", reason: "A trial", until };
    const given = file(
      JSON.stringify({
        [FULL_SAMPLING]: { exceptions: [exception] },
        "s3-bucket-require-tls": "disabled",
        // The pack's default is that no page is open.
        "lambda-permission-disallow-public-invocation": { pages: ["review-page"] },
      }),
    );

    // Act
    const { code, stdout } = await check("-c", "endpoint.capture=99", "--policy-config", given);

    // Assess
    expect(code).to.equal(0);
    expect(stdout).to.include(`hosting: Excepted until ${until}, because: A trial. `);
    expect(stdout).to.match(/^disabled s3-bucket-require-tls$/m);
    expect(stdout).to.match(/: 0 refused, 0 noted, 1 excepted\n$/);
  });

  for (const [title, text, message] of [
    ["a misspelt policy", '{ "s3-bucket-require-tsl": "disabled" }', '"s3-bucket-require-tls"?'],
    ["a misspelt setting", `{ "${FULL_SAMPLING}": { "percentge": 1 } }`, '"percentge"'],
    ["a value out of range", `{ "${FULL_SAMPLING}": { "percentage": 101 } }`, "percentage"],
    ["a level that is none", '{ "all": "strict" }', '"strict"'],
    ["a file that is no JSON", "{ all", "policies.json cannot be read"],
    ["a file that is no object", "[]", "policies.json is not valid"],
  ] as const) {
    it(`refuses ${title} with exit code 2, before the program is run`, async () => {
      // Prepare: the program would refuse this
      const wrong = ["--config", "endpoint.capture=101"];

      // Act
      const { code, stdout, stderr } = await check(...wrong, "--policy-config", file(text));

      // Assess
      expect(code).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr)
        .to.match(/^\nPolicyPackConfigError: /)
        .and.include(message);
    });
  }

  it("refuses a file that is not there, and takes it for none if it is the stack's own", () => {
    const absent = path.join(folder, "none.json");
    expect(() => policyPackConfigOf(folder, "dev", absent)).to.throw(`${absent} cannot be read`);
    expect(policyPackConfigOf(folder, "dev")).to.deep.equal({ config: {} });
    writeFileSync(path.join(folder, "policy-config.dev.json"), "{");
    expect(() => policyPackConfigOf(folder, "dev")).to.throw("policy-config.dev.json cannot");
  });
});
