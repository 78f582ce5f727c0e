import { onEach, type StackRule } from "../../support/rule";

const ALARMS = [
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
];
/** What may know of a topic of alarms; whatever else does may publish other things on it. */
const LISTENERS = [
  ...ALARMS,
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
];
const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"];

/**
 * Topics of alarms are left out: they carry names of metrics and no data, and a key that CloudWatch
 * may use is one that has opened its own policy to a service. That something else is made from the
 * topic, such as a right to publish, or that the alarm acts on nothing, ends it.
 */
export const requireEncryption: StackRule = {
  name: "sns-topic-require-encryption",
  displayName: "Topics encrypt what they carry",
  description:
    "Every topic, apart from those that only alarms are sent to, must encrypt its messages.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sns", "encryption"],
  remediationSteps: "Set `kmsMasterKeyId` to a key that the publishers may use.",
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
  validateStack: onEach(["aws:sns/topic:Topic"], (topic, stack, report) => {
    const carriesAlarms = ACTIONS.flatMap((action) =>
      stack.referringTo(topic, ALARMS, action, "arn"),
    ).some(({ props }) => !props.at("actionsEnabled").is((value) => value === false));
    const carriesMore = stack.usersOf(topic).some(({ type }) => !LISTENERS.includes(type));
    const key = topic.props.at("kmsMasterKeyId");
    const isOnlyAlarms = carriesAlarms && !carriesMore;
    if (!isOnlyAlarms && !key.mayBeText) {
      report("Messages are not encrypted: set `kmsMasterKeyId` to a key.");
    }
  }),
};
