import {
  AnalyzeDiagnostic,
  AnalyzeResponse,
  PolicyNotApplicable,
  PolicySeverity,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { readDiagnostics, readSeverity } from "../../../local/pulumi/analyzeResponse";

const diagnostic = (policy: string) =>
  new AnalyzeDiagnostic().setPolicyname(policy).setMessage(`No ${policy}`).setUrn("urn:any");
const note = (policy: string) => new PolicyNotApplicable().setPolicyName(policy).setReason("Other");

describe("what is read of a policy pack's answer", () => {
  it("is every diagnostic as it was sent, and no note, wherever they are", () => {
    // Prepare
    const first = new AnalyzeResponse()
      .setNotApplicableList([note("c"), note("d")])
      .setDiagnosticsList([diagnostic("a"), diagnostic("b")]);
    const second = new AnalyzeResponse()
      .setNotApplicableList([note("f")])
      .setDiagnosticsList([diagnostic("e")]);
    const sent = Buffer.concat([first.serializeBinary(), second.serializeBinary()]);

    // Act
    const read = readDiagnostics(sent);

    // Assess
    const whole = AnalyzeResponse.deserializeBinary(sent).getDiagnosticsList();
    expect(read.map((each) => each.toObject())).to.deep.equal(whole.map((each) => each.toObject()));
    expect(read.map((each) => each.getPolicyname())).to.deep.equal(["a", "b", "e"]);
  });

  it("is nothing where nothing is broken", () => {
    const fine = new AnalyzeResponse().setNotApplicableList([note("a")]).serializeBinary();
    expect(readDiagnostics(fine)).to.deep.equal([]);
    expect(readDiagnostics(new Uint8Array())).to.deep.equal([]);
  });

  it("is each severity by its name", () => {
    const severities = [
      PolicySeverity.POLICY_SEVERITY_UNSPECIFIED,
      PolicySeverity.POLICY_SEVERITY_LOW,
      PolicySeverity.POLICY_SEVERITY_MEDIUM,
      PolicySeverity.POLICY_SEVERITY_HIGH,
      PolicySeverity.POLICY_SEVERITY_CRITICAL,
    ];
    const names = ["unspecified", "low", "medium", "high", "critical"];
    expect(severities.map(readSeverity)).to.deep.equal(names);
  });
});
