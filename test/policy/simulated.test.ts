/**
 * Documents made at random, judged by the policies and by the local cloud's evaluator of such documents,
 * which knows nothing of the policies: what it lets a stranger do must be refused, and nothing else.
 */
import { BlockList } from "node:net";
import { expect } from "chai";
import * as fc from "fast-check";
import { compileCondition } from "../../local/cloud/iam/conditions";
import { parsePolicy } from "../../local/cloud/iam/policy";
import { disallowPublicPrincipal } from "../../policy/iam/document/disallowPublicPrincipal";
import { requireTls } from "../../policy/s3/bucket/requireTls";
import { complaints, subject } from "../support/policy";
import { bucket, bucketPolicy } from "./s3/bucket/resource";

const RUNS = { numRuns: 1000 };

/** What strangers bring with them, by condition key: two of them, with what is theirs. */
const THEIRS: Readonly<Record<string, readonly string[]>> = {
  "aws:PrincipalAccount": ["999999999999", "888888888888"],
  "aws:PrincipalArn": ["arn:aws:iam::999999999999:role/reader", "arn:aws:iam::888888888888:root"],
  "aws:PrincipalOrgID": ["o-9z9z9z9z9z", "o-8y8y8y8y8y"],
  "aws:PrincipalOrgPaths": ["o-9z9z9z9z9z/r-1a/ou-1a/", "o-8y8y8y8y8y/r-1a/"],
  "aws:SourceAccount": ["999999999999", "888888888888"],
  "aws:SourceArn": ["arn:aws:sns:eu-west-1:999999999999:any", "arn:aws:s3:::others"],
  "aws:SourceVpc": ["vpc-99999999", "vpc-88888888"],
  "aws:SourceVpce": ["vpce-99999999", "vpce-88888888"],
  "aws:SourceIp": ["198.51.100.7", "5.6.7.8", "2a00:1450::1"],
  "kms:CallerAccount": ["999999999999", "888888888888"],
  // What says nothing of who somebody is.
  "aws:SecureTransport": ["true", "false"],
  "aws:ResourceAccount": ["123456789012"],
  "aws:Referer": ["https://www.example.com/any"],
};

/** What those of the account bring with them, where it differs. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  ...THEIRS,
  "aws:PrincipalAccount": ["123456789012"],
  "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/reader"],
  "aws:PrincipalOrgID": ["o-1a2b3c4d5e"],
  "aws:PrincipalOrgPaths": ["o-1a2b3c4d5e/r-1a/"],
  "aws:SourceAccount": ["123456789012"],
  "aws:SourceArn": ["arn:aws:sns:eu-west-1:123456789012:any", "arn:aws:s3:::inference-1a2b3c4"],
  "aws:SourceVpc": ["vpc-1a2b3c4d"],
  "aws:SourceVpce": ["vpce-1a2b3c4d"],
  "aws:SourceIp": ["203.0.113.9", "2001:db8::1"],
  "kms:CallerAccount": ["123456789012"],
};

/** What a document may ask for, by condition key: what is ours, and what is no limit. */
const ASKED: Readonly<
  Record<string, { readonly ours: readonly string[]; readonly open: readonly string[] }>
> = {
  "aws:PrincipalAccount": { ours: ["123456789012"], open: ["*", "9*", "????????????"] },
  "aws:PrincipalArn": {
    ours: ["arn:aws:iam::123456789012:role/reader", "arn:aws:iam::123456789012:*"],
    open: ["*", "arn:aws:iam::*:role/reader", "arn:aws:iam::*:root", "arn:aws:iam::?????????*:*"],
  },
  "aws:PrincipalOrgID": { ours: ["o-1a2b3c4d5e"], open: ["*", "o-*", "o-??????????"] },
  "aws:PrincipalOrgPaths": { ours: ["o-1a2b3c4d5e/*"], open: ["*", "o-*/*"] },
  "aws:SourceAccount": { ours: ["123456789012"], open: ["*", "?*"] },
  "aws:SourceArn": {
    ours: ["arn:aws:sns:eu-west-1:123456789012:*", "arn:aws:s3:::inference-1a2b3c4"],
    open: ["*", "arn:aws:*:*:*:*", "arn:aws:sns:eu-west-1:*:any", "arn:aws:s3:::*"],
  },
  "aws:SourceVpc": { ours: ["vpc-1a2b3c4d"], open: ["*", "vpc-*"] },
  "aws:SourceVpce": { ours: ["vpce-1a2b3c4d"], open: ["*", "vpce-????????"] },
  "aws:SourceIp": {
    ours: ["203.0.113.0/24", "203.0.113.9", "2001:db8::/32"],
    open: ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0"],
  },
  "kms:CallerAccount": { ours: ["123456789012"], open: ["*", "9999*"] },
  "aws:SecureTransport": { ours: [], open: ["true", "false"] },
  "aws:ResourceAccount": { ours: [], open: ["123456789012"] },
  "aws:Referer": { ours: [], open: ["https://www.example.com/*"] },
};

