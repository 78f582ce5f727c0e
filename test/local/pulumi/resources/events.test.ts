import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { allow, rejectionOf, Resources, startCloud, trust } from "./support";

const EVENT = { source: "aws.s3", "detail-type": "Object Created", detail: { key: "1.png" } };
const PASS = JSON.stringify({ StartAt: "End", States: { End: { Type: "Succeed" } } });

describe("rules, targets and topics", () => {
  let cloud: Cloud;
  let stateMachine: string;
  let roleArn: string;
  const of = (type: string) => new Resources(type, () => cloud);
  const rules = of("aws:cloudwatch/eventRule:EventRule");
  const targets = of("aws:cloudwatch/eventTarget:EventTarget");
  const topics = of("aws:sns/topic:Topic");

  const rule = { name: "uploads", eventPattern: JSON.stringify({ source: ["aws.s3"] }) };
  const target = () => ({ rule: "uploads", arn: stateMachine, roleArn });
  /** Inputs of the executions that an event starts. */
  const started = () => {
    const before = cloud.stepFunctions.executions(stateMachine).length;
    cloud.bus.put(EVENT);
    return cloud.stepFunctions
      .executions(stateMachine)
      .slice(before)
      .map(({ input }) => input);
  };

  beforeEach(async () => {
    cloud = await startCloud();
    stateMachine = cloud.arn("states", "stateMachine:workflow");
    roleArn = cloud.roleArn("starter");
    cloud.authority.putRole(roleArn, trust("events.amazonaws.com"));
    const mayStart = allow("states:StartExecution", stateMachine);
    cloud.authority.putRolePolicy(roleArn, "start", mayStart);
    cloud.stepFunctions.putStateMachine({
      arn: stateMachine,
      name: "workflow",
      roleArn,
      definition: PASS,
    });
  });
  afterEach(() => cloud.stop());

  it("start an execution for an event that the rule matches", async () => {
    // Act
    const made = await rules.create("rule", rule);
    const { id, targetId } = await targets.create("target", target());

    // Assess
    expect(made).to.deep.include({ id: "uploads", arn: cloud.arn("events", "rule/uploads") });
    expect(targetId).to.match(/^target-[0-9a-f]{7}$/);
    expect(id).to.equal(`uploads-${String(targetId)}`);
    expect(started()).to.deep.equal([EVENT]);
  });

  it("change in place: the rule its pattern, the target its input", async () => {
    // Prepare
    const { id } = await rules.create("rule", rule);
    const { id: targetId } = await targets.create("target", target());

    // Act
    await targets.update(targetId, "target", {
      ...target(),
      inputTransformer: {
        inputPaths: { key: "$.detail.key" },
        inputTemplate: '{"image": <key>}',
      },
    });
    const transformed = started();
    const other = JSON.stringify({ source: ["aws.ec2"] });
    await rules.update(id, "rule", { ...rule, eventPattern: other });
    const unmatched = started();

    // Assess
    expect(transformed).to.deep.equal([{ image: "1.png" }]);
    expect(unmatched).to.deep.equal([]);
  });

  it("are deleted the target first: a rule that has one is not", async () => {
    // Prepare
    const { id } = await rules.create("rule", rule);
    const { id: targetId } = await targets.create("target", target());
    await targets.create("other", { ...target(), targetId: "other" });

    // Act
    const error = await rejectionOf(rules.delete(id, "rule", rule));
    await targets.delete(targetId, "target", target());
    const left = started();
    await targets.delete("uploads-other", "other", { ...target(), targetId: "other" });
    const none = started();
    await rules.delete(id, "rule", rule);

    // Assess
    expect(error).to.have.property("name", "ValidationException");
    expect(error).to.have.property("message").that.includes("uploads").and.includes("other");
    expect(left).to.have.length(1);
    expect(none).to.deep.equal([]);
    expect(cloud.bus.ruleNames).to.deep.equal([]);
    expect(cloud.bugs).to.deep.equal([]);
  });

  it("have nothing against being deleted twice", async () => {
    // Act
    await targets.delete("uploads-target", "target", target());
    await rules.delete("uploads", "rule", rule);
    await topics.delete(cloud.arn("sns", "reviews"), "topic", {});

    // Assess
    expect(cloud.bus.ruleNames).to.deep.equal([]);
    expect(cloud.topics.arns).to.deep.equal([]);
  });

  it("refuse a target of a rule that is not there", async () => {
    // Act
    const error = await rejectionOf(targets.create("target", target()));

    // Assess
    expect(error).to.have.property("name", "ResourceNotFoundException");
  });

  it("change the key of a topic in place, with its messages kept", async () => {
    // Prepare
    const { id, arn } = await topics.create("topic", { name: "reviews" });
    cloud.topics.publish(id, "hello");

    // Act
    const before = cloud.topics.kmsKeyOf(id);
    await topics.update(id, "topic", { name: "reviews", kmsMasterKeyId: "arn:key" });
    const after = cloud.topics.kmsKeyOf(id);

    // Assess
    expect(arn).to.equal(cloud.arn("sns", "reviews"));
    expect([before, after]).to.deep.equal([undefined, "arn:key"]);
    expect(cloud.topics.messages(id)).to.have.length(1);
  });

  it("delete a topic: nobody can publish to it any more", async () => {
    // Prepare
    const { id } = await topics.create("topic", { name: "reviews" });

    // Act
    await topics.delete(id, "topic", { name: "reviews" });

    // Assess
    expect(() => cloud.topics.publish(id, "hello"))
      .to.throw()
      .with.property("name", "NotFound");
  });
});
