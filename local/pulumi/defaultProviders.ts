/** The providers that Pulumi's engine makes for a program by itself. */
import { createRequire } from "node:module";
import type { RecordedResource } from "./graph";
import type { StackConfig } from "./stackConfig";

/**
 * One provider for each package of which the program has resources, with what the stack's config
 * says in the package's namespace: as policies see them, the region of most resources is here.
 */
export function defaultProviders(
  resources: readonly RecordedResource[],
  { project, stack, values }: StackConfig,
): readonly RecordedResource[] {
  const packages = new Set(
    resources
      .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
      .map(({ type }) => type.replace(/:.*$/, "")),
  );
  return [...packages].sort().map((name) => {
    const version = versionOf(name);
    const settings = Object.entries(values)
      .filter(([key]) => key.startsWith(`${name}:`))
      .map(([key, value]) => [key.slice(name.length + 1), value]);
    const inputs = { ...(Object.fromEntries(settings) as Record<string, unknown>), version };
    const type = `pulumi:providers:${name}`;
    const id = `default_${version.replace(/\W/g, "_")}`;
    return {
      urn: `urn:pulumi:${stack}::${project}::${type}::${id}`,
      type,
      name: id,
      custom: true,
      inputs,
      outputs: inputs,
      parent: "",
      dependencies: [],
      propertyDependencies: {},
      options: { protect: false, retainOnDelete: false },
    };
  });
}

function versionOf(provider: string): string {
  const load = createRequire(__filename);
  return (load(`@pulumi/${provider}/package.json`) as { version: string }).version;
}
