/** What stacks of other people are made of. */
import { subject, withValue, type Subject } from "../support/policy";
import { statement, type Change } from "./mutations/mutation";

export const ACCOUNT = "123456789012";
const OWN = { StringEquals: { "aws:SourceAccount": ACCOUNT } };

type Properties = Record<string, unknown>;
type Options = Parameters<typeof subject>[2];

export const only =
  (...stack: readonly Subject[]): Change =>
  () =>
    stack;
export const aws = (type: string, props: Properties, options?: Options) =>
  subject(`aws:${type}`, props, { name: type.replace(/.*:/, "").toLowerCase(), ...options });
export const documentOf = (...statements: readonly object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const allow = (value: object) => ({ Effect: "Allow", ...value });

/** A bucket with everything that the pack asks for, and more statements in its policy. */
export function bucketOf(
  name: string,
  statements: readonly object[] = [],
  algorithm = "aws:kms",
): Subject[] {
  const bucket = aws("s3/bucket:Bucket", { bucket: name }, { name, protect: true });
  const companion = (type: string, props: Properties) =>
    aws(
      `s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
      { bucket: name, ...props },
      { name: `${name}-${type}`, propertyDependencies: { bucket: [bucket] } },
    );
  const resources = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  return [
    bucket,
    companion("BucketPublicAccessBlock", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
    companion("BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
    companion("BucketServerSideEncryptionConfiguration", {
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: algorithm } }],
    }),
    companion("BucketPolicy", {
      policy: documentOf(
        {
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "s3:*",
          Resource: resources,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        ...statements,
      ),
    }),
  ];
}

export const write = (service: string, Resource: string, Condition: object) =>
  allow({ Principal: { Service: service }, Action: "s3:PutObject", Resource, Condition });

/** A bucket with its TLS statement written in another way. */
export const refusingHttp = (refusal: object) =>
  only(
    ...bucketOf("data").map((each) =>
      each.type.endsWith(":BucketPolicy")
        ? withValue(
            each,
            "policy",
            statement({
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
              ...refusal,
            }),
          )
        : each,
    ),
  );

/** A function with its log group. */
export function functionOf(props: Properties): Subject[] {
  const group = aws("cloudwatch/logGroup:LogGroup", {
    name: "/aws/lambda/any",
    retentionInDays: 30,
  });
  return [
    group,
    aws(
      "lambda/function:Function",
      {
        role: `arn:aws:iam::${ACCOUNT}:role/any`,
        timeout: 30,
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "JSON", logGroup: "/aws/lambda/any" },
        ...props,
      },
      { propertyDependencies: { loggingConfig: [group] } },
    ),
  ];
}
export const calledBy = (principal: string, sourceArn: string) =>
  only(
    ...functionOf({ runtime: "python3.13" }),
    aws("lambda/permission:Permission", {
      action: "lambda:InvokeFunction",
      principal,
      sourceArn,
    }),
  );

export const roleOf = (...trusted: readonly object[]) =>
  only(aws("iam/role:Role", { assumeRolePolicy: documentOf(...trusted) }));
export const serviceRole = (service: string) =>
  roleOf(allow({ Principal: { Service: service }, Action: "sts:AssumeRole", Condition: OWN }));
export const signedIn = (host: string, Condition: object) =>
  roleOf(
    allow({
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition,
    }),
  );
export const granting = (...granted: readonly object[]) =>
  only(aws("iam/policy:Policy", { policy: documentOf(...granted.map(allow)) }));
export const attached = (name: string) =>
  only(
    aws("iam/rolePolicyAttachment:RolePolicyAttachment", {
      role: "any",
      policyArn: `arn:aws:iam::aws:policy/${name}`,
    }),
  );
export const keyFor = (...uses: readonly object[]) =>
  only(
    aws(
      "kms/key:Key",
      {
        enableKeyRotation: true,
        policy: documentOf(
          allow({
            Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
            Action: "kms:*",
            Resource: "*",
          }),
          ...uses.map(allow),
        ),
      },
      { protect: true },
    ),
  );
export const topicFor = (value: object) =>
  only(
    aws("sns/topicPolicy:TopicPolicy", {
      arn: "any",
      policy: documentOf(allow({ Action: "sns:Publish", Resource: "any", ...value })),
    }),
  );
