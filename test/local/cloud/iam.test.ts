/** Long, because the rules of one evaluation are many, and are read side by side. */
import { expect } from "chai";
import { Authority, LOCAL_ACCOUNT_ID } from "../../../local/cloud/iam";

const ROLE = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/service-role/reader`;
const LAMBDA = "lambda.amazonaws.com";
const BUCKET = "arn:aws:s3:::photos";
const OBJECT = `${BUCKET}/train/1.png`;

const ALLOW_READ = { Effect: "Allow", Action: "s3:GetObject", Resource: `${BUCKET}/*` };

interface Attempt {
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** A role that Lambda may assume, with one inline policy. */
function authorityWith(...statements: readonly object[]): Authority {
  const authority = new Authority(LOCAL_ACCOUNT_ID);
  authority.putRole(ROLE, trust({}));
  authority.putRolePolicy(ROLE, "inline", JSON.stringify({ Statement: statements }));
  return authority;
}

function trust(statement: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: LAMBDA },
      Action: "sts:AssumeRole",
      ...statement,
    },
  });
}

function attempt(authority: Authority, wanted: Attempt = {}): void {
  const { accessKeyId } = authority.assumeRole(ROLE, LAMBDA);
  const { action = "s3:GetObject", resource = OBJECT, context = {} } = wanted;
  authority.authorize(accessKeyId, action, resource, context);
}

function verdict(authority: Authority, wanted: Attempt = {}): "allowed" | "refused" {
  try {
    attempt(authority, wanted);
    return "allowed";
  } catch (error) {
    expect(error).to.have.property("name", "AccessDenied");
    return "refused";
  }
}

