/** Resources of a cloud that one file of tests shares. */
import { Cloud } from "../../../../local/cloud";
import { createResource, deleteResource, updateResource } from "../../../../local/pulumi/resources";

type Inputs = Record<string, unknown>;

export async function startCloud(): Promise<Cloud> {
  return Cloud.start({ region: "eu-west-1", projectRoot: __dirname });
}

/** Resources of one type, told apart by name. */
export class Resources {
  constructor(
    readonly type: string,
    /** Asked for when it is needed: before the tests there is none. */
    private readonly cloud: () => Cloud,
  ) {}

  /** @returns the id and all outputs */
  async create(name: string, inputs: Inputs): Promise<{ id: string } & Inputs> {
    const { id, outputs } = await createResource({ type: this.type, name, inputs }, this.cloud());
    if (id === undefined) {
      throw new Error(`${this.type} ${name} got no id`);
    }
    return { ...outputs, id };
  }

  /** @returns the outputs that changed besides the inputs */
  update(id: string, name: string, inputs: Inputs) {
    return updateResource(id, { type: this.type, name, inputs }, this.cloud());
  }

  delete(id: string, name: string, inputs: Inputs): Promise<void> {
    return deleteResource(id, { type: this.type, name, inputs }, this.cloud());
  }
}

/** What a promise is rejected with; an error that says so when it is not. */
export function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error("It should have been refused"),
    (error: unknown) => error,
  );
}

/** A policy that lets a service assume the role that has it. */
export function trust(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
    },
  });
}

/** A policy of a role. */
export function allow(action: string | readonly string[], resource: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: action, Resource: resource },
  });
}
