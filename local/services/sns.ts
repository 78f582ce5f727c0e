/** SNS topics made by the graph; what is published stays readable. */
import { randomUUID } from "node:crypto";
import { AwsError } from "../service";

export interface TopicMessage {
  readonly id: string;
  readonly message: string;
  readonly subject?: string;
}

export class Topics {
  private readonly topics = new Map<string, TopicMessage[]>();

  /** Makes a topic; one that is already there stays as it is, as CreateTopic leaves it. */
  createTopic(arn: string): void {
    if (!this.topics.has(arn)) {
      this.topics.set(arn, []);
    }
  }

  /**
   * @returns the message's id
   * @throws AwsError `NotFound`
   */
  publish(topicArn: string, message: string, subject?: string): string {
    const id = randomUUID();
    this.topic(topicArn).push({ id, message, ...(subject === undefined ? {} : { subject }) });
    return id;
  }

  /**
   * Everything published so far, oldest first.
   * @throws AwsError `NotFound`
   */
  messages(topicArn: string): readonly TopicMessage[] {
    return this.topic(topicArn);
  }

  private topic(arn: string): TopicMessage[] {
    const topic = this.topics.get(arn);
    if (topic === undefined) {
      throw new AwsError("NotFound", 404, `Topic does not exist: ${arn}`);
    }
    return topic;
  }
}
