/** S3: the operations that the workflow calls, as strict as S3 itself. Buckets by path only. */
import { tmpdir } from "node:os";
import { LOCAL_ACCOUNT_ID } from "../../iam";
import type { AwsError } from "../../protocol";
import { type Service, type ServiceRequest, type ServiceResponse } from "../../protocol";
import type { BucketCall, ServiceCall } from "./call";
import type { CreationReason, ObjectCreatedDetail } from "./events";
import { randomHex } from "./identifiers";
import { decodeKey } from "./keys";
import { refuseUnknownFeatures } from "./headers";
import { ObjectFile } from "./objectFile";
import { findBucketOperation, findObjectOperation, findServiceOperation } from "./operations";
import {
  Buckets,
  type Encryption,
  type NewObject,
  type ObjectVersion,
  type VersionFacts,
} from "./store";
import { renderXml } from "./xml";

export class S3Service implements Service {
  private readonly file: ObjectFile<VersionFacts>;
  private readonly buckets: Buckets;
  private readonly listeners: ((detail: ObjectCreatedDetail) => void)[] = [];
  private eventCount = 0;

  /** @param scratch existing folder on whose disk the objects are to be */
  constructor(scratch = tmpdir()) {
    this.file = new ObjectFile(scratch);
    this.buckets = new Buckets(this.file);
  }

  /** Gives the objects' room back; nothing can be read or written any more. */
  stop(): void {
    this.file.close();
  }

  /** @throws AwsError `InvalidBucketName` or `BucketAlreadyOwnedByYou` */
  createBucket(name: string): void {
    this.buckets.create(name);
  }

  /**
   * Removes a bucket; one that is not there is as good as removed.
   * @param force whether to delete what is in it first
   * @throws AwsError `BucketNotEmpty`
   */
  deleteBucket(name: string, force: boolean): void {
    if (force && this.bucketNames.includes(name)) {
      this.buckets.get(name).clear();
    }
    this.buckets.delete(name);
  }

  /** Names of all buckets, in order. */
  get bucketNames(): readonly string[] {
    return this.buckets.all().map((bucket) => bucket.name);
  }

  /** Whether it tells of new objects in the bucket. Throws AwsError `NoSuchBucket`. */
  setEventBridge(bucket: string, enabled: boolean): void {
    this.buckets.get(bucket).eventBridge = enabled;
  }

  /**
   * Whether it keeps every version from now on; those that it has stay.
   * @throws AwsError `NoSuchBucket`
   */
  setVersioning(bucket: string, versioning: "Enabled" | "Suspended"): void {
    this.buckets.get(bucket).versioning = versioning;
  }

  /**
   * How new objects are said to be encrypted. Nothing really is, for none of it outlives the
   * process, but only who may use the KMS key can write and read.
   * @throws AwsError `NoSuchBucket`
   */
  setDefaultEncryption(bucket: string, encryption: Encryption): void {
    this.buckets.get(bucket).encryption = encryption;
  }

  /** Called for each new object in a bucket with EventBridge enabled, before its writer hears. */
  onObjectCreated(listener: (detail: ObjectCreatedDetail) => void): void {
    this.listeners.push(listener);
  }

  handle(request: ServiceRequest): Promise<ServiceResponse> {
    return new Promise((resolve) => {
      const requestId = newRequestId();
      const { status, headers, body } = this.run(request, requestId);
      resolve({
        status,
        headers: { "x-amz-request-id": requestId, ...headers },
        ...(body === undefined ? {} : { body }),
      });
    });
  }

  renderError({ code, status, message }: AwsError, request: ServiceRequest): ServiceResponse {
    const requestId = newRequestId();
    return {
      status,
      headers: { "content-type": "application/xml", "x-amz-request-id": requestId },
      body: renderXml(
        [
          "Error",
          [
            ["Code", code],
            ["Message", message],
            ["Resource", request.url.pathname],
            ["RequestId", requestId],
          ],
        ],
        false,
      ),
    };
  }

  private run(request: ServiceRequest, requestId: string): ServiceResponse {
    const { headers, query } = splitQuery(request);
    refuseUnknownFeatures(headers);
    const call: ServiceCall = { request, requestId, headers, query, buckets: this.buckets };
    const [, name = "", encodedKey = ""] = /^\/([^/]*)\/?(.*)$/s.exec(request.url.pathname) ?? [];
    if (name === "") {
      return findServiceOperation(call);
    }
    const bucket = this.buckets.get(name);
    const bucketCall: BucketCall = {
      ...call,
      bucket,
      create: (object, reason) => this.create(bucketCall, object, reason),
    };
    return encodedKey === ""
      ? findBucketOperation(bucketCall)
      : findObjectOperation({ ...bucketCall, key: decodeKey(encodedKey) });
  }

  private create(call: BucketCall, object: NewObject, reason: CreationReason): ObjectVersion {
    const created = call.bucket.put(object);
    if (call.bucket.eventBridge) {
      this.eventCount += 1;
      const detail = describeCreation(call, created, reason, this.eventCount);
      this.listeners.forEach((listener) => {
        try {
          listener(detail);
        } catch (cause) {
          // The writer is not refused for what its object sets off.
          throw new Error(`An event for ${created.key} was not delivered`, { cause });
        }
      });
    }
    return created;
  }
}

function describeCreation(
  { bucket, requestId }: BucketCall,
  { key, body, etag, versionId }: ObjectVersion,
  reason: CreationReason,
  count: number,
): ObjectCreatedDetail {
  return {
    version: "0",
    bucket: { name: bucket.name },
    object: {
      key,
      size: body.size,
      etag,
      ...(bucket.versioned ? { "version-id": versionId } : {}),
      sequencer: count.toString(16).toUpperCase().padStart(18, "0"),
    },
    "request-id": requestId,
    requester: LOCAL_ACCOUNT_ID,
    "source-ip-address": "127.0.0.1",
    reason,
  };
}

/** A presigned URL has in its query what is otherwise in headers; SDKs add the operation's name. */
function splitQuery({ headers, url }: ServiceRequest) {
  if (url.search === "") {
    return { headers, query: url.searchParams };
  }
  const entries = [...url.searchParams].map(([name, value]) => {
    const header = name.toLowerCase();
    return { name, value, header, isHeader: header.startsWith("x-amz-") };
  });
  const hoisted = entries.flatMap(({ header, value, isHeader }) =>
    isHeader ? [[header, value] as const] : [],
  );
  return {
    headers: { ...Object.fromEntries(hoisted), ...headers },
    query: new URLSearchParams(
      entries.flatMap(({ name, value, isHeader }) =>
        isHeader || name === "x-id" ? [] : [[name, value] as [string, string]],
      ),
    ),
  };
}

function newRequestId(): string {
  return randomHex().slice(16).toUpperCase();
}
