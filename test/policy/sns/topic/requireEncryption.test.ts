import { expect } from "chai";
import { requireEncryption } from "../../../../policy/sns/topic/requireEncryption";
import { complaints, subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { topic } from "./resource";

const COMPLAINT = "Messages are not encrypted: set `kmsMasterKeyId` to a key.";
const ARN = "arn:aws:sns:us-east-1:123456789012:alarms";

const open = without(topic, "kmsMasterKeyId");
const known = withValue(open, "arn", ARN);
const alarm = (action: string, arns: unknown, edges = {}) =>
  subject(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { [action]: arns },
    { propertyDependencies: edges },
  );
/** A right to publish on the topic. */
const publisher = subject(
  "aws:iam/rolePolicy:RolePolicy",
  { policy: UNKNOWN },
  { propertyDependencies: { policy: [open] } },
);

describe("policy sns/topic/requireEncryption", () => {
  it("accepts a topic with a key, known or not", async () => {
    expect(await complaints(requireEncryption, topic)).to.deep.equal([]);
    const unknown = withValue(topic, "kmsMasterKeyId", UNKNOWN);
    expect(await complaints(requireEncryption, unknown)).to.deep.equal([]);
  });

  for (const action of ["alarmActions", "okActions", "insufficientDataActions"]) {
    it(`accepts a topic without a key that is told of alarms by ${action}`, async () => {
      const byArn = alarm(action, ["arn:other", ARN]);
      expect(await complaints(requireEncryption, [known, byArn])).to.deep.equal([]);
      const byEdge = alarm(action, [UNKNOWN], { [action]: [open] });
      expect(await complaints(requireEncryption, [open, byEdge])).to.deep.equal([]);
    });
  }

  for (const [title, stack] of [
    ["not set", [open]],
    ["null", [withValue(topic, "kmsMasterKeyId", null)]],
    ["empty", [withValue(topic, "kmsMasterKeyId", "")]],
    ["of another type", [withValue(topic, "kmsMasterKeyId", true)]],
    ["not set while alarms go elsewhere", [known, alarm("alarmActions", ["arn:other"])]],
    ["not set while alarms go nowhere", [known, alarm("alarmActions", [])]],
    [
      "not set while alarms act on nothing",
      [known, withValue(alarm("alarmActions", [ARN]), "actionsEnabled", false)],
    ],
    [
      "not set while something else publishes, too",
      [known, alarm("alarmActions", [ARN]), publisher],
    ],
    ["not set while alarms may go elsewhere", [open, alarm("alarmActions", [UNKNOWN])]],
  ] as const) {
    it(`refuses a key that is ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireEncryption, stack)).to.deep.equal([COMPLAINT]);
    });
  }
});
