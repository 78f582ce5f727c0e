/** What it takes to make one type of resource real in the local cloud. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Cloud } from "../../cloud";
import type { CreatedResource, NewResource } from "../programRunner";

/** Makes, changes and removes resources of one type. */
export interface ResourceHandler {
  create(resource: NewResource, cloud: Cloud): Promise<CreatedResource>;
  /**
   * @param resource with the inputs it is to have
   * @returns the outputs that AWS has changed besides the inputs
   */
  update(id: string, resource: NewResource, cloud: Cloud): Promise<Outputs>;
  /** @param resource with the inputs it has */
  delete(id: string, resource: NewResource, cloud: Cloud): Promise<void>;
}

/** What a behaviour is given besides the resource's inputs. */
export interface BehaviourContext {
  readonly cloud: Cloud;
  /** The resource's name in the program. */
  readonly name: string;
  /** The name it gets in the cloud unless the inputs give one: unique, and the same in every run. */
  readonly physicalName: string;
}

/** What a type of resource does in the local cloud. */
interface Behaviour<Inputs> {
  readonly create: (inputs: Inputs, context: BehaviourContext) => Promise<Made> | Made;
  /** Changes what can be changed in place. Without it, a change is only recorded. */
  readonly update?: Change<Inputs, void> | Change<Inputs, Outputs>;
  /** Removes it, if it is still there. Without it, there is nothing to remove. */
  readonly delete?: Change<Inputs, void>;
}

/** Does something to the resource with this id; may give outputs that are now other than before. */
type Change<Inputs, Result> = (
  id: string,
  inputs: Inputs,
  context: BehaviourContext,
) => Promise<Result> | Result;

export type Outputs = Readonly<Record<string, unknown>>;

/** A resource's identifier, and the outputs that AWS adds to its inputs. */
type Made = { readonly id: string } & Outputs;

/**
 * A handler that checks the inputs against a schema before it uses them, as a provider does.
 * @throws Error naming the resource and what is wrong with its inputs
 */
export function handler<Inputs>(
  schema: z.ZodType<Inputs>,
  behaviour: Behaviour<Inputs>,
): ResourceHandler {
  const checked = (resource: NewResource, cloud: Cloud): [Inputs, BehaviourContext] => {
    const { type, name } = resource;
    const inputs = schema.safeParse(resource.inputs);
    if (!inputs.success) {
      throw new Error(`${type} ${name}: ${z.prettifyError(inputs.error)}`);
    }
    return [inputs.data, { cloud, name, physicalName: `${name}-${nameSuffix(resource)}` }];
  };
  return {
    create: async (resource, cloud) => {
      const { id, ...outputs } = await behaviour.create(...checked(resource, cloud));
      return { id, outputs: { ...resource.inputs, ...outputs } };
    },
    update: async (id, resource, cloud) => {
      const change = checked(resource, cloud);
      const changed = await behaviour.update?.(id, ...change);
      return typeof changed === "object" ? changed : {};
    },
    delete: async (id, resource, cloud) => {
      await behaviour.delete?.(id, ...checked(resource, cloud));
    },
  };
}

function nameSuffix({ type, name }: NewResource): string {
  return createHash("sha256").update(`${type}::${name}`).digest("hex").slice(0, 7);
}
