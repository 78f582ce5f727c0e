import { onTypes, type ResourceRule } from "../../support/rule";
import { BUCKETS } from "./resource";

const TYPES = [
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
  "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2",
];

/** A page of anybody's could read, by the browser of somebody who may, what only they may. */
export const restrictOrigins: ResourceRule = {
  name: "s3-bucket-restrict-origins",
  displayName: "Only named pages reach into a bucket",
  description: "No bucket may share its objects with pages of every origin.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["s3", "security"],
  remediationSteps: "Name the origins in `allowedOrigins`, such as https://www.example.com.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html",
  validateResource: onTypes([...TYPES, ...BUCKETS], (resource, report) => {
    for (const origin of resource.within("corsRules.allowedOrigins")) {
      if (origin.is((text) => !isLimited(String(text)))) {
        report(`Pages of every origin may read: name the origins in \`${origin.path}\`.`);
      }
    }
  }),
};

/**
 * A host as it is, or all hosts of one domain: `https://*.example.com`. Not `null`, which is what
 * every page in a sandbox says.
 */
function isLimited(origin: string): boolean {
  if (origin === "null") {
    return false;
  }
  const withoutPort = origin.replace(/:[\d*]+$/, "");
  const host = withoutPort.replace(/^\w+:\/\//, "");
  return !withoutPort.includes("*") || /^\*(\.[^*.]+){2,}$/.test(host);
}
