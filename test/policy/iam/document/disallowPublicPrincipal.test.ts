import { expect } from "chai";
import { disallowPublicPrincipal } from "../../../../policy/iam/document/disallowPublicPrincipal";
import { complaints, subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { bucketPolicy, refusal } from "../../s3/bucket/resource";

const open = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };
const withStatement = (statement: unknown) =>
  withValue(bucketPolicy, "policy", JSON.stringify({ Statement: [refusal, statement] }));
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
});
