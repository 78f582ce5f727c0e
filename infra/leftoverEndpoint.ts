import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { region } from "./account";
import type { EndpointQuestion } from "./commands/checkEndpoint";
import type { Outcome } from "./commands/preflightChecks";
import { providerEnvironment } from "./providerEnvironment";

/** SageMaker would refuse to make the endpoint, or to update it. */
class LeftoverEndpointError extends pulumi.RunError {
  constructor({ message, remedy }: Outcome) {
    super([message, remedy].filter(Boolean).join("\n"));
    this.name = "LeftoverEndpointError";
  }
}

/**
 * Looks at the endpoint of our name before it is made or updated, in each update that does so, also
 * in one in which nothing else changes: the provider notes an endpoint only when it is in service, so
 * one whose first creation failed is there and not in the state. What AWS has is asked as the
 * provider would ask; a question that cannot be put stops nothing.
 * @param name of the hook, unique in the program
 * @returns a hook that throws LeftoverEndpointError, with what to do
 */
export function refuseLeftoverEndpoint(
  name: string,
  endpointName: pulumi.Output<string>,
): pulumi.ResourceHook {
  const known = pulumi.output({
    environment: providerEnvironment(),
    place: { endpointName, region: region() },
  });
  return new pulumi.ResourceHook(name, async ({ oldInputs }) => {
    const { environment, place } = await valueOf(known);
    const question: EndpointQuestion = {
      ...place,
      stack: pulumi.getStack(),
      inState: oldInputs !== undefined,
    };
    const { stdout } = await local.run({
      interpreter: ["node", "--import", "tsx", "infra/commands/checkEndpoint.ts"],
      command: JSON.stringify(question),
      environment,
    });
    const outcome = JSON.parse(stdout) as Outcome;
    if (outcome.status === "failed") {
      throw new LeftoverEndpointError(outcome);
    }
  });
}

/** In an update all is known. */
function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}
