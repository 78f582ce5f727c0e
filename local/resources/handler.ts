/** What it takes to make one type of resource real in the local cloud. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Cloud } from "../cloud";
import type { CreatedResource, NewResource } from "../engine";

/** Makes a resource of one type. */
export type ResourceHandler = (resource: NewResource, cloud: Cloud) => Promise<CreatedResource>;

/** What a handler is given besides the resource's inputs. */
export interface HandlerContext {
  readonly cloud: Cloud;
  /** The resource's name in the program. */
  readonly name: string;
  /** The name it gets in the cloud unless the inputs give one: unique, and the same in every run. */
  readonly physicalName: string;
}

/**
 * A handler that checks the inputs against a schema before it uses them, as a provider does.
 * @throws Error naming the resource and what is wrong with its inputs
 */
export function handler<Inputs>(
  schema: z.ZodType<Inputs>,
  make: (inputs: Inputs, context: HandlerContext) => Promise<Made> | Made,
): ResourceHandler {
  return async (resource, cloud) => {
    const inputs = schema.safeParse(resource.inputs);
    if (!inputs.success) {
      throw new Error(`${resource.type} ${resource.name}: ${z.prettifyError(inputs.error)}`);
    }
    const physicalName = `${resource.name}-${nameSuffix(resource)}`;
    const { id, ...outputs } = await make(inputs.data, {
      cloud,
      name: resource.name,
      physicalName,
    });
    return { id, outputs: { ...resource.inputs, ...outputs } };
  };
}

/** A resource's identifier, and the outputs that AWS adds to its inputs. */
type Made = { readonly id: string } & Readonly<Record<string, unknown>>;

function nameSuffix({ type, name }: NewResource): string {
  return createHash("sha256").update(`${type}::${name}`).digest("hex").slice(0, 7);
}
