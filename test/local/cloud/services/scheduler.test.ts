import { expect } from "chai";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { Cloud } from "../../../../local/cloud";
import { PROJECT_ROOT } from "../../../support/project";

const SCHEDULE = "arn:aws:scheduler:eu-west-1:000000000000:schedule/default/hourly";

describe("schedules", () => {
  let cloud: Cloud;

  before(async () => {
    cloud = await Cloud.start({ region: "eu-west-1", projectRoot: PROJECT_ROOT });
    await cloud.lambda.createFunction({
      arn: cloud.arn("lambda", "function:echo"),
      name: "echo",
      handler: "index.handler",
      files: new Map([["index.js", "exports.handler = async (event) => event;"]]),
      environment: {},
      timeoutSeconds: 10,
    });
  });

  after(() => cloud.stop());

  /** A schedule whose role may do this. */
  function schedule(action: string) {
    const roleArn = cloud.roleArn(`schedule-${action.replace(":", "-")}`);
    const policy = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
    const Principal = { Service: "scheduler.amazonaws.com" };
    cloud.authority.putRole(roleArn, policy({ Principal, Action: "sts:AssumeRole" }));
    cloud.authority.putRolePolicy(roleArn, "policy", policy({ Action: action, Resource: "*" }));
    cloud.scheduler.put({
      arn: SCHEDULE,
      expression: "cron(30 * * * ? *)",
      functionArn: cloud.arn("lambda", "function:echo"),
      roleArn,
      input: '{"at":"<aws.scheduler.scheduled-time>"}',
    });
  }

  it("invoke their function with the time for which they were due", async () => {
    schedule("lambda:InvokeFunction");
    const result = await cloud.scheduler.run(SCHEDULE, new Date("2026-01-01T01:30:00.000Z"));
    expect(result).to.deep.equal({ payload: { at: "2026-01-01T01:30:00Z" } });
  });

  it("are refused when their role may not invoke it, and when they are not there", async () => {
    schedule("lambda:GetFunction");
    const now = new Date();
    const refusal = await cloud.scheduler.run(SCHEDULE, now).catch((error: unknown) => error);
    expect(refusal).to.have.property("message").that.contains("lambda:InvokeFunction");
    cloud.scheduler.delete(SCHEDULE);
    const missing = await cloud.scheduler.run(SCHEDULE, now).catch((error: unknown) => error);
    expect(missing).to.have.property("name", "ResourceNotFoundException");
  });

  it("may have functions tell people by the client of SNS, with what SNS takes", async () => {
    // Prepare
    const topic = cloud.arn("sns", "told");
    cloud.topics.createTopic(topic);
    const sns = new SNSClient(cloud.deployerSession());

    // Act
    await sns.send(new PublishCommand({ TopicArn: topic, Subject: "A <b>", Message: "ä & b" }));
    const refusal = await sns
      .send(new PublishCommand({ TopicArn: topic, Subject: "two\nlines", Message: "b" }))
      .catch((error: unknown) => error);
    sns.destroy();

    // Assess
    expect(cloud.topics.messages(topic)).to.have.length(1);
    expect(cloud.topics.messages(topic)[0]).to.deep.include({ subject: "A <b>", message: "ä & b" });
    expect(refusal).to.have.property("name", "InvalidParameterException");
  });
});