type Block = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

function operatorsFor(key: string, values: readonly string[]): readonly string[] {
  if (key === "aws:SourceIp") {
    return ["IpAddress", "NotIpAddress", "IpAddressIfExists"];
  }
  if (key === "aws:SecureTransport") {
    return ["Bool"];
  }
  const [kind, hasWildcards] = [key.endsWith("Arn") ? "Arn" : "String", values.some(isWild)];
  const names = hasWildcards
    ? [`${kind}Like`, `${kind}NotLike`]
    : [`${kind}Equals`, `${kind}Like`, `${kind}NotEquals`, ...(kind === "Arn" ? [] : IGNORING)];
  return names.flatMap((name) => [
    ...[name, `${name}IfExists`],
    ...[`ForAnyValue:${name}`, `ForAllValues:${name}`],
  ]);
}
const IGNORING = ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"];
const isWild = (value: string) => /[*?]/.test(value);

/** One condition on one key. */
const condition: fc.Arbitrary<readonly [operator: string, key: string, values: readonly string[]]> =
  fc
    .constantFrom(...Object.keys(ASKED))
    .chain((key) => {
      const { ours = [], open = [] } = ASKED[key] ?? {};
      const variable = key in THEIRS && key !== "aws:SourceIp" ? [`\${${key}}`] : [];
      const list = fc.subarray([...ours, ...open, ...variable], { minLength: 1, maxLength: 2 });
      return fc.tuple(fc.constant(key), list);
    })
    .chain(([key, values]) =>
      fc.tuple(
        fc.constantFrom(...operatorsFor(key, values)),
        fc.constantFrom(key, key.toLowerCase()),
        fc.constant(values),
      ),
    );

const presence = fc
  .tuple(fc.constantFrom("aws:PrincipalOrgID", "aws:SourceArn"), fc.constantFrom("true", "false"))
  .map(([key, value]): readonly [string, string, readonly string[]] => ["Null", key, [value]]);

/** What is left of some networks without others is reckoned with by no policy. */
const isPlain = (all: readonly (readonly [operator: string, ...unknown[]])[]) =>
  new Set(all.map(([operator]) => operator).filter((name) => /IpAddress/.test(name))).size < 2;

/** What one condition leaves of another on the same key is reckoned with by no policy: it is refused. */
const areApart = (all: readonly (readonly [operator: string, key: string, ...unknown[]])[]) => {
  const keys = all.filter(([name]) => name !== "Null").map(([, key]) => key.toLowerCase());
  return new Set(keys).size === keys.length;
};

const conditions = fc
  .array(fc.oneof({ weight: 6, arbitrary: condition }, presence), { maxLength: 2 })
  .filter(isPlain);

const everyone = fc.constantFrom<object>(
  { Principal: "*" },
  { Principal: { AWS: "*" } },
  { Principal: { AWS: ["*"] } },
  { Principal: { AWS: ["arn:aws:iam::123456789012:root", "*"] } },
  { NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" } },
);

function blockOf(all: readonly (readonly [string, string, readonly string[]])[]): Block {
  const block: Record<string, Record<string, string | readonly string[]>> = {};
  for (const [operator, key, values] of all) {
    (block[operator] ??= {})[key] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return block;
}

/** Everything that somebody may come with: for each key nothing, or one of what they have. */
function contexts(
  keys: readonly string[],
  brought: typeof THEIRS,
): readonly ReadonlyMap<string, string>[] {
  return keys.reduce<readonly ReadonlyMap<string, string>[]>(
    (found, key) =>
      found.flatMap((context) => [
        context,
        ...(brought[key] ?? []).map((value) => new Map([...context, [key.toLowerCase(), value]])),
      ]),
    [new Map()],
  );
}

/** Whether conditions let somebody through who brings some of that. */
function letsThrough(block: Block, brought: typeof THEIRS): boolean {
  const asked = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [operator, key, [values].flat()] as const),
  );
  const used = Object.keys(THEIRS).filter((key) =>
    asked.some(([, name]) => name.toLowerCase() === key.toLowerCase()),
  );
  return contexts(used, brought).some((context) =>
    asked.every(([operator, key, values]) => holds(operator, key, values, context)),
  );
}

function holds(
  operator: string,
  key: string,
  values: readonly string[],
  context: ReadonlyMap<string, string>,
): boolean {
  const told = values.map((value) =>
    value.replace(/\$\{([^}]+)\}/g, (_, name: string) => context.get(name.toLowerCase()) ?? "\0"),
  );
  if (operator.includes("IpAddress")) {
    const address = context.get(key.toLowerCase());
    const isIn = address !== undefined && isInNetworks(address, told);
    return operator === "NotIpAddress"
      ? !isIn
      : isIn || (address === undefined && operator.endsWith("IfExists"));
  }
  const compiled = compileCondition(operator, key, told);
  if (compiled === undefined) {
    throw new Error(`The local cloud does not know ${operator}`);
  }
  return compiled(context);
}

