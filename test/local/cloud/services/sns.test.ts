import { expect } from "chai";
import { Topics } from "../../../../local/cloud/services/sns";

const TOPIC = "arn:aws:sns:eu-west-1:000000000000:alerts";

describe("SNS topics", () => {
  it("keep what is published, in order, each message with an id of its own", () => {
    // Prepare
    const topics = new Topics();
    topics.createTopic(TOPIC);

    // Act
    const first = topics.publish(TOPIC, "a", "subject");
    const second = topics.publish(TOPIC, "b");
    topics.createTopic(TOPIC);

    // Assess
    expect(first).not.to.equal(second);
    expect(topics.messages(TOPIC)).to.deep.equal([
      { id: first, message: "a", subject: "subject" },
      { id: second, message: "b" },
    ]);
  });

  it("that are not there are refused by ARN", () => {
    // Prepare
    const topics = new Topics();

    // Act and assess
    expect(() => topics.publish(TOPIC, "a"))
      .to.throw(TOPIC)
      .with.property("name", "NotFound");
    expect(() => topics.messages(TOPIC))
      .to.throw(TOPIC)
      .with.property("name", "NotFound");
  });
});