describe("IAM", () => {
  describe("statements", () => {
    const cases: readonly [
      rule: string,
      statements: object[],
      wanted: Attempt,
      expected: string,
    ][] = [
      ["nothing is allowed without a statement", [], {}, "refused"],
      ["a statement allows what it names", [ALLOW_READ], {}, "allowed"],
      ["and no other action", [ALLOW_READ], { action: "s3:PutObject" }, "refused"],
      ["and no other resource", [ALLOW_READ], { resource: "arn:aws:s3:::other/1" }, "refused"],
      ["the objects of a bucket are not the bucket", [ALLOW_READ], { resource: BUCKET }, "refused"],
      [
        "an explicit deny wins over any allow",
        [{ Effect: "Deny", Action: "*", Resource: "*" }, ALLOW_READ],
        {},
        "refused",
      ],
      ["actions have no case", [{ ...ALLOW_READ, Action: "S3:getobject" }], {}, "allowed"],
      ["resources have", [{ ...ALLOW_READ, Resource: `${BUCKET}/TRAIN/*` }], {}, "refused"],
      ["* stands for any text", [{ ...ALLOW_READ, Action: "s3:Get*" }], {}, "allowed"],
      [
        "? stands for one character",
        [{ ...ALLOW_READ, Resource: `${BUCKET}/train/?.png` }],
        {},
        "allowed",
      ],
      ["and not for two", [{ ...ALLOW_READ, Resource: `${BUCKET}/train/?png` }], {}, "refused"],
      [
        "a dot stands for itself",
        [{ ...ALLOW_READ, Resource: `${BUCKET}/train/1_png` }],
        {},
        "refused",
      ],
      [
        "a wildcard stays inside its part of the ARN",
        [{ ...ALLOW_READ, Resource: "arn:aws:*:photos/train/1.png" }],
        {},
        "refused",
      ],
      [
        "missing parts of an ARN match all",
        [{ ...ALLOW_READ, Resource: "arn:aws:s3" }],
        {},
        "allowed",
      ],
      [
        "the last part may have colons",
        [
          {
            Effect: "Allow",
            Action: "logs:PutLogEvents",
            Resource: "arn:aws:logs:r:1:log-group:/a:*",
          },
        ],
        { action: "logs:PutLogEvents", resource: "arn:aws:logs:r:1:log-group:/a:log-stream:b" },
        "allowed",
      ],
      [
        "NotAction is every other action",
        [{ Effect: "Allow", NotAction: ["s3:Delete*", "s3:Put*"], Resource: "*" }],
        {},
        "allowed",
      ],
      [
        "and not the ones named",
        [{ Effect: "Allow", NotAction: ["s3:Delete*", "s3:Get*"], Resource: "*" }],
        {},
        "refused",
      ],
      [
        "NotResource is every other resource",
        [{ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::other/*" }],
        {},
        "allowed",
      ],
      [
        "and not the one named",
        [{ Effect: "Allow", Action: "*", NotResource: `${BUCKET}/*` }],
        {},
        "refused",
      ],
    ];
    for (const [rule, statements, wanted, expected] of cases) {
      it(rule, () => {
        // Prepare
        const authority = authorityWith(...statements);

        // Act and assess
        expect(verdict(authority, wanted)).to.equal(expected);
      });
    }
  });

  describe("conditions", () => {
    const cases: readonly [
      operator: string,
      expected: unknown,
      actual: string | undefined,
      met: boolean,
    ][] = [
      ["StringEquals", ["a", "b"], "b", true],
      ["StringEquals", "a", "A", false],
      ["StringEquals", "a", undefined, false],
      ["StringEqualsIgnoreCase", "a", "A", true],
      ["StringNotEquals", ["a", "b"], "b", false],
      ["StringNotEquals", "a", "b", true],
      ["StringNotEquals", "a", undefined, true],
      ["StringNotEqualsIgnoreCase", "a", "A", false],
      ["StringLike", "/aws/*", "/aws/x", true],
      ["StringLike", "/aws/*", "/other", false],
      ["StringNotLike", "/aws/*", "/aws/x", false],
      ["StringEqualsIfExists", "a", undefined, true],
      ["StringEqualsIfExists", "a", "b", false],
      ["ArnLike", "arn:aws:states:*:1:stateMachine:*", "arn:aws:states:r:1:stateMachine:m", true],
      ["ArnLike", "arn:aws:*:m", "arn:aws:states:r:1:stateMachine:m", false],
      ["ArnEquals", "arn:aws:sns:r:1:*", "arn:aws:sns:r:1:t", true],
      ["ArnNotEquals", "arn:aws:sns:r:1:*", "arn:aws:sns:r:1:t", false],
      ["ArnNotLike", "arn:aws:sns:r:1:*", undefined, true],
      ["Bool", "true", "true", true],
      ["Bool", false, "true", false],
      ["Null", "true", undefined, true],
      ["Null", "true", "a", false],
      ["Null", false, "a", true],
      ["NumericEquals", 10, "10.0", true],
      ["NumericNotEquals", 10, "10", false],
      ["NumericLessThan", "10", "9", true],
      ["NumericLessThanEquals", "10", "10", true],
      ["NumericGreaterThan", "9", "10", true],
      ["NumericGreaterThanEquals", "10", "9", false],
      ["NumericEquals", "1", "not a number", false],
      ["ForAnyValue:StringEquals", ["a"], "a", true],
      ["ForAnyValue:StringEquals", ["a"], undefined, false],
      ["ForAnyValue:StringNotEquals", ["a"], undefined, false],
      ["ForAllValues:StringEquals", ["a"], undefined, true],
      ["ForAllValues:StringEquals", ["a"], "b", false],
    ];
    for (const [operator, expected, actual, met] of cases) {
      const subject = actual === undefined ? "an absent key" : JSON.stringify(actual);
      it(`${subject} ${met ? "meets" : "does not meet"} ${operator} ${JSON.stringify(expected)}`, () => {
        // Prepare
        const Condition = { [operator]: { "test:Key": expected } };
        const authority = authorityWith({ ...ALLOW_READ, Condition });
        const context = actual === undefined ? {} : { "TEST:key": actual };

        // Act and assess
        expect(verdict(authority, { context })).to.equal(met ? "allowed" : "refused");
      });
    }

    it("all keys of all operators have to be met", () => {
      // Prepare
      const Condition = { StringEquals: { "t:A": "1", "t:B": "2" }, Bool: { "t:C": "true" } };
      const authority = authorityWith({ ...ALLOW_READ, Condition });
      const all = { "t:A": "1", "t:B": "2", "t:C": "true" };

      // Act
      const verdicts = [
        all,
        { ...all, "t:A": "x" },
        { ...all, "t:B": "x" },
        { ...all, "t:C": "x" },
      ].map((context) => verdict(authority, { context }));

      // Assess
      expect(verdicts).to.deep.equal(["allowed", "refused", "refused", "refused"]);
    });
  });

  describe("documents", () => {
    const cases: readonly [rule: string, policy: string, message: RegExp][] = [
      ["text that is not JSON", "{", /Policy inline: not JSON/],
      ["an element that is not known", policy({ Conditions: {} }), /Conditions/],
      ["an effect that is not known", policy({ Effect: "allow" }), /Effect/],
      ["a Principal in an identity policy", policy({ Principal: "*" }), /no Principal/],
      ["no action", policy({ Action: undefined }), /needs Action or NotAction/],
      ["Action beside NotAction", policy({ NotAction: "s3:*" }), /needs Action or NotAction/],
      ["no resource", policy({ Resource: undefined }), /needs Resource or NotResource/],
      [
        "a condition operator that is not evaluated",
        policy({ Sid: "Late", Condition: { DateGreaterThan: { "aws:CurrentTime": "2026" } } }),
        /statement Late: the local cloud does not evaluate the condition operator DateGreaterThan/,
      ],
      [
        "a policy variable",
        policy({ Resource: "arn:aws:s3:::photos/${aws:username}/*" }),
        /statement 0: the local cloud does not resolve the policy variable \$\{aws:username\}/,
      ],
      [
        "a policy variable in a condition",
        policy({ Condition: { StringEquals: { "aws:userid": "${aws:username}" } } }),
        /statement 0: the local cloud does not resolve the policy variable \$\{aws:username\}/,
      ],
    ];
    for (const [rule, document, message] of cases) {
      it(`${rule} is refused, and never taken as met`, () => {
        // Prepare
        const authority = authorityWith(ALLOW_READ);

        // Act
        const put = () => {
          authority.putRolePolicy(ROLE, "inline", document);
        };

        // Assess
        expect(put).to.throw(message).with.property("name", "MalformedPolicyDocument");
        expect(verdict(authority)).to.equal("allowed");
      });
    }

    it("a trust policy has a Principal and no Resource", () => {
      // Prepare
      const authority = new Authority(LOCAL_ACCOUNT_ID);

      // Act and assess
      expect(() => {
        authority.putRole(ROLE, trust({ Principal: undefined }));
      }).to.throw(/needs a Principal/);
      expect(() => {
        authority.putRole(ROLE, trust({ Resource: "*" }));
      }).to.throw(/has no Resource/);
    });

    it("a policy for a role that is not there is refused", () => {
      expect(() => {
        new Authority(LOCAL_ACCOUNT_ID).putRolePolicy(ROLE, "inline", policy({}));
      })
        .to.throw(ROLE)
        .with.property("name", "NoSuchEntity");
    });
  });

  describe("refusals", () => {
    it("name the session, the action, the resource and that nothing allows it", () => {
      expect(() => {
        attempt(authorityWith());
      }).to.throw(
        `User: arn:aws:sts::${LOCAL_ACCOUNT_ID}:assumed-role/reader/lambda is not authorized to ` +
          `perform: s3:GetObject on resource: "${OBJECT}" because no identity-based policy allows ` +
          "the s3:GetObject action",
      );
    });

    it("say that a statement denies it", () => {
      expect(() => {
        attempt(authorityWith({ ...ALLOW_READ, Effect: "Deny" }));
      }).to.throw("with an explicit deny in an identity-based policy");
    });

    it("of an access key that is not there say so", () => {
      expect(() => {
        authorityWith().authorize("AKIANOBODY", "s3:GetObject", OBJECT);
      })
        .to.throw("AKIANOBODY")
        .with.property("name", "InvalidAccessKeyId");
    });
  });

  describe("trust", () => {
    const source = (value: string) => ({
      Condition: {
        StringEquals: { "aws:SourceAccount": LOCAL_ACCOUNT_ID },
        ArnLike: { "aws:SourceArn": value },
      },
    });

    it("gives a service the same credentials each time, and others to another service", () => {
      // Prepare
      const authority = new Authority(LOCAL_ACCOUNT_ID);
      authority.putRole(ROLE, trust({ Principal: { Service: [LAMBDA, "states.amazonaws.com"] } }));

      // Act
      const first = authority.assumeRole(ROLE, LAMBDA);
      const again = authority.assumeRole(ROLE, LAMBDA);
      const other = authority.assumeRole(ROLE, "states.amazonaws.com");

      // Assess
      expect(again).to.deep.equal(first);
      expect(other.accessKeyId).not.to.equal(first.accessKeyId);
      expect(authority.credentialsOf(first.accessKeyId)).to.deep.equal(first);
    });

    const refusals: readonly [rule: string, statement: object, message: RegExp][] = [
      [
        "another service",
        { Principal: { Service: "states.amazonaws.com" } },
        /^lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: "arn:.*trust policy/,
      ],
      ["another action", { Action: "sts:TagSession" }, /trust policy/],
      ["no service at all", { Principal: { AWS: LOCAL_ACCOUNT_ID } }, /trust policy/],
      [
        "another account",
        { Condition: { StringEquals: { "aws:SourceAccount": "1" } } },
        /trust policy/,
      ],
      ["another source", source("arn:aws:lambda:*:*:function:b"), /trust policy/],
    ];
    for (const [rule, statement, message] of refusals) {
      it(`in ${rule} does not let the service assume the role`, () => {
        // Prepare
        const authority = new Authority(LOCAL_ACCOUNT_ID);
        authority.putRole(ROLE, trust(statement));

        // Act
        const assume = () =>
          authority.assumeRole(ROLE, LAMBDA, { "aws:SourceArn": "arn:aws:lambda:r:1:function:a" });

        // Assess
        expect(assume).to.throw(message).with.property("name", "AccessDenied");
      });
    }

    it("in a source lets that source assume the role", () => {
      // Prepare
      const authority = new Authority(LOCAL_ACCOUNT_ID);
      authority.putRole(ROLE, trust(source("arn:aws:lambda:*:*:function:a")));

      // Act
      const assume = (context?: Record<string, string>) => () =>
        authority.assumeRole(ROLE, LAMBDA, context);

      // Assess
      expect(assume({ "aws:SourceArn": "arn:aws:lambda:r:1:function:a" })).not.to.throw();
      expect(assume()).to.throw(/trust policy/);
    });

    it("can be taken back by an explicit deny, even after it was used", () => {
      // Prepare
      const authority = authorityWith();
      authority.assumeRole(ROLE, LAMBDA);
      const allow = (JSON.parse(trust({})) as { Statement: object }).Statement;

      // Act
      authority.putRole(ROLE, JSON.stringify({ Statement: [allow, { ...allow, Effect: "Deny" }] }));

      // Assess
      expect(() => authority.assumeRole(ROLE, LAMBDA)).to.throw(/trust policy/);
    });

    it("of a role that is not there does not exist", () => {
      expect(() => new Authority(LOCAL_ACCOUNT_ID).assumeRole(ROLE, LAMBDA))
        .to.throw(/there is no such role/)
        .with.property("name", "AccessDenied");
    });
  });

  describe("the person who deploys", () => {
    const denyWrites = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: `${BUCKET}/*`,
    };

    it("may do everything, but not what a resource policy denies", () => {
      // Prepare
      const authority = new Authority(LOCAL_ACCOUNT_ID);
      authority.putResourcePolicy(BUCKET, JSON.stringify({ Statement: denyWrites }));
      const ask = (action: string, resource: string) => () => {
        authority.authorize(authority.deployer.accessKeyId, action, resource);
      };

      // Act and assess
      expect(ask("s3:GetObject", OBJECT)).not.to.throw();
      expect(ask("s3:PutObject", "arn:aws:s3:::photos-2/a")).not.to.throw();
      expect(ask("s3:PutObject", OBJECT)).to.throw(
        `User: arn:aws:iam::${LOCAL_ACCOUNT_ID}:user/deployer is not authorized to perform: ` +
          `s3:PutObject on resource: "${OBJECT}" with an explicit deny in a resource-based policy`,
      );
    });
  });

  describe("resource policies", () => {
    const SESSION = `arn:aws:sts::${LOCAL_ACCOUNT_ID}:assumed-role/reader/lambda`;
    const root = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:root`;
    const cases: readonly [
      rule: string,
      statement: object,
      identity: object[],
      expected: string,
    ][] = [
      ["a deny for everybody", { Effect: "Deny" }, [ALLOW_READ], "refused"],
      [
        "a deny for the role",
        { Effect: "Deny", Principal: { AWS: ROLE } },
        [ALLOW_READ],
        "refused",
      ],
      [
        "a deny for the account",
        { Effect: "Deny", Principal: { AWS: root } },
        [ALLOW_READ],
        "refused",
      ],
      [
        "a deny for another role",
        { Effect: "Deny", Principal: { AWS: `${ROLE}2` } },
        [ALLOW_READ],
        "allowed",
      ],
      [
        "a deny of plain HTTP, for the loopback interface counts as secure",
        { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } },
        [ALLOW_READ],
        "allowed",
      ],
      ["an allow for the role", { Effect: "Allow", Principal: { AWS: ROLE } }, [], "allowed"],
      [
        "an allow for the session",
        { Effect: "Allow", Principal: { AWS: [SESSION] } },
        [],
        "allowed",
      ],
      ["an allow for everybody", { Effect: "Allow", Principal: { AWS: "*" } }, [], "allowed"],
      ["an allow for the account", { Effect: "Allow", Principal: { AWS: root } }, [], "refused"],
      [
        "an allow for a service",
        { Effect: "Allow", Principal: { Service: LAMBDA } },
        [],
        "refused",
      ],
      [
        "an allow against the role's deny",
        { Effect: "Allow" },
        [{ ...ALLOW_READ, Effect: "Deny" }],
        "refused",
      ],
    ];
    for (const [rule, statement, identity, expected] of cases) {
      it(`${rule}: the role is ${expected}`, () => {
        // Prepare
        const authority = authorityWith(...identity);
        const Statement = { Principal: "*", Action: "s3:*", Resource: `${BUCKET}/*`, ...statement };
        authority.putResourcePolicy(BUCKET, JSON.stringify({ Statement }));

        // Act and assess
        expect(verdict(authority)).to.equal(expected);
      });
    }
  });

  describe("managed policies", () => {
    const MANAGED = "arn:aws:iam::aws:policy/ReadPhotos";

    it("allow once they are attached", () => {
      // Prepare
      const authority = authorityWith();
      authority.putManagedPolicy(MANAGED, JSON.stringify({ Statement: ALLOW_READ }));

      // Act
      const before = verdict(authority);
      authority.attachRolePolicy(ROLE, MANAGED);

      // Assess
      expect([before, verdict(authority)]).to.deep.equal(["refused", "allowed"]);
    });

    it("must be there to be attached", () => {
      expect(() => {
        authorityWith().attachRolePolicy(ROLE, MANAGED);
      })
        .to.throw(MANAGED)
        .with.property("name", "NoSuchEntity");
    });
  });

  it("statements are listed that no decision hung on, alone or beside another", () => {
    // Prepare
    const authority = authorityWith(
      ALLOW_READ,
      { ...ALLOW_READ, Sid: "Write", Action: "s3:PutObject" },
      { ...ALLOW_READ, Effect: "Deny", Action: "s3:DeleteObject" },
      { ...ALLOW_READ, Action: "s3:ListBucket" },
      { ...ALLOW_READ, Action: "s3:GetBucketLocation" },
      { ...ALLOW_READ, Action: "s3:GetBucket*" },
    );

    // Act
    const atFirst = authority.unneededStatements().length;
    verdict(authority);
    verdict(authority, { action: "s3:DeleteObject" });
    verdict(authority, { action: "s3:ListBucket", resource: BUCKET });
    verdict(authority, { action: "s3:GetBucketLocation" });

    // Assess
    expect(atFirst).to.equal(6);
    expect(authority.unneededStatements()).to.deep.equal([
      { role: "reader", policy: "inline", statement: "Write", actions: ["s3:PutObject"] },
      { role: "reader", policy: "inline", statement: "3", actions: ["s3:ListBucket"] },
      { role: "reader", policy: "inline", statement: "4", actions: ["s3:GetBucketLocation"] },
      { role: "reader", policy: "inline", statement: "5", actions: ["s3:GetBucket*"] },
    ]);
  });
});

function policy(changes: object): string {
  return JSON.stringify({ Statement: [{ ...ALLOW_READ, ...changes }] });
}
