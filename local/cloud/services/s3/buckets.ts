/** Operations on whole buckets. */
import type { ServiceResponse } from "../../protocol";
import { readClaim } from "../../gateway/signature";
import type { BucketCall, ServiceCall } from "./call";
import { renderXml, type Element } from "./xml";

/** Where GetBucketLocation answers with nothing ("GetBucketLocation", S3 API Reference). */
const REGION_WITHOUT_NAME = "us-east-1";

export function listBuckets({ request, buckets }: ServiceCall): ServiceResponse {
  request.authorize("s3:ListAllMyBuckets", "arn:aws:s3:::*");
  const entries = buckets.all().map((bucket): Element => [
    "Bucket",
    [
      ["Name", bucket.name],
      ["CreationDate", bucket.created.toISOString()],
    ],
  ]);
  return xml(["ListAllMyBucketsResult", [["Buckets", entries]]]);
}

export function headBucket(call: BucketCall): ServiceResponse {
  call.request.authorize("s3:ListBucket", call.bucket.arn);
  return { status: 200, headers: { "x-amz-bucket-region": regionOf(call) } };
}

export function getBucketLocation(call: BucketCall): ServiceResponse {
  call.request.authorize("s3:GetBucketLocation", call.bucket.arn);
  const region = regionOf(call);
  return xml(["LocationConstraint", region === REGION_WITHOUT_NAME ? "" : region]);
}

/** The local cloud has one region: whichever its callers sign for. */
function regionOf({ request }: ServiceCall): string {
  return readClaim(request)?.region ?? REGION_WITHOUT_NAME;
}

function xml(root: Element): ServiceResponse {
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: renderXml(root),
  };
}
