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
const PUBLIC_GROUPS = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/i;

/** The account into whose name CloudFront delivers logs ("Standard logging (legacy)", CloudFront). */
const LOG_DELIVERY = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0";

export const disallowPublicAcl: ResourceRule = {
  name: "s3-bucket-disallow-public-acl",
  displayName: "Nothing in S3 is public by an access control list",
  description:
    "No bucket or object may be opened to the public, to every AWS account, or to somebody who is known " +
    "by a canonical id or an address only, by an ACL.",
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
      if (grantee.at("uri").matches(PUBLIC_GROUPS)) {
        report(`A grant to a public group: remove the grant of \`${grantee.path}.uri\`.`);
      }
    }
    for (const { path } of strangersIn(resource)) {
      report(
        `Nobody can tell who that is: give access by a role and a policy instead of \`${path}\`.`,
      );
    }
  }),
};

function granteesOf(resource: Property): Property[] {
  const nested = resource.at("accessControlPolicy").at("grants").items();
  return [...resource.at("grants").items(), ...nested.map((grant) => grant.at("grantee"))];
}

/**
 * Whom a grant is for but the owner. An access control policy names the owner; the grants of a bucket do
 * not, and there full control is taken for the owner's.
 */
function strangersIn(resource: Property): Property[] {
  const owner = resource.at("accessControlPolicy").at("owner").at("id").text;
  return granteesOf(resource)
    .filter(
      (grantee) =>
        !grantee
          .at("permissions")
          .itemsOrSelf()[0]
          ?.matches(/^FULL_CONTROL$/),
    )
    .flatMap((grantee) => ["id", "email", "emailAddress"].map((name) => grantee.at(name)))
    .filter(({ text }) => text !== undefined && ![owner, LOG_DELIVERY, ""].includes(text));
}
