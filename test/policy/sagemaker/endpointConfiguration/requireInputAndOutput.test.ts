import { expect } from "chai";
import { requireInputAndOutput } from "../../../../policy/sagemaker/endpointConfiguration/requireInputAndOutput";
import { judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { endpointConfiguration } from "./resource";

const OPTIONS = "dataCaptureConfig.captureOptions";

async function missingModes(options: unknown): Promise<string[]> {
  const verdict = await judge(
    requireInputAndOutput,
    withValue(endpointConfiguration, OPTIONS, options),
  );
  expect(verdict.silencedBy).to.equal(undefined);
  return verdict.violations.map(({ message }) => message);
}

const MISSING_INPUT = `Input is not captured: add an entry with \`captureMode\` Input to \`${OPTIONS}\`.`;
const MISSING_OUTPUT = `Output is not captured: add an entry with \`captureMode\` Output to \`${OPTIONS}\`.`;

describe("policy sagemaker/endpointConfiguration/requireInputAndOutput", () => {
  it("accepts input and output as two entries", async () => {
    expect((await judge(requireInputAndOutput, endpointConfiguration)).violations).to.deep.equal(
      [],
    );
  });

  it("accepts the one mode that means both", async () => {
    expect(await missingModes([{ captureMode: "InputAndOutput" }])).to.deep.equal([]);
  });

  it("refuses input alone and output alone, naming what is missing", async () => {
    expect(await missingModes([{ captureMode: "Input" }])).to.deep.equal([MISSING_OUTPUT]);
    expect(await missingModes([{ captureMode: "Output" }])).to.deep.equal([MISSING_INPUT]);
  });

  it("refuses an empty list, entries without a mode, and no list at all", async () => {
    const both = [MISSING_INPUT, MISSING_OUTPUT];
    expect(await missingModes([])).to.deep.equal(both);
    expect(await missingModes([{}])).to.deep.equal(both);
    const { violations } = await judge(
      requireInputAndOutput,
      without(endpointConfiguration, OPTIONS),
    );
    expect(violations.map(({ message }) => message)).to.deep.equal(both);
  });

  it("leaves what is unknown in a preview to the update, but not what is known to be missing", async () => {
    expect(await missingModes(UNKNOWN)).to.deep.equal([]);
    expect(await missingModes([UNKNOWN])).to.deep.equal([]);
    expect(await missingModes([{ captureMode: UNKNOWN }])).to.deep.equal([]);
    expect(await missingModes([{ captureMode: "Input" }, {}])).to.deep.equal([MISSING_OUTPUT]);
  });

  it("leaves a configuration without capture to the rule that requires it", async () => {
    const mutant = without(endpointConfiguration, "dataCaptureConfig");
    const { notApplicable } = await judge(requireInputAndOutput, mutant);
    expect(notApplicable).to.equal("No data capture is configured");
  });
});
