import * as pulumi from "@pulumi/pulumi";
import * as aws from "./aws";
import type { DataKey } from "./dataKey";

export interface NotificationTopicArgs {
  /**
   * Who is told, once they have confirmed the subscription; nobody if it is absent, and the topic
   * can be subscribed to by other means.
   */
  readonly email: string | undefined;
  /** Encrypts what is published; what tells nothing of anybody's data needs none. */
  readonly key?: DataKey;
}

/** A topic on which people are told of something, and the one address that is. */
export class NotificationTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: NotificationTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:NotificationTopic", name, {}, opts);
    const { email, key } = args;

    const topic = new aws.sns.Topic(name, key === undefined ? {} : { kmsMasterKeyId: key.arn }, {
      parent: this,
    });
    if (email !== undefined) {
      new aws.sns.TopicSubscription(
        `${name}-email`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        // Another address is another subscription.
        { parent: this, protect: false },
      );
    }

    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
