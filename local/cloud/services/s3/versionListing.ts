/** ListObjectVersions. */
import { AwsError, type ServiceResponse } from "../../protocol";
import type { BucketCall } from "./call";
import { describe, readListQuery } from "./listing";
import type { ObjectVersion } from "./store";
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
  const left = after(bucket.versionsUnder(prefix), keyMarker, versionMarker);
  const page = left.slice(0, maxKeys);
  const last = left.length > page.length ? page.at(-1) : undefined;
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
          const isLatest: Element = ["IsLatest", bucket.latest(version.key) === version];
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
function after(
  versions: readonly ObjectVersion[],
  keyMarker: string,
  versionMarker: string | null,
): readonly ObjectVersion[] {
  if (keyMarker === "") {
    return versions;
  }
  const marker = Buffer.from(keyMarker);
  const next = versions.findIndex(({ key }) => Buffer.compare(Buffer.from(key), marker) > 0);
  const following = next === -1 ? [] : versions.slice(next);
  if (versionMarker === null) {
    return following;
  }
  const same = versions.filter(({ key }) => key === keyMarker);
  const place = same.findIndex(({ versionId }) => versionId === versionMarker);
  return [...same.slice(place + 1), ...following];
}
