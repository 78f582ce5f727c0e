import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  ListEndpointConfigsCommand,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { rejectionOf } from "../../../pulumi/resources/support";
import { arnOf, KEY, RunningSageMaker } from "./support";

describe("an endpoint", () => {
  let running: RunningSageMaker;
  const create = () => running.sagemaker.createEndpoint("Live", arnOf("endpoint/live"), "one");
  const describeEndpoint = () =>
    running.control().send(new DescribeEndpointCommand({ EndpointName: "Live" }));
  const invoke = async (text = "x", ContentType = "text/plain", session = running.deployer) => {
    const answer = await running
      .runtime(session)
      .send(new InvokeEndpointCommand({ EndpointName: "Live", ContentType, Body: text }));
    return { answer: answer.Body.transformToString(), variant: answer.InvokedProductionVariant };
  };
  const captured = async (name: string) => {
    await running.sagemaker.flushCapture();
    const list = { Bucket: "data", Prefix: `capture-${name}/Live/variant-${name}/` };
    return (await running.storage.send(new ListObjectsV2Command(list))).KeyCount;
  };

  beforeEach(async () => {
    running = await RunningSageMaker.start();
    await running.configure("one");
    await running.configure("two");
  });
  afterEach(async () => {
    await running.stop();
    expect(running.bugs).to.deep.equal([]);
    expect(running.loaded).to.deep.equal([]);
  });

  it("answers with its model and tells which variant did, whatever the case of its name", async () => {
    // Prepare
    await create();

    // Act
    const answer = await invoke();
    const description = await describeEndpoint();

    // Assess
    expect(answer).to.deep.equal({ answer: '"one"', variant: "variant-one" });
    expect(description).to.deep.include({
      EndpointName: "Live",
      EndpointArn: arnOf("endpoint/live"),
      EndpointConfigName: "one",
      EndpointStatus: "InService",
    });
    expect(running.sagemaker.describeEndpoint("LIVE")?.invocations).to.equal(1);
  });

  it("has configurations that can be listed, newest first, and described", async () => {
    // Act
    const { EndpointConfigs = [] } = await running.control().send(new ListEndpointConfigsCommand());
    const description = await running
      .control()
      .send(new DescribeEndpointConfigCommand({ EndpointConfigName: "one" }));

    // Assess
    expect(EndpointConfigs.map(({ EndpointConfigName }) => EndpointConfigName)).to.deep.equal([
      "two",
      "one",
    ]);
    expect(description).to.deep.include({
      EndpointConfigArn: arnOf("endpoint-config/one"),
      KmsKeyId: KEY,
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: "s3://data/capture-one",
        CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
      },
    });
  });

  it("that is not there cannot be invoked, described or updated", async () => {
    // Act
    const errors = [
      await rejectionOf(invoke()),
      await rejectionOf(describeEndpoint()),
      await rejectionOf((async () => running.sagemaker.updateEndpoint("Live", "one"))()),
    ];

    // Assess
    expect(errors[0]).to.include({ name: "ValidationError", message: "Endpoint Live not found." });
    expect(errors[1]).to.have.property("name", "ValidationException");
    expect(errors[2]).to.have.property("name", "ValidationException");
  });

  for (const [text, contentType, status] of [
    ["x", "image/gif", 415],
    ["", "text/plain", 400],
  ] as const) {
    it(`passes on the container's ${status} as a ModelError, and does not capture it`, async () => {
      // Prepare
      await create();

      // Act
      const error = await rejectionOf(invoke(text, contentType));

      // Assess
      expect(error).to.include({ name: "ModelError", OriginalStatusCode: status });
      expect(error).to.have.nested.property("$metadata.httpStatusCode", 424);
      expect(running.sagemaker.describeEndpoint("Live")?.invocations).to.equal(0);
      expect(await captured("one")).to.equal(0);
    });
  }

  it("measures each invocation, for itself and for the fleet that answered", async () => {
    // Prepare
    await create();

    // Act
    await invoke();
    await rejectionOf(invoke("x", "image/png"));

    // Assess
    const named = (name: string, fleet: string | undefined) =>
      running.measured
        .filter((datum) => datum.namespace === "AWS/SageMaker" && datum.name === name)
        .filter(({ dimensions }) => dimensions["EndpointConfigName"] === fleet)
        .map(({ value }) => value);
    for (const fleet of [undefined, "one"]) {
      expect(named("Invocations", fleet), "all").to.deep.equal([1, 1]);
      expect(named("Invocation4XXErrors", fleet), "4xx").to.deep.equal([0, 1]);
      expect(named("Invocation5XXErrors", fleet), "5xx").to.deep.equal([0, 0]);
      expect(named("InvocationModelErrors", fleet), "model").to.deep.equal([0, 1]);
      expect(Math.min(...named("ModelLatency", fleet)), "latency").to.be.greaterThan(0);
    }
  });

  it("is not invoked for whom no policy allows it", async () => {
    // Prepare
    await create();

    // Act
    const error = await rejectionOf(invoke("x", "text/plain", running.nobody));

    // Assess
    expect(error).to.have.property("name", "AccessDeniedException");
    expect(error).to.have.property("message").that.includes("sagemaker:InvokeEndpoint");
  });

  it("moves to another configuration, and ends with the old model what it had begun", async () => {
    // Prepare
    await create();
    const holding = running.holding();
    const underWay = invoke("hold");
    await holding;

    // Act
    const updating = running.sagemaker.updateEndpoint("Live", "two");
    // The new model serves as soon as it is there; the old one still has something to do.
    while (running.sagemaker.describeEndpoint("Live")?.configuration.name !== "two") {
      await new Promise(setImmediate);
    }
    const during = { ...(await describeEndpoint()), ...(await invoke()) };
    const loaded = [...running.loaded];
    running.release();
    await updating;
    const after = await describeEndpoint();

    // Assess
    expect(await underWay).to.deep.equal({ answer: '"one"', variant: "variant-one" });
    expect(loaded).to.deep.equal(["one", "two"]);
    expect(during).to.include({ EndpointStatus: "Updating", answer: '"two"' });
    expect(after).to.include({ EndpointStatus: "InService", EndpointConfigName: "two" });
    expect(running.loaded).to.deep.equal(["two"]);
  });

  it("captures by each configuration what went through it, and goes on counting", async () => {
    // Prepare
    await create();
    await invoke();

    // Act
    await running.sagemaker.updateEndpoint("Live", "two");
    await invoke();

    // Assess
    expect(running.sagemaker.describeEndpoint("Live")).to.deep.include({
      invocations: 2,
      captureLosses: [],
    });
    expect([await captured("one"), await captured("two")]).to.deep.equal([1, 1]);
  });

  it("keeps telling of records that an earlier configuration lost", async () => {
    // Prepare
    await create();
    await invoke();
    running.s3.deleteBucket("data", true);
    await running.sagemaker.flushCapture();
    running.s3.createBucket("data");
    running.sagemaker.deleteModel("two");
    running.sagemaker.deleteEndpointConfiguration("two");
    await running.configure("two");

    // Act
    await running.sagemaker.updateEndpoint("Live", "two");

    // Assess
    const losses = running.sagemaker.describeEndpoint("Live")?.captureLosses ?? [];
    expect(losses.map(({ name }) => name)).to.deep.equal(["NoSuchBucket"]);
  });

  it("goes on with the old model when the new one cannot be had", async () => {
    // Prepare
    await create();
    running.sagemaker.deleteModel("two");

    // Act
    const errors = [
      await rejectionOf(running.sagemaker.updateEndpoint("Live", "two")),
      await rejectionOf(running.sagemaker.updateEndpoint("Live", "three")),
    ];

    // Assess
    expect(errors[0]).to.have.property("message", 'Could not find model "two".');
    expect(errors[1])
      .to.have.property("message")
      .that.includes('Could not find endpoint configuration "three"');
    expect(await describeEndpoint()).to.include({
      EndpointStatus: "InService",
      EndpointConfigName: "one",
    });
    expect((await invoke()).answer).to.equal('"one"');
  });

  it("refuses a second update while the first is under way", async () => {
    // Prepare
    await create();

    // Act
    const first = running.sagemaker.updateEndpoint("Live", "two");
    const error = await rejectionOf(running.sagemaker.updateEndpoint("Live", "two"));
    await first;

    // Assess
    expect(error).to.have.property("name", "ValidationException");
    expect(error)
      .to.have.property("message")
      .that.equals(`Cannot update in-progress endpoint "${arnOf("endpoint/live")}".`);
  });

  it("frees its model when it is deleted, even in the middle of an update", async () => {
    // Prepare
    await create();
    const updating = running.sagemaker.updateEndpoint("Live", "two");

    // Act
    await running.sagemaker.deleteEndpoint("Live");
    await running.sagemaker.deleteEndpoint("Live");
    await updating;

    // Assess
    expect(running.loaded).to.deep.equal([]);
    expect(running.sagemaker.names.endpoints).to.deep.equal([]);
    expect(await rejectionOf(invoke())).to.have.property("name", "ValidationError");
  });

  it("outlives its configuration and its model", async () => {
    // Prepare
    await create();

    // Act
    running.sagemaker.deleteEndpointConfiguration("one");
    running.sagemaker.deleteModel("one");
    running.sagemaker.deleteModel("one");

    // Assess
    expect((await invoke()).answer).to.equal('"one"');
    expect(running.sagemaker.names).to.deep.include({
      models: ["two"],
      endpointConfigurations: ["two"],
    });
  });

  it("is refused a key for disks of its own, which encrypt themselves", () => {
    const define = (instanceType: string, volumeKey?: string) =>
      running.sagemaker.createEndpointConfiguration({
        ...{ name: `${instanceType}-${volumeKey}`, arn: arnOf("endpoint-config/any"), created: 0 },
        ...{ variantName: "AllTraffic", modelName: "one", instanceCount: 1, capture: undefined },
        ...{ instanceType, volumeKey },
      });
    expect(() => {
      define("ml.g4dn.xlarge", KEY);
    }).to.throw("KmsKeyId must not be given: the local storage of ml.g4dn.xlarge encrypts itself");
    define("ml.g4dn.xlarge");
    define("ml.m5.xlarge", KEY);
  });

  it("is refused under a name that is taken, as are models and configurations", async () => {
    // Prepare
    await create();

    // Act
    const errors = [await rejectionOf(create()), await rejectionOf(running.configure("one"))];

    // Assess
    for (const error of errors) {
      expect(error).to.have.property("name", "ValidationException");
      expect(error).to.have.property("message").that.includes("already existing");
    }
  });
});
