import * as path from "node:path";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import {
  runProgram,
  type NewResource,
  type ProgramOptions,
} from "../../../local/pulumi/programRunner";

const TOPIC = "urn:pulumi:dev::shop::test:fixtures:Shop$aws:sns/topic:Topic::shop";

/** Runs the program in `fixtures/program` and notes what it asks for. */
async function run(options: Partial<ProgramOptions> = {}) {
  const made: NewResource[] = [];
  const invoked: string[] = [];
  const result = await runProgram({
    folder: path.join(__dirname, "fixtures", "program"),
    project: "shop",
    stack: "dev",
    config: { "shop:title": "Orders" },
    preview: false,
    create: (resource) => {
      made.push(resource);
      return Promise.resolve({
        id: `${resource.name}-id`,
        outputs: { ...resource.inputs, arn: `arn:${resource.name}` },
      });
    },
    invoke: (token) => {
      invoked.push(token);
      return { region: "eu-west-1" };
    },
    ...options,
  });
  return { ...result, made, invoked };
}

describe("the program without the engine", () => {
  it("makes each resource from inputs that its dependencies have given", async () => {
    // Act
    const { made, invoked, outputs } = await run();

    // Assess
    expect(made).to.deep.equal([
      { type: "aws:sns/topic:Topic", name: "shop", inputs: { displayName: "Orders" } },
      {
        type: "aws:sns/topicSubscription:TopicSubscription",
        name: "mail",
        inputs: { topic: "arn:shop", protocol: "email", endpoint: "orders@eu-west-1.example" },
      },
    ]);
    expect(invoked).to.deep.equal(["aws:index/getRegion:getRegion"]);
    expect(outputs).to.deep.equal({ topicArn: "arn:shop" });
  });

  it("records parents, options and dependencies by property", async () => {
    // Act
    const { resources } = await run();

    // Assess
    const topic = resources.find(({ urn }) => urn === TOPIC);
    const mail = resources.find(({ name }) => name === "mail");
    expect(topic?.options).to.deep.equal({ protect: true, retainOnDelete: false });
    expect(topic?.parent).to.match(/test:fixtures:Shop::shop$/);
    expect(mail?.dependencies).to.include(TOPIC);
    expect(mail?.propertyDependencies["topic"]).to.include(TOPIC);
    expect(mail?.outputs["arn"]).to.equal("arn:mail");
  });

  it("leaves unknown in a preview what only a provider could know", async () => {
    // Act
    const { resources, outputs } = await run({
      preview: true,
      create: ({ inputs }) => Promise.resolve({ outputs: inputs }),
    });

    // Assess
    const mail = resources.find(({ name }) => name === "mail");
    expect(mail?.inputs["topic"]).to.equal(unknownValue);
    expect(outputs).to.deep.equal({});
  });

  it("runs the program afresh each time, with the config of the time", async () => {
    // Act
    await run();
    const { made } = await run({ config: { "shop:title": "Returns" } });

    // Assess
    expect(made[0]?.inputs).to.deep.equal({ displayName: "Returns" });
  });

  it("throws what making a resource threw, and makes nothing that depends on it", async () => {
    // Prepare
    const made: string[] = [];

    // Act
    const failed = await run({
      create: ({ name }) => {
        made.push(name);
        return Promise.reject(new RangeError("no topics left"));
      },
    }).catch((error: unknown) => error);

    // Assess
    expect(failed).to.be.instanceOf(RangeError).with.property("message", "no topics left");
    expect(made).to.deep.equal(["shop"]);
  });

  it("throws what the program itself throws", async () => {
    const failed = await run({ config: {} }).catch((error: unknown) => error);

    expect(failed).to.be.instanceOf(Error).with.property("message").that.includes("shop:title");
  });

  it("throws what a function call threw", async () => {
    const failed = await run({
      invoke: () => {
        throw new Error("nobody planned this call");
      },
    }).catch((error: unknown) => error);

    expect(failed).to.be.instanceOf(Error).with.property("message").that.includes("nobody planned");
  });
});
