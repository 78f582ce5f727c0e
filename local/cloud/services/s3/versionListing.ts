/** ListObjectVersions. */
import { AwsError, type ServiceResponse } from "../../protocol";
import type { BucketCall } from "./call";
import { describe, readListQuery } from "./listing";
import type { Bucket, ObjectVersion } from "./store";
import { renderXml, type Element } from "./xml";

/** Without a delimiter, which whoever looks for versions here has no use for. */
export function listObjectVersions(call: BucketCall): ServiceResponse {
  const { request, bucket, query } = call;
  request.authorize("s3:ListBucketVersions", bucket.arn);
  const { prefix, maxKeys, encodingType, encode } = readListQuery(query);
  const keyMarker = query.get("key-marker") ?? "";
  const versionMarker = query.get("version-id-marker");
  if (versionMarker !== null && keyMarker === "") {
    throw new AwsError(
      "InvalidArgument",
      400,
      "A version-id marker cannot be specified without a key marker.",
    );
  }
  const page: ObjectVersion[] = [];
  let last: ObjectVersion | undefined;
  for (const version of following(bucket, prefix, keyMarker, versionMarker)) {
    if (page.length === maxKeys) {
      last = page.at(-1);
      break;
    }
    page.push(version);
  }
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: renderXml([
      "ListVersionsResult",
      [
        ["Name", bucket.name],
        ["Prefix", encode(prefix)],
        ["KeyMarker", encode(keyMarker)],
        ["VersionIdMarker", versionMarker ?? ""],
        ["EncodingType", encodingType],
        ["MaxKeys", maxKeys],
        ["IsTruncated", last !== undefined],
        ["NextKeyMarker", last && encode(last.key)],
        ["NextVersionIdMarker", last?.versionId],
        ...page.map((version): Element => {
          const latest = bucket.latest(version.key)?.versionId;
          const isLatest: Element = ["IsLatest", version.versionId === latest];
          return version.deleteMarker
            ? [
                "DeleteMarker",
                [
                  ["Key", encode(version.key)],
                  ["VersionId", version.versionId],
                  isLatest,
                  ["LastModified", version.lastModified.toISOString()],
                ],
              ]
            : [
                "Version",
                [...describe(version, encode), ["VersionId", version.versionId], isLatest],
              ];
        }),
      ],
    ]),
  };
}

/** What follows a version in a listing, or all versions of a key. */
function* following(
  bucket: Bucket,
  prefix: string,
  keyMarker: string,
  versionMarker: string | null,
): Generator<ObjectVersion> {
  if (versionMarker !== null && keyMarker.startsWith(prefix)) {
    const same = bucket.versionsOf(keyMarker);
    const place = same.findIndex(({ versionId }) => versionId === versionMarker);
    yield* same.slice(place + 1);
  }
  yield* bucket.versionsAfter(keyMarker, prefix);
}
