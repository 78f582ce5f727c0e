import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { DOCUMENTS } from "../../policy/docs";
import { policies } from "../../policy/policies";
import {
  judge,
  judgeStack,
  pathsOf,
  remediate,
  subject,
  UNKNOWN,
  withValue,
  without,
} from "../support/policy";
import { compliant } from "./compliant";

const PACK = path.join(__dirname, "../../policy");
const VERBS = ["enable", "require", "restrict", "disallow"];

const files = readdirSync(PACK, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.startsWith("node_modules"),
);
/** Every file of the pack, with its text. */
const sources = files.map((file) => [file, readFileSync(path.join(PACK, file), "utf8")] as const);

/** Files with a rule in them: `service/resource/verbObject`, without extension. */
const ruleFiles = files
  .filter((file) => file.split(path.sep).length === 3)
  .filter((file) => path.basename(file) !== "resource.ts")
  .map((file) => file.replace(/\.ts$/, ""));

/** `sagemaker/endpointConfiguration/enableCapture` to `sagemaker-endpoint-configuration-enable-capture`. */
function idOf(file: string): string {
  return file
    .split(path.sep)
    .join("-")
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

describe("the policy pack", () => {
  it("has every rule there is a file for, each under the id that its path spells", () => {
    expect(policies.map(({ name }) => name).sort()).to.deep.equal(ruleFiles.map(idOf).sort());
  });

  it("has a spec for every rule", () => {
    const missing = ruleFiles.filter(
      (file) => !existsSync(path.join(__dirname, `${file}.test.ts`)),
    );
    expect(missing).to.deep.equal([]);
  });

  it("names its rules with a closed list of verbs", () => {
    const odd = ruleFiles.filter(
      (file) => !VERBS.some((verb) => new RegExp(`^${verb}[A-Z]`).test(path.basename(file))),
    );
    expect(odd).to.deep.equal([]);
  });

  for (const policy of policies) {
    it(`documents ${policy.name}`, () => {
      expect(policy.description).to.match(/^[A-Z].*\.$/);
      expect(policy.displayName).to.match(/^[A-Z].*[^.]$/);
      expect(policy.remediationSteps).to.match(/^[A-Z].*\.$/);
      expect(policy.enforcementLevel).to.equal("mandatory");
      expect(policy.severity).to.be.oneOf(["low", "medium", "high", "critical"]);
      expect(policy.tags).to.include(policy.name.split("-")[0]);
      expect(policy.url).to.match(/^https:\/\/docs\.aws\.amazon\.com\//);
      for (const setting of Object.values(policy.configSchema?.properties ?? {})) {
        expect(setting).to.include.keys("type", "default", "description");
      }
    });

    it(`accepts the compliant stack under ${policy.name}`, async () => {
      const verdicts =
        "validateStack" in policy
          ? [await judgeStack(policy, compliant)]
          : await Promise.all(compliant.map((each) => judge(policy, each)));
      expect(verdicts.flatMap(({ violations }) => violations)).to.deep.equal([]);
      expect(verdicts.some(({ notApplicable }) => notApplicable === undefined)).to.equal(true);
    });

    if (!("validateStack" in policy)) {
      it(`does not apply ${policy.name} to other types`, async () => {
        const other = subject("other:index:Thing", {});
        const verdict = await judge(policy, other);
        expect(verdict.notApplicable).to.match(/^It applies to aws:/);
        expect(await remediate(policy, other)).to.equal(undefined);
      });
    }

    it(`never silences ${policy.name}, whichever value is unknown, absent or of another type`, async () => {
      for (const original of compliant) {
        for (const at of pathsOf(original.props)) {
          const variants = [
            withValue(original, at, UNKNOWN),
            without(original, at),
            ...[null, "", 0, false, [], {}, [UNKNOWN], { key: UNKNOWN }].map((value) =>
              withValue(original, at, value),
            ),
          ];
          for (const variant of variants) {
            const verdict =
              "validateStack" in policy
                ? await judgeStack(
                    policy,
                    compliant.map((each) => (each === original ? variant : each)),
                  )
                : await judge(policy, variant);
            expect(verdict.silencedBy, `${original.type} ${at}`).to.equal(undefined);
            if (!("validateStack" in policy)) {
              // Throws when it reads what is unknown, or stumbles over another type.
              await remediate(policy, variant);
            }
          }
        }
      }
    });
  }

  it("never repeats a value of a resource in what it says", async () => {
    // Prepare
    const value = "not-to-be-told";
    const told: string[] = [];

    // Act
    for (const original of compliant) {
      for (const at of pathsOf(original.props)) {
        const mutant = withValue(original, at, value);
        const stack = compliant.map((each) => (each === original ? mutant : each));
        for (const policy of policies) {
          const { violations } =
            "validateStack" in policy
              ? await judgeStack(policy, stack)
              : await judge(policy, mutant);
          told.push(...violations.map(({ message }) => message));
        }
      }
    }

    // Assess
    expect(told).to.have.length.greaterThan(policies.length);
    expect(told.filter((message) => message.includes(value))).to.deep.equal([]);
  });

  it("says each of its values once: as the default of a setting", () => {
    const text = sources.map(([, source]) => source).join();
    const settings = policies.flatMap(({ configSchema }) =>
      Object.values(configSchema?.properties ?? {}),
    );
    const values = settings
      .flatMap(({ default: value }) => value)
      .filter((value) => typeof value === "string");
    expect(values).to.include.members(["ml.m5.xlarge", "Project_2_Extended/data_capture"]);
    for (const value of values) {
      expect(text.split(`"${value}"`).length - 1, value).to.equal(1);
    }
  });

  it("is in what is written from it as it is", () => {
    for (const [name, written] of Object.entries(DOCUMENTS)) {
      const present = readFileSync(path.join(PACK, name), "utf8");
      expect(present, "run: npm run docs").to.equal(written(present));
    }
  });

  it("imports nothing but its own files and the policy SDK", () => {
    for (const [source, text] of sources) {
      for (const [, imported = ""] of text.matchAll(/from "([^"]+)"/g)) {
        const inside = path.join(PACK, path.dirname(source), imported).startsWith(PACK + path.sep);
        const builtIn = imported.startsWith("node:");
        expect(
          imported === "@pulumi/policy" || builtIn || inside,
          `${source}: ${imported}`,
        ).to.equal(true);
      }
    }
  });
});
