/** Finds things in a recorded graph. */
import type { RecordedResource } from "../../local/pulumi/graph";

/** The one resource of a type, with that name if several are there. Throws unless it is one. */
export function resource(
  resources: readonly RecordedResource[],
  type: string,
  name?: string,
): RecordedResource {
  const found = ofType(resources, type).filter((each) => name === undefined || each.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const names = ofType(resources, type).map((each) => each.name);
    throw new Error(
      `Not one ${type} ${name ?? ""} but ${found.length}; there are: ${names.join()}`,
    );
  }
  return only;
}

export function ofType(
  resources: readonly RecordedResource[],
  type: string,
): readonly RecordedResource[] {
  return resources.filter((each) => each.type === type);
}

/** Types and names in order of registration, the stack left out: `aws:iam/role:Role filter-role`. */
export function inventory(resources: readonly RecordedResource[]): readonly string[] {
  return resources.slice(1).map(({ type, name }) => `${type} ${name}`);
}

/** A statement of a policy document. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The statements of a policy document given as JSON. */
export function statements(document: unknown): readonly PolicyStatement[] {
  const { Statement } = JSON.parse(document as string) as { Statement: readonly PolicyStatement[] };
  return Statement;
}
