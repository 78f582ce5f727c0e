/** The providers whose SDKs are installed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

export interface ProviderPackage {
  /** As in `pulumi-resource-<name>`. */
  readonly name: string;
  /** The version that the SDK was generated for, and asks the engine for. */
  readonly version: string;
}

/**
 * Pulumi's own providers among a program's installed packages, those that SDKs depend on included.
 * @param folder the program's, with its `node_modules`
 */
export function providersOf(folder: string): ProviderPackage[] {
  const scope = path.join(folder, "node_modules/@pulumi");
  return readdirSync(scope).flatMap((name) => {
    const file = path.join(scope, name, "package.json");
    if (!existsSync(file)) {
      return [];
    }
    const { pulumi } = JSON.parse(readFileSync(file, "utf8")) as {
      pulumi?: { resource?: boolean } & ProviderPackage;
    };
    return pulumi?.resource === true ? [{ name: pulumi.name, version: pulumi.version }] : [];
  });
}
