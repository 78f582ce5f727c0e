import { disallowWebsite } from "../../../../policy/s3/bucket/disallowWebsite";
import { subject, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { bucket } from "./resource";

const SITE = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration";
const INDEX = { indexDocument: { suffix: "index.html" } };

describe("policy s3/bucket/disallowWebsite", () => {
  itDecides(disallowWebsite, {
    accepts: {
      "a bucket that is none": bucket,
      "a site that only sends elsewhere": subject(SITE, {
        redirectAllRequestsTo: { hostName: "www.example.com", protocol: "https" },
      }),
    },
    refuses: {
      "a site": [
        subject(SITE, INDEX),
        "The bucket is a website without TLS: serve it by CloudFront in place of this resource.",
      ],
      "a site of old": [
        subject("aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2", INDEX),
        "The bucket is a website without TLS: serve it by CloudFront in place of this resource.",
      ],
      "a site by the bucket's own property": [
        withValue(bucket, "website", { indexDocument: "index.html" }),
        "The bucket is a website without TLS: leave out `website`.",
      ],
      "a site by the list of a bucket of old": [
        subject("aws:s3/bucketV2:BucketV2", { websites: [{ indexDocument: "index.html" }] }),
        "The bucket is a website without TLS: leave out `websites[0]`.",
      ],
    },
    ignores: { "other resources": subject("aws:s3/bucketPolicy:BucketPolicy", {}) },
  });
});
