/** Deleting objects, one or many at once. */
import { AwsError, type ServiceResponse } from "../../protocol";
import type { BucketCall, ObjectCall } from "./call";
import { verifyBody } from "./checksums";
import { malformedXml, parseXml, renderXml, type Element } from "./xml";

const MAX_KEYS_OF_ONE_DELETION = 1000;

export function deleteObject(call: ObjectCall): ServiceResponse {
  const { query, key } = call;
  const { versionId, deleteMarker } = remove(call, key, query.get("versionId") ?? undefined);
  return {
    status: 204,
    headers: {
      ...(versionId === undefined ? {} : { "x-amz-version-id": versionId }),
      ...(deleteMarker ? { "x-amz-delete-marker": "true" } : {}),
    },
  };
}

export function deleteObjects(call: BucketCall): ServiceResponse {
  const { request, headers } = call;
  if (verifyBody(headers, request.body) === undefined && headers["content-md5"] === undefined) {
    throw new AwsError(
      "InvalidRequest",
      400,
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    );
  }
  const root = parseXml(request.body, "Delete");
  const entries = root.all("Object");
  if (entries.length === 0 || entries.length > MAX_KEYS_OF_ONE_DELETION) {
    throw malformedXml();
  }
  const quiet = root.textOf("Quiet") === "true";
  const results = entries.map((entry): Element | undefined => {
    const key = entry.textOf("Key");
    const versionId = entry.textOf("VersionId");
    if (key === undefined || key === "") {
      throw malformedXml();
    }
    try {
      const removed = remove(call, key, versionId);
      const deleted: readonly Element[] = [
        ["Key", key],
        ["VersionId", versionId],
        ...(removed.deleteMarker
          ? ([
              ["DeleteMarker", true],
              ["DeleteMarkerVersionId", removed.versionId],
            ] as const)
          : []),
      ];
      return quiet ? undefined : ["Deleted", deleted];
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      return [
        "Error",
        [
          ["Key", key],
          ["VersionId", versionId],
          ["Code", error.code],
          ["Message", error.message],
        ],
      ];
    }
  });
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: renderXml(["DeleteResult", results.filter((result) => result !== undefined)]),
  };
}

/** Deletes a key or a version; that it is not there is no error. */
function remove(
  { request, bucket }: BucketCall,
  key: string,
  versionId: string | undefined,
): { versionId: string | undefined; deleteMarker: boolean } {
  if (versionId === undefined) {
    request.authorize("s3:DeleteObject", bucket.objectArn(key));
    const marker = bucket.delete(key);
    return { versionId: marker?.versionId, deleteMarker: marker !== undefined };
  }
  request.authorize("s3:DeleteObjectVersion", bucket.objectArn(key));
  const deleteMarker = bucket.version(key, versionId)?.deleteMarker ?? false;
  bucket.deleteVersion(key, versionId);
  return { versionId, deleteMarker };
}
