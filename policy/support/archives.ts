import * as asset from "@pulumi/pulumi/asset";
import { specialArchiveSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { unproxied } from "./proxies";

/**
 * Makes archives among a resource's properties survive the way back to the engine: of an archive of
 * assets the SDK sends the names alone, which the engine refuses (`serializeProperty` in
 * `deserialize.js` of `@pulumi/policy` 1.21). They take the form that goes over the wire.
 * @param props as a remediation is given them; changed where they are
 */
export async function keepArchives(props: Record<string, unknown>): Promise<void> {
  const plain = unproxied(props) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(plain)) {
    const archive = unproxied(value);
    if (archive instanceof asset.AssetArchive) {
      props[name] = await onTheWire(archive);
    }
  }
}

/** An archive may be in another one. */
async function onTheWire(archive: asset.AssetArchive): Promise<object> {
  const assets: Record<string, unknown> = {};
  for (const [path, each] of Object.entries(await archive.assets)) {
    const inner = unproxied(each);
    assets[path] = inner instanceof asset.AssetArchive ? await onTheWire(inner) : inner;
  }
  return { [specialSigKey]: specialArchiveSig, assets };
}
