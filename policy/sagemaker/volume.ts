/** What the volumes of SageMaker's instances are encrypted with. */
import type { Property } from "../support/property";

/**
 * Instances with disks of their own, which encrypt themselves: SageMaker refuses a key for those
 * (`KmsKeyId`, `CreateEndpointConfig`, SageMaker API Reference; "Amazon EC2 instance types"). A `d` after
 * the generation says so, and newer accelerators all have some.
 */
const LOCAL_STORAGE =
  /^ml\.(?:[a-z]+\d+[a-ce-z]*d[a-z]*|dl\d\w*|g[5-9]\w*|p[5-9][\w-]*|trn\d\w*)\.\w+$/;

/** Whether an instance takes no key for its volumes. */
export function hasLocalStorage(instanceType: string): boolean {
  return LOCAL_STORAGE.test(instanceType);
}

/** Whether instances of known types, one at least, all take a key for their volumes. */
export function takesKey(instanceTypes: readonly Property[]): boolean {
  return (
    instanceTypes.length > 0 &&
    instanceTypes.every(({ text }) => text !== undefined && !hasLocalStorage(text))
  );
}

/** A key that may be of the account's own: AWS manages those with such an alias. */
export function mayBeOwnKey(key: Property): boolean {
  return key.mayBe(
    (text) => typeof text === "string" && text !== "" && !/(?:^|:)alias\/aws\//.test(text),
  );
}
