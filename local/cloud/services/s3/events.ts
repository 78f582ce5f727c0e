/** The event that S3 sends to EventBridge for a new object. */

export type CreationReason = "PutObject" | "CopyObject" | "CompleteMultipartUpload";

/** Detail of an "Object Created" event ("EventBridge event message structure", S3 User Guide). */
export type ObjectCreatedDetail = Readonly<{
  version: "0";
  bucket: Readonly<{ name: string }>;
  object: Readonly<{
    /** As it is, not encoded as in S3's other notifications. */
    key: string;
    size: number;
    etag: string;
    "version-id"?: string;
    /** Hexadecimal; the later of two events of one key has the greater one. */
    sequencer: string;
  }>;
  "request-id": string;
  /** An account. */
  requester: string;
  "source-ip-address": string;
  reason: CreationReason;
}>;
