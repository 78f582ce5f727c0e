/**
 * Instances with disks of their own, which encrypt themselves: SageMaker refuses a key for the volumes
 * of those (`KmsKeyId`, `CreateEndpointConfig`, SageMaker API Reference; "Amazon EC2 instance types"). A
 * `d` after the generation says so, and newer accelerators all have some.
 */
const LOCAL_STORAGE =
  /^ml\.(?:[a-z]+\d+[a-ce-z]*d[a-z]*|dl\d\w*|g[5-9]\w*|p[5-9][\w-]*|trn\d\w*)\.\w+$/;

/** Whether the volumes of an instance can be encrypted with a key of one's own. */
export function takesVolumeKey(instanceType: string): boolean {
  return !LOCAL_STORAGE.test(instanceType);
}
