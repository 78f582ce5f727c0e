import { onTypes, type ResourceRule } from "../../support/rule";
import { BUCKETS } from "./resource";

const TYPES = [
  "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
  "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2",
];

/** A website of S3's speaks plain HTTP only, and to whoever asks. One that only redirects has no data. */
export const disallowWebsite: ResourceRule = {
  name: "s3-bucket-disallow-website",
  displayName: "No bucket is a website",
  description: "No bucket may serve its objects as a website: S3 does so without TLS.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["s3", "security"],
  remediationSteps:
    "Serve the objects by CloudFront, with an origin access control for a private bucket.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html",
  validateResource: onTypes([...TYPES, ...BUCKETS], (resource, report, { type }) => {
    const sites = TYPES.includes(type)
      ? [resource]
      : [resource.at("website"), ...resource.at("websites").blocks()];
    for (const site of sites.filter(({ isAbsent }) => !isAbsent)) {
      if (site.at("redirectAllRequestsTo").isAbsent) {
        report(
          site === resource
            ? "The bucket is a website without TLS: serve it by CloudFront in place of this resource."
            : `The bucket is a website without TLS: leave out \`${site.path}\`.`,
        );
      }
    }
  }),
};
