/** Finds the operation that a request means: by method, what its path names, and its query. */
import { AwsError, type ServiceResponse } from "../../protocol";
import { getBucketLocation, headBucket, listBuckets } from "./buckets";
import type { BucketCall, ObjectCall, ServiceCall } from "./call";
import { deleteObject, deleteObjects } from "./deletions";
import { listObjects } from "./listing";
import { listObjectVersions } from "./versionListing";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from "./multipart";
import { copyObject, getObject, headObject, putObject } from "./objects";

interface Route<Call> {
  readonly method: string;
  /** Query parameters that make it this operation, with the value if only one will do. */
  readonly required?: Readonly<Record<string, string | undefined>>;
  readonly optional?: readonly string[];
  readonly run: (call: Call) => ServiceResponse;
}

const SERVICE_ROUTES: readonly Route<ServiceCall>[] = [{ method: "GET", run: listBuckets }];

const BUCKET_ROUTES: readonly Route<BucketCall>[] = [
  { method: "HEAD", run: headBucket },
  { method: "GET", required: { location: undefined }, run: getBucketLocation },
  {
    method: "GET",
    required: { "list-type": "2" },
    optional: [
      "prefix",
      "delimiter",
      "max-keys",
      "continuation-token",
      "start-after",
      "encoding-type",
    ],
    run: listObjects,
  },
  {
    method: "GET",
    required: { versions: undefined },
    optional: ["prefix", "max-keys", "key-marker", "version-id-marker", "encoding-type"],
    run: listObjectVersions,
  },
  { method: "POST", required: { delete: undefined }, run: deleteObjects },
];

const READ_PARAMETERS = [
  "versionId",
  "response-content-type",
  "response-content-language",
  "response-expires",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
];

const OBJECT_ROUTES: readonly Route<ObjectCall>[] = [
  { method: "GET", optional: READ_PARAMETERS, run: getObject },
  { method: "HEAD", optional: READ_PARAMETERS, run: headObject },
  {
    method: "PUT",
    run: (call) =>
      call.headers["x-amz-copy-source"] === undefined ? putObject(call) : copyObject(call),
  },
  {
    method: "PUT",
    required: { partNumber: undefined, uploadId: undefined },
    run: (call) => {
      if (call.headers["x-amz-copy-source"] !== undefined) {
        throw new AwsError("NotImplemented", 501, "The local S3 has no UploadPartCopy");
      }
      return uploadPart(call);
    },
  },
  { method: "DELETE", optional: ["versionId"], run: deleteObject },
  { method: "DELETE", required: { uploadId: undefined }, run: abortMultipartUpload },
  { method: "POST", required: { uploads: undefined }, run: createMultipartUpload },
  { method: "POST", required: { uploadId: undefined }, run: completeMultipartUpload },
];

export const findServiceOperation = finder(SERVICE_ROUTES);
export const findBucketOperation = finder(BUCKET_ROUTES);
export const findObjectOperation = finder(OBJECT_ROUTES);

/**
 * A search of routes: the query has to have all that a route requires, and nothing else but what
 * is optional.
 * @returns a function that throws AwsError `NotImplemented` where no route fits
 */
function finder<Call extends ServiceCall>(routes: readonly Route<Call>[]) {
  return (call: Call): ServiceResponse => {
    const { method, url } = call.request;
    const names = [...call.query.keys()];
    const route = routes.find(
      ({ required = {}, optional = [], ...candidate }) =>
        candidate.method === method &&
        names.every((name) => name in required || optional.includes(name)) &&
        Object.entries(required).every(([name, value]) =>
          value === undefined ? call.query.has(name) : call.query.get(name) === value,
        ),
    );
    if (route === undefined) {
      throw new AwsError(
        "NotImplemented",
        501,
        `The local S3 has no operation for ${method} ${url.pathname}?${call.query.toString()}`,
      );
    }
    return route.run(call);
  };
}