function isInNetworks(address: string, networks: readonly string[]): boolean {
  const family = (text: string) => (text.includes(":") ? "ipv6" : "ipv4");
  const list = new BlockList();
  for (const network of networks) {
    const [base = "", bits] = network.split("/");
    list.addSubnet(base, Number(bits ?? (family(base) === "ipv6" ? 128 : 32)), family(base));
  }
  return list.check(address, family(address));
}

describe("documents for everyone, made at random", () => {
  it("are refused if they let a stranger in, and only then", async () => {
    await fc.assert(
      fc.asyncProperty(everyone, conditions, async (principal, all) => {
        // Prepare
        const Condition = blockOf(all);
        const policy = JSON.stringify({
          Statement: [
            {
              Effect: "Allow",
              ...principal,
              Action: "sqs:SendMessage",
              Resource: "*",
              ...(all.length === 0 ? {} : { Condition }),
            },
          ],
        });

        // Act
        const found = await complaints(
          disallowPublicPrincipal,
          subject("aws:sqs/queuePolicy:QueuePolicy", { policy }),
        );

        // Assess
        if (letsThrough(Condition, THEIRS)) {
          expect(found, policy).to.have.length.of.at.least(1);
        } else if (areApart(all) && letsThrough(Condition, OURS)) {
          expect(found, policy).to.deep.equal([]);
        }
        // Of what lets nobody in at all, nothing is promised.
      }),
      RUNS,
    );
  });
});

const BUCKET = "arn:aws:s3:::inference";
const denial = fc
  .record({
    Principal: fc.constantFrom<unknown>("*", { AWS: "*" }, { AWS: ["*"] }, { AWS: "123456789012" }),
    Action: fc.constantFrom<unknown>(
      ...["s3:*", "*", "S3:*", "s3:GetObject", "s3:Get*"],
      ...[["s3:*"], ["s3:GetObject", "s3:PutObject"], ["s3:GetObject", "s3:*"]],
    ),
    Resource: fc.constantFrom<unknown>(
      ...[BUCKET, `${BUCKET}/*`, `${BUCKET}*`, "*", `${BUCKET}/incoming/*`, "arn:aws:s3:::other"],
      ...[[BUCKET, `${BUCKET}/*`], ["arn:aws:s3:::*"], [`${BUCKET}/*`, "arn:aws:s3:::other"]],
    ),
    Condition: fc.constantFrom<unknown>(
      { Bool: { "aws:SecureTransport": "false" } },
      { Bool: { "aws:securetransport": false } },
      { Bool: { "aws:SecureTransport": ["false"] } },
      { Bool: { "aws:SecureTransport": ["true", "false"] } },
      { BoolIfExists: { "aws:SecureTransport": "false" } },
      { Bool: { "aws:SecureTransport": "true" } },
      { Null: { "aws:SecureTransport": "true" } },
      {
        Bool: { "aws:SecureTransport": "false" },
        StringEquals: { "aws:SourceVpc": "vpc-1a2b3c4d" },
      },
      { Bool: { "aws:SecureTransport": "false", "aws:ViaAWSService": "false" } },
    ),
  })
  .map((statement) => ({ Effect: "Deny", ...statement }));

/** Plain requests of anybody's for what a bucket has, and for itself, by what is known of them. */
const PLAIN_REQUESTS = [
  ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DoSomethingNew"].flatMap((action) =>
    [`${BUCKET}/any`, `${BUCKET}/incoming/any`].map((resource) => ({ action, resource })),
  ),
  ...["s3:ListBucket", "s3:PutBucketPolicy"].map((action) => ({ action, resource: BUCKET })),
].flatMap((request) =>
  [{}, { "aws:sourcevpc": "vpc-1a2b3c4d" }, { "aws:viaawsservice": "false" }].map((known) => ({
    ...request,
    context: () => new Map(Object.entries({ "aws:securetransport": "false", ...known })),
  })),
);

describe("denials of plain requests, made at random", () => {
  it("are enough if they refuse every plain request, and only then", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(denial, { minLength: 1, maxLength: 2 }), async (denials) => {
        // Prepare
        const policy = JSON.stringify({ Version: "2012-10-17", Statement: denials });
        const refusing = parsePolicy("resource", "any", policy).filter(
          ({ principals }) => principals.everyone || principals.aws.includes("*"),
        );
        const refused = PLAIN_REQUESTS.every((request) =>
          refusing.some((each) => each.concerns(request.action) && each.applies(request)),
        );

        // Act
        const found = await complaints(requireTls, [
          bucket,
          { ...bucketPolicy, props: { ...bucketPolicy.props, policy } },
        ]);

        // Assess
        expect(found.length === 0, policy).to.equal(refused);
      }),
      RUNS,
    );
  });
});
