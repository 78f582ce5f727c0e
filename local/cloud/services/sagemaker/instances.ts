/**
 * Instances with disks of their own, which encrypt themselves ("Amazon EC2 instance types"): a `d`
 * after the generation says so, and newer accelerators all have some.
 */
const LOCAL_STORAGE =
  /^ml\.(?:[a-z]+\d+[a-ce-z]*d[a-z]*|dl\d\w*|g[5-9]\w*|p[5-9][\w-]*|trn\d\w*)\.\w+$/;

/**
 * Whether SageMaker takes a key for the volumes of an instance: "You can't request a KmsKeyId when using
 * an instance type with local storage" (`CreateEndpointConfig`, SageMaker API Reference; `ResourceConfig`
 * says the same).
 */
export function takesVolumeKey(instanceType: string): boolean {
  return !LOCAL_STORAGE.test(instanceType);
}
