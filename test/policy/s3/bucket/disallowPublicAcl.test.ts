import { expect } from "chai";
import { disallowPublicAcl } from "../../../../policy/s3/bucket/disallowPublicAcl";
import { judge, subject, UNKNOWN, withValue, type Subject } from "../../../support/policy";
import { bucket } from "./resource";

const EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers";
const EVERY_ACCOUNT = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

async function complaints(mutant: Subject): Promise<string[]> {
  const verdict = await judge(disallowPublicAcl, mutant);
  expect(verdict.notApplicable).to.equal(undefined);
  expect(verdict.silencedBy).to.equal(undefined);
  return verdict.violations.map(({ message }) => message);
}

describe("policy s3/bucket/disallowPublicAcl", () => {
  it("accepts private buckets, and buckets without any list", async () => {
    expect(await complaints(bucket)).to.deep.equal([]);
    expect(await complaints(withValue(bucket, "acl", null))).to.deep.equal([]);
    expect(await complaints(withValue(bucket, "acl", "log-delivery-write"))).to.deep.equal([]);
  });

  for (const type of [
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:s3/bucketAcl:BucketAcl",
    "aws:s3/bucketAclV2:BucketAclV2",
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/objectCopy:ObjectCopy",
  ]) {
    for (const acl of ["public-read", "public-read-write", "authenticated-read"]) {
      it(`refuses ${acl} of ${type}, naming the property and the fix`, async () => {
        expect(await complaints(subject(type, { acl }))).to.deep.equal([
          "A public access control list: leave out `acl`, or set it to private.",
        ]);
      });
    }
  }

  for (const uri of [EVERYONE, EVERY_ACCOUNT]) {
    it(`refuses grants to ${uri}, inline or in a list of their own`, async () => {
      // Prepare
      const inline = withValue(bucket, "grants", [{ type: "Group", uri, permissions: ["READ"] }]);
      const separate = subject("aws:s3/bucketAcl:BucketAcl", {
        accessControlPolicy: { grants: [{ permission: "READ", grantee: { type: "Group", uri } }] },
      });

      // Assess
      expect(await complaints(inline)).to.deep.equal([
        "A grant to a public group: remove the grant of `grants[0].uri`.",
      ]);
      expect(await complaints(separate)).to.deep.equal([
        "A grant to a public group: remove the grant of `accessControlPolicy.grants[0].grantee.uri`.",
      ]);
    });
  }

  it("refuses grants to whom nobody can name", async () => {
    // Prepare
    const stranger = "f".repeat(64);
    const inline = withValue(bucket, "grants", [{ id: stranger, permissions: ["READ"] }]);
    const separate = subject("aws:s3/bucketAcl:BucketAcl", {
      accessControlPolicy: {
        owner: { id: "owner" },
        grants: ["owner", stranger].map((id) => ({ permission: "READ", grantee: { id } })),
      },
    });
    const copied = subject("aws:s3/objectCopy:ObjectCopy", {
      grants: [{ email: "any@example.com", permissions: ["READ"] }],
    });

    // Assess
    for (const [mutant, path] of [
      [inline, "grants[0].id"],
      [separate, "accessControlPolicy.grants[1].grantee.id"],
      [copied, "grants[0].email"],
    ] as const) {
      expect(await complaints(mutant)).to.deep.equal([
        `Nobody can tell who that is: give access by a role and a policy instead of \`${path}\`.`,
      ]);
    }
  });

  it("accepts grants to others", async () => {
    const grants = [
      { type: "Group", uri: LOG_DELIVERY, permissions: ["WRITE"] },
      { type: "CanonicalUser", id: "owner", permissions: ["FULL_CONTROL"] },
    ];
    expect(await complaints(withValue(bucket, "grants", grants))).to.deep.equal([]);
  });

  it("leaves what is unknown to the update", async () => {
    expect(await complaints(withValue(bucket, "acl", UNKNOWN))).to.deep.equal([]);
    expect(await complaints(withValue(bucket, "grants", UNKNOWN))).to.deep.equal([]);
    expect(await complaints(withValue(bucket, "grants", [{ uri: UNKNOWN }]))).to.deep.equal([]);
  });
});
