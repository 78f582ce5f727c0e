/**
 * Checks that an endpoint is in service with the configuration that the graph gave it, and prints
 * that as JSON on standard output. SageMaker rolls a failing update back by itself and goes on
 * serving with the configuration before; whoever updates must be told.
 *
 * Usage: node --import tsx infra/commands/verifyEndpoint.ts ENDPOINT CONFIGURATION
 */
import {
  DescribeEndpointCommand,
  SageMakerClient,
  type DescribeEndpointCommandOutput,
} from "@aws-sdk/client-sagemaker";
import { clientSettings } from "../../common/awsClient";
import { runProgram, UsageError } from "./program";

type Description = Pick<
  DescribeEndpointCommandOutput,
  "EndpointStatus" | "EndpointConfigName" | "FailureReason"
>;

/** What the command prints. */
export interface VerifiedEndpoint {
  readonly endpoint: string;
  readonly configuration: string;
}

/** The live endpoint is not the one that was deployed. */
export class EndpointMismatchError extends Error {
  constructor(endpoint: string, found: string, reason: string | undefined) {
    super(
      `Endpoint ${endpoint} ${found}: ${reason ?? "SageMaker gives no reason"}\n` +
        `It probably rolled the update back. Its alarms and log group tell what failed; fix that ` +
        `("When an update fails" in docs/operations.md), then raise \`training.run\` or change the configuration, and run the update again.`,
    );
    this.name = "EndpointMismatchError";
  }
}

/** @throws EndpointMismatchError unless it is in service with that configuration */
export function verifyEndpoint(
  endpoint: string,
  configuration: string,
  { EndpointStatus, EndpointConfigName, FailureReason }: Description,
): void {
  if (EndpointStatus !== "InService") {
    throw new EndpointMismatchError(
      endpoint,
      `is ${EndpointStatus ?? "unknown"}, not InService`,
      FailureReason,
    );
  }
  if (EndpointConfigName !== configuration) {
    throw new EndpointMismatchError(
      endpoint,
      `serves with ${EndpointConfigName ?? "no configuration"}, not with ${configuration}`,
      FailureReason,
    );
  }
}

async function main(): Promise<void> {
  const [EndpointName, configuration] = process.argv.slice(2);
  if (EndpointName === undefined || configuration === undefined) {
    throw new UsageError("usage: verifyEndpoint.ts ENDPOINT CONFIGURATION");
  }
  const client = new SageMakerClient({ ...clientSettings(), maxAttempts: 8 });
  const description = await client.send(new DescribeEndpointCommand({ EndpointName }));
  verifyEndpoint(EndpointName, configuration, description);
  const verified: VerifiedEndpoint = { endpoint: EndpointName, configuration };
  process.stdout.write(JSON.stringify(verified));
}

if (require.main === module) {
  runProgram(main);
}
