import { restrictOrigins } from "../../../../policy/s3/bucket/restrictOrigins";
import { subject, UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { bucket } from "./resource";

const ORIGIN = "corsRules[0].allowedOrigins[0]";
const from = (...allowedOrigins: readonly unknown[]) =>
  subject("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", {
    corsRules: [{ allowedMethods: ["GET"], allowedOrigins }],
  });
const every = (path: string) => `Pages of every origin may read: name the origins in \`${path}\`.`;

describe("policy s3/bucket/restrictOrigins", () => {
  itDecides(restrictOrigins, {
    accepts: {
      "a page": from("https://www.example.com"),
      "a page whose host has a word of it": from("https://null.example.com"),
      "a page on one's own machine": from("http://localhost:*"),
      "all pages of a domain": from("https://*.example.com:8443"),
      "a page that the update will know": from(UNKNOWN),
      "no page": bucket,
    },
    refuses: {
      "every page": [from("*"), every(ORIGIN)],
      "every page in a sandbox": [from("null"), every(ORIGIN)],
      "every page with TLS": [from("https://*"), every(ORIGIN)],
      "every page by any protocol": [from("*://*"), every(ORIGIN)],
      "all pages of all firms": [from("https://*.com"), every(ORIGIN)],
      "all pages that end alike": [from("https://*example.com"), every(ORIGIN)],
      "all pages that begin alike": [from("https://example.*"), every(ORIGIN)],
      "every page beside one": [
        from("https://www.example.com", "*"),
        every("corsRules[0].allowedOrigins[1]"),
      ],
      "every page by the bucket's own property": [
        withValue(bucket, "corsRules", [{ allowedMethods: ["GET"], allowedOrigins: ["*"] }]),
        every(ORIGIN),
      ],
    },
    ignores: { "other resources": subject("aws:s3/bucketPolicy:BucketPolicy", {}) },
  });
});
