import * as pulumi from "@pulumi/pulumi";
import { INFERENCE_PREFIXES } from "../contract/inference";
import type { PrivateBucket } from "./privateBucket";

/** ARNs of the objects under some of the inference bucket's prefixes. */
export function inferenceObjects(
  bucket: PrivateBucket,
  ...prefixes: readonly (keyof typeof INFERENCE_PREFIXES)[]
): readonly pulumi.Output<string>[] {
  return prefixes.map((prefix) => pulumi.interpolate`${bucket.arn}/${INFERENCE_PREFIXES[prefix]}*`);
}
