/** Reads what a Pulumi Output holds; for tests that run outside a preview. */
import type * as pulumi from "@pulumi/pulumi";

/** The members that the SDK keeps internal. */
interface InternalOutput<T> {
  promise(): Promise<T>;
  allResources(): Promise<ReadonlySet<pulumi.Resource>>;
}

/** The output's value; rejects when what it is made from failed. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as InternalOutput<T>).promise();
}

/** URNs of all resources that must be there before the output's value is known. */
export async function dependenciesOf(output: pulumi.Output<unknown>): Promise<readonly string[]> {
  const resources = await (output as unknown as InternalOutput<unknown>).allResources();
  return Promise.all([...resources].map(({ urn }) => valueOf(urn)));
}
