/** What each operation of S3 is given. */
import type { ServiceRequest } from "../../protocol";
import type { CreationReason } from "./events";
import type { Bucket, Buckets, NewObject, ObjectVersion } from "./store";

/** A call of the whole service. */
export interface ServiceCall {
  readonly request: ServiceRequest;
  readonly requestId: string;
  /** Of the request; what a presigned URL carries in its query is among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded. */
  readonly query: URLSearchParams;
  readonly buckets: Buckets;
}

export interface BucketCall extends ServiceCall {
  readonly bucket: Bucket;
  /** Stores an object and tells whoever waits for new ones. */
  readonly create: (object: NewObject, reason: CreationReason) => ObjectVersion;
}

export interface ObjectCall extends BucketCall {
  /** Decoded. */
  readonly key: string;
}
