import { requireSourceConditions } from "../../../../policy/iam/document/requireSourceConditions";
import { subject, UNKNOWN } from "../../../support/policy";
import { itDecides } from "../../cases";
import { role } from "../role/resource";

const QUEUE = "aws:sqs/queuePolicy:QueuePolicy";
const COMPLAINT =
  "The service may act for anyone: add aws:SourceAccount or aws:SourceArn or aws:SourceOrgID to " +
  "`policy.Statement[0].Condition`.";
const allowing = (value: object, type = QUEUE) =>
  subject(type, {
    policy: { Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", ...value }] },
  });
const Principal = { Service: "sns.amazonaws.com" };

describe("policy iam/document/requireSourceConditions", () => {
  itDecides(requireSourceConditions, {
    accepts: {
      "a service for one account": allowing({
        Principal,
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      }),
      "a service for one topic": allowing({
        Principal,
        Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:a" } },
      }),
      "what only the update will know": allowing({ Principal, Condition: UNKNOWN }),
      "a role": allowing({ Principal: { AWS: "arn:aws:iam::123456789012:role/a" } }),
      "a service that says no source": allowing({
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      }),
    },
    refuses: {
      "a service for anyone": [allowing({ Principal }), COMPLAINT],
      "a service for any account": [
        allowing({ Principal, Condition: { StringLike: { "aws:SourceAccount": "*" } } }),
        COMPLAINT,
      ],
      "a service for anyone that publishes": [
        allowing({ Principal }, "aws:sns/topicPolicy:TopicPolicy"),
        COMPLAINT,
      ],
    },
    ignores: { "a role's trust": role },
  });
});
