import { restrictAccounts } from "../../../../policy/iam/document/restrictAccounts";
import { subject, UNKNOWN, withValue, type Subject } from "../../../support/policy";
import { itDecides } from "../../cases";
import { role, trust } from "../role/resource";

const OTHER = "999999999999";
const OWN_ROLE = "arn:aws:iam::123456789012:role/any";
const OTHERS_ROLE = `arn:aws:iam::${OTHER}:role/any`;
const OTHERS_KEY = `arn:aws:kms:eu-west-1:${OTHER}:key/any`;
const allowing = (Action: string, Resource: string) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action, Resource }] });
const complaint = (path: string) =>
  `Another account is trusted: name the stack's own in \`${path}\`, or list the other in ` +
  "`accounts` of this policy's config.";
const ACCOUNT = "assumeRolePolicy.Statement[0].Condition.StringEquals.aws:SourceAccount";
const trusting = (value: object): Subject => ({
  ...withValue(role, "assumeRolePolicy", { Statement: [{ ...trust, ...value }] }),
  urn: `${role.urn}-2`,
});
const foreign = trusting({ Condition: { StringEquals: { "aws:SourceAccount": OTHER } } });
const made = withValue(role, "arn", "arn:aws:iam::123456789012:role/a");
const provider = subject("pulumi:providers:aws", { allowedAccountIds: '["123456789012"]' });
const permission = subject("aws:lambda/permission:Permission", {
  principal: OTHER,
  arn: UNKNOWN,
});

describe("policy iam/document/restrictAccounts", () => {
  itDecides(restrictAccounts, {
    accepts: {
      "an account, as long as no other is known": [role],
      "the stack's own account": [made],
      "the account of a region's load balancers": [
        made,
        trusting({ Principal: { AWS: "arn:aws:iam::127311923021:root" } }),
      ],
      "everybody but another account": [
        made,
        trusting({ Condition: { StringNotEquals: { "aws:SourceAccount": OTHER } } }),
      ],
      "a condition on what is no account": [
        made,
        trusting({ Condition: { StringEquals: { "aws:RequestTag/order": OTHER } } }),
      ],
      "a bucket whose name ends like another account": [
        made,
        trusting({ Condition: { ArnLike: { "aws:SourceArn": `arn:aws:s3:::logs-${OTHER}` } } }),
      ],
      "what is sent from another account's topic": [
        made,
        subject("aws:sns/topicSubscription:TopicSubscription", {
          topic: `arn:aws:sns:eu-west-1:${OTHER}:any`,
        }),
      ],
      "a role of the account that somebody may be": [
        made,
        subject("aws:iam/policy:Policy", { policy: allowing("sts:AssumeRole", OWN_ROLE) }),
      ],
      "a role of another account that somebody may look at": [
        made,
        subject("aws:iam/policy:Policy", { policy: allowing("iam:GetRole", OTHERS_ROLE) }),
      ],
      "a stack's own account while its ARNs are unknown": [withValue(role, "arn", UNKNOWN)],
    },
    refuses: {
      "another account than that of what there is": [[made, foreign], complaint(ACCOUNT)],
      "another account than that of the provider": [[provider, foreign], complaint(ACCOUNT)],
      "another account than the usual one, in a first preview": [
        [role, { ...role, urn: `${role.urn}-3` }, foreign],
        complaint(ACCOUNT),
      ],
      "another account as principal": [
        [made, trusting({ Principal: { AWS: `arn:aws:iam::${OTHER}:root` } })],
        complaint("assumeRolePolicy.Statement[0].Principal.AWS"),
      ],
      "a role of another account that somebody may be": [
        [
          made,
          subject("aws:iam/policy:Policy", { policy: allowing("sts:AssumeRole", OTHERS_ROLE) }),
        ],
        complaint("policy.Statement[0].Resource"),
      ],
      "keys, roles, teams and topics of another account, wherever they are": [
        [
          made,
          subject("aws:sagemaker/userProfile:UserProfile", {
            userSettings: { executionRole: OTHERS_ROLE, sharing: [{ s3KmsKeyId: OTHERS_KEY }] },
          }),
          subject("aws:sagemaker/flowDefinition:FlowDefinition", {
            humanLoopConfig: { workteamArn: `arn:aws:sagemaker:eu-west-1:${OTHER}:workteam/any` },
          }),
          subject("aws:sagemaker/labelingJob:LabelingJob", {
            outputConfig: { snsTopicArn: `arn:aws:sns:eu-west-1:${OTHER}:any` },
          }),
        ],
        complaint("userSettings.executionRole"),
        complaint("userSettings.sharing[0].s3KmsKeyId"),
        complaint("humanLoopConfig.workteamArn"),
        complaint("outputConfig.snsTopicArn"),
      ],
      "another account's queue, by its address": [
        [
          made,
          subject("aws:sfn/stateMachine:StateMachine", {
            definition: JSON.stringify({
              QueueUrl: `https://sqs.eu-west-1.amazonaws.com/${OTHER}/a`,
            }),
          }),
        ],
        complaint("definition.QueueUrl"),
      ],
      "another account that may call": [[made, permission], complaint("principal")],
      "a function of another account in an execution": [
        [
          made,
          subject("aws:sfn/stateMachine:StateMachine", {
            definition: JSON.stringify({
              States: { A: { Resource: `arn:aws:lambda:eu-west-1:${OTHER}:function:a` } },
            }),
          }),
        ],
        complaint("definition.States.A.Resource"),
      ],
      "a key of another account": [
        [
          made,
          subject("aws:sns/topic:Topic", {
            kmsMasterKeyId: `arn:aws:kms:eu-west-1:${OTHER}:key/a`,
          }),
        ],
        complaint("kmsMasterKeyId"),
      ],
      "another account's queue for what happens in a bucket": [
        [
          made,
          subject("aws:s3/bucketNotification:BucketNotification", {
            queues: [{ queueArn: `arn:aws:sqs:eu-west-1:${OTHER}:a` }],
          }),
        ],
        complaint("queues[0].queueArn"),
      ],
      "another account's stream for logs": [
        [
          made,
          subject("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", {
            destinationArn: `arn:aws:logs:eu-west-1:${OTHER}:destination:a`,
          }),
        ],
        complaint("destinationArn"),
      ],
      "an account by an id that tells nobody whose it is": [
        [made, trusting({ Principal: { CanonicalUser: "0".repeat(64) } })],
        "Nobody can tell whose id that is: name the account's ARN in " +
          "`assumeRolePolicy.Statement[0].Principal.CanonicalUser`.",
      ],
    },
  });
});

describe("policy iam/document/restrictAccounts with a list", () => {
  itDecides(restrictAccounts, {
    accepts: { "a listed account": [made, foreign] },
    refuses: {},
    config: { accounts: [OTHER] },
  });
});
