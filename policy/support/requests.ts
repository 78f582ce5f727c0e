import { createRequire } from "node:module";

type Properties = Record<string, unknown>;

/** The part of the SDK that decodes properties; its types leave it out. */
interface Decoder {
  /** @param keepSecrets as remediations need it, which change what they are given */
  deserializeProperties(message: object, keepSecrets: boolean): Properties;
}

/**
 * Makes the pack that is started in this process decode each resource once. The SDK does it anew
 * for every policy (`makeAnalyzeRpcFun` and `makeAnalyzeStackRpcFun` in its `server.js`, 1.21),
 * which is half of the time that an analysis takes. Policies share what they are given from then on,
 * so none may change it; remediations are given their own as before.
 */
export function decodeOnce(): void {
  const decoder = createRequire(__filename)("@pulumi/policy/deserialize") as Decoder;
  const { deserializeProperties } = decoder;
  const decoded = new WeakMap<object, Properties>();
  decoder.deserializeProperties = (message, keepSecrets) => {
    if (keepSecrets) {
      return deserializeProperties(message, keepSecrets);
    }
    const properties = decoded.get(message) ?? deserializeProperties(message, keepSecrets);
    decoded.set(message, properties);
    return properties;
  };
}
