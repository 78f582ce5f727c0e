/** What is read of a policy pack's answers. */
import { AnalyzeDiagnostic, PolicySeverity } from "@pulumi/pulumi/proto/analyzer_pb";
import { BinaryReader } from "google-protobuf";

/** `AnalyzeResponse.diagnostics` in `proto/pulumi/analyzer.proto`. */
const DIAGNOSTICS = 2;

/**
 * The diagnostics of an `AnalyzeResponse`. What is left out are notes of policies that do not apply, some
 * eighty for each resource: to read them takes longer than all else that is done with an answer.
 */
export function readDiagnostics(response: Uint8Array): AnalyzeDiagnostic[] {
  const reader = new BinaryReader(response);
  const diagnostics: AnalyzeDiagnostic[] = [];
  while (reader.nextField()) {
    if (reader.getFieldNumber() === DIAGNOSTICS) {
      const diagnostic = new AnalyzeDiagnostic();
      reader.readMessage(diagnostic, AnalyzeDiagnostic.deserializeBinaryFromReader);
      diagnostics.push(diagnostic);
    } else {
      reader.skipField();
    }
  }
  return diagnostics;
}

export type Severity = "unspecified" | "low" | "medium" | "high" | "critical";

export function readSeverity(severity: PolicySeverity): Severity {
  switch (severity) {
    case PolicySeverity.POLICY_SEVERITY_LOW:
      return "low";
    case PolicySeverity.POLICY_SEVERITY_MEDIUM:
      return "medium";
    case PolicySeverity.POLICY_SEVERITY_HIGH:
      return "high";
    case PolicySeverity.POLICY_SEVERITY_CRITICAL:
      return "critical";
    case PolicySeverity.POLICY_SEVERITY_UNSPECIFIED:
      return "unspecified";
  }
}
