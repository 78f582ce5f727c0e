/** SNS topics made by the graph; what is published stays readable. */
import { randomUUID } from "node:crypto";
import { AwsError } from "../protocol";

export interface TopicMessage {
  readonly id: string;
  readonly message: string;
  readonly subject?: string;
}

interface Topic {
  readonly messages: TopicMessage[];
  kmsKeyArn: string | undefined;
}

export class Topics {
  private readonly topics = new Map<string, Topic>();

  /**
   * Makes a topic; one that is already there stays as it is, as CreateTopic leaves it.
   * @param kmsKeyArn key under which messages are kept, if they are encrypted
   */
  createTopic(arn: string, kmsKeyArn?: string): void {
    if (!this.topics.has(arn)) {
      this.topics.set(arn, { messages: [], kmsKeyArn });
    }
  }

  /**
   * Encrypts new messages under another key, or under none.
   * @throws AwsError `NotFound`
   */
  setKmsKey(topicArn: string, kmsKeyArn: string | undefined): void {
    this.topic(topicArn).kmsKeyArn = kmsKeyArn;
  }

  /** Removes a topic; one that is not there is as good as removed. */
  deleteTopic(arn: string): void {
    this.topics.delete(arn);
  }

  /** ARNs of all topics. */
  get arns(): readonly string[] {
    return [...this.topics.keys()];
  }

  /**
   * The key that whoever publishes must be allowed to use ("Key management", Amazon SNS).
   * @throws AwsError `NotFound`
   */
  kmsKeyOf(topicArn: string): string | undefined {
    return this.topic(topicArn).kmsKeyArn;
  }

  /**
   * @returns the message's id
   * @throws AwsError `NotFound`
   */
  publish(topicArn: string, message: string, subject?: string): string {
    const id = randomUUID();
    this.topic(topicArn).messages.push({
      id,
      message,
      ...(subject === undefined ? {} : { subject }),
    });
    return id;
  }

  /**
   * Everything published so far, oldest first.
   * @throws AwsError `NotFound`
   */
  messages(topicArn: string): readonly TopicMessage[] {
    return this.topic(topicArn).messages;
  }

  private topic(arn: string): Topic {
    const topic = this.topics.get(arn);
    if (topic === undefined) {
      throw new AwsError("NotFound", 404, `Topic does not exist: ${arn}`);
    }
    return topic;
  }
}
