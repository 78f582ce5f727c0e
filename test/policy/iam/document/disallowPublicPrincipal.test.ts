import { expect } from "chai";
import { disallowPublicPrincipal } from "../../../../policy/iam/document/disallowPublicPrincipal";
import { complaints, subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { bucketPolicy, refusal } from "../../s3/bucket/resource";

const open = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };
const IAM = "arn:aws:iam::123456789012";
const STS = "arn:aws:sts::123456789012:assumed-role";
const withStatement = (statement: unknown) =>
  withValue(bucketPolicy, "policy", JSON.stringify({ Statement: [refusal, statement] }));
const bus = (props: object) =>
  subject("aws:cloudwatch/eventPermission:EventPermission", { statementId: "any", ...props });
const complaint = (path: string) => `Everyone is allowed: name who needs it in \`${path}\`.`;

describe("policy iam/document/disallowPublicPrincipal", () => {
  for (const [title, mutant] of [
    ["to deny everyone", bucketPolicy],
    ["named principals", withStatement({ ...open, Principal: { AWS: ["arn:aws:iam::1:root"] } })],
    [
      "everyone of an account",
      withStatement({ ...open, Condition: { StringEquals: { "aws:PrincipalAccount": "1" } } }),
    ],
    [
      "everyone in a network",
      withStatement({ ...open, Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } }),
    ],
    ["a role of an account", withStatement({ ...open, Principal: { AWS: `${IAM}:role/reader` } })],
    ["a session of a role", withStatement({ ...open, Principal: { AWS: `${STS}/reader/*` } })],
    ["what is no principal", withStatement({ ...open, Principal: { AWS: "arn:aws:s3::*:a" } })],
    ["a name with a star in it", withStatement({ ...open, Principal: { AWS: "a*" } })],
    ["a bus for an account", bus({ principal: "123456789012" })],
    ["a bus for whom only the update will know", bus({ principal: UNKNOWN })],
    ["a bus for an organization", bus({ principal: "*", condition: { value: "o-1a2b3c4d5e" } })],
    [
      "a bus for an organization that only the update will know",
      bus({ principal: "*", condition: UNKNOWN }),
    ],
    ["an unknown document", withValue(bucketPolicy, "policy", UNKNOWN)],
    [
      "an unknown principal",
      withValue(bucketPolicy, "policy", { Statement: [{ ...open, Principal: UNKNOWN }, UNKNOWN] }),
    ],
    ["a principal of another type", withStatement({ ...open, Principal: 1 })],
    ["nobody", withStatement({ ...open, Principal: undefined })],
    ["no document", without(bucketPolicy, "policy")],
  ] as const) {
    it(`accepts ${title}`, async () => {
      expect(await complaints(disallowPublicPrincipal, mutant)).to.deep.equal([]);
    });
  }

  for (const [title, statement, path] of [
    ["everyone", open, "Principal"],
    ["everyone by kind", { ...open, Principal: { AWS: "*" } }, "Principal.AWS"],
    ["everyone in a list", { ...open, Principal: { AWS: ["1", "*"] } }, "Principal.AWS[1]"],
    ["every service", { ...open, Principal: { Service: "*" } }, "Principal.Service"],
    [
      "accounts that begin alike",
      { ...open, Principal: { AWS: "arn:aws:iam::12*:role/reader" } },
      "Principal.AWS",
    ],
    [
      "accounts that differ in a digit",
      { ...open, Principal: { AWS: "arn:aws:iam::12345678901?:root" } },
      "Principal.AWS",
    ],
    [
      "a session of every account",
      { ...open, Principal: { AWS: "arn:aws:sts::*:assumed-role/reader/me" } },
      "Principal.AWS",
    ],
    [
      "every account of every partition",
      { ...open, Principal: { AWS: "arn:*:iam::*:root" } },
      "Principal.AWS",
    ],
    ["every account", { ...open, Principal: { AWS: "arn:aws:iam::*:root" } }, "Principal.AWS"],
    [
      "everyone who uses TLS",
      { ...open, Condition: { Bool: { "aws:SecureTransport": "true" } } },
      "Principal",
    ],
    [
      "every account but one",
      { ...open, Condition: { StringNotEquals: { "aws:SourceAccount": "1" } } },
      "Principal",
    ],
  ] as const) {
    it(`refuses ${title}, naming the property and the fix`, async () => {
      const mutant = withStatement(statement);
      expect(await complaints(disallowPublicPrincipal, mutant)).to.deep.equal([
        complaint(`policy.Statement[1].${path}`),
      ]);
    });
  }

  for (const condition of [
    undefined,
    {},
    { value: "*" },
    { value: "o-*" },
    { value: "o-1a2b*" },
    { value: "xo-1a2b3c4d5e" },
    { value: 1 },
  ]) {
    it(`refuses a bus for everyone with ${JSON.stringify(condition)}`, async () => {
      const mutant = bus({ principal: "*", condition });
      expect(await complaints(disallowPublicPrincipal, mutant)).to.deep.equal([
        complaint("principal"),
      ]);
    });
  }

  it("refuses everyone but a few", async () => {
    const mutant = withStatement({ ...open, Principal: undefined, NotPrincipal: { AWS: "1" } });
    expect(await complaints(disallowPublicPrincipal, mutant)).to.deep.equal([
      "All but some are allowed: use `Principal` instead of `policy.Statement[1].NotPrincipal`.",
    ]);
  });

  for (const [type, property] of [
    ["aws:s3/bucket:Bucket", "policy"],
    ["aws:s3/bucketV2:BucketV2", "policy"],
    ["aws:kms/key:Key", "policy"],
    ["aws:kms/keyPolicy:KeyPolicy", "policy"],
    ["aws:sns/topic:Topic", "policy"],
    ["aws:sns/topicPolicy:TopicPolicy", "policy"],
    ["aws:sqs/queue:Queue", "policy"],
    ["aws:sqs/queuePolicy:QueuePolicy", "policy"],
    ["aws:iam/role:Role", "assumeRolePolicy"],
  ] as const) {
    it(`reads ${property} of ${type}`, async () => {
      const mutant = subject(type, { [property]: { Statement: open } });
      expect(await complaints(disallowPublicPrincipal, mutant)).to.deep.equal([
        complaint(`${property}.Statement.Principal`),
      ]);
    });
  }

  it("takes the keys from the policy's config", async () => {
    const mutant = withStatement({
      ...open,
      Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } },
    });
    const config = { keys: ["aws:SourceAccount"] };
    expect(await complaints(disallowPublicPrincipal, mutant, config)).to.have.length(1);
  });

  for (const [type, props, path] of [
    ["aws:ec2/amiLaunchPermission:AmiLaunchPermission", { group: "all" }, "group"],
    [
      "aws:ec2/vpcEndpointService:VpcEndpointService",
      { allowedPrincipals: ["arn:aws:iam::123456789012:root", "*"] },
      "allowedPrincipals[1]",
    ],
    [
      "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple",
      { principalArn: "*" },
      "principalArn",
    ],
    ["aws:rds/snapshot:Snapshot", { sharedAccounts: ["all"] }, "sharedAccounts[0]"],
    ["aws:rds/snapshotCopy:SnapshotCopy", { sharedAccounts: ["all"] }, "sharedAccounts[0]"],
    ["aws:rds/clusterSnapshot:ClusterSnapshot", { sharedAccounts: ["all"] }, "sharedAccounts[0]"],
    [
      "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy",
      { sharedAccounts: ["all"] },
      "sharedAccounts[0]",
    ],
    [
      "aws:ssm/document:Document",
      { permissions: { type: "Share", account_ids: "All" } },
      "permissions.account_ids",
    ],
  ] as const) {
    it(`refuses ${type} for all, naming the property and the fix`, async () => {
      expect(await complaints(disallowPublicPrincipal, subject(type, props))).to.deep.equal([
        complaint(path),
      ]);
    });
  }

  it("accepts a snapshot of a database for one account, and for whom only the update will know", async () => {
    for (const sharedAccounts of [["123456789012"], [UNKNOWN], UNKNOWN]) {
      const snapshot = subject("aws:rds/snapshot:Snapshot", { sharedAccounts });
      expect(await complaints(disallowPublicPrincipal, snapshot)).to.deep.equal([]);
    }
  });
});
