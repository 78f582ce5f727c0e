import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";

/** Everything of S3's that carries an access control list, in both spellings of the provider. */
const TYPES = [
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "aws:s3/bucketAcl:BucketAcl",
  "aws:s3/bucketAclV2:BucketAclV2",
  "aws:s3/bucketObject:BucketObject",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/objectCopy:ObjectCopy",
];

/** "Canned ACL" and "Amazon S3 predefined groups" in "Access control list (ACL) overview". */
const PUBLIC_ACLS = ["public-read", "public-read-write", "authenticated-read"];
const PUBLIC_GROUPS = [
  "http://acs.amazonaws.com/groups/global/AllUsers",
  "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
];

export const disallowPublicAcl: ResourceRule = {
  name: "s3-bucket-disallow-public-acl",
  displayName: "Nothing in S3 is public by an access control list",
  description:
    "No bucket or object may be opened to the public, or to every AWS account, by an ACL.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["s3", "security"],
  remediationSteps: "Leave out `acl` and public grants; give access by role and bucket policy.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
  validateResource: onTypes(TYPES, (resource, report) => {
    const acl = resource.at("acl");
    if (acl.is((value) => PUBLIC_ACLS.includes(value as string))) {
      report(`A public access control list: leave out \`${acl.path}\`, or set it to private.`);
    }
    for (const grantee of granteesOf(resource)) {
      if (grantee.is((value) => PUBLIC_GROUPS.includes(value as string))) {
        report(`A grant to a public group: remove the grant of \`${grantee.path}\`.`);
      }
    }
  }),
};

function granteesOf(resource: Property): Property[] {
  const own = resource.at("grants").items();
  const nested = resource.at("accessControlPolicy").at("grants").items();
  return [
    ...own.map((grant) => grant.at("uri")),
    ...nested.map((grant) => grant.at("grantee").at("uri")),
  ];
}
