import { mock } from "node:test";
import {
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  paginateListModels,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { expect } from "chai";
import { rejectionOf } from "../../../pulumi/resources/support";
import { arnOf, RunningSageMaker } from "./support";

const WATCHED = { AutoRollbackConfiguration: { Alarms: [{ AlarmName: "errors" }] } };
const EndpointName = "live";

describe("an endpoint with a fault", () => {
  let running: RunningSageMaker;
  const create = () =>
    running.sagemaker.createEndpoint(EndpointName, arnOf("endpoint/live"), "one", WATCHED);
  const describeEndpoint = () =>
    running.control().send(new DescribeEndpointCommand({ EndpointName }));
  const remove = () => running.control().send(new DeleteEndpointCommand({ EndpointName }));
  const update = (input: Partial<UpdateEndpointCommandInput> = {}) =>
    running
      .control()
      .send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName: "two", ...input }));
  /** How it is when nothing is under way any more. */
  const settled = async () => {
    for (;;) {
      const found = await describeEndpoint();
      if (!["Updating", "RollingBack"].includes(found.EndpointStatus ?? "")) {
        return found;
      }
    }
  };

  beforeEach(async () => {
    running = await RunningSageMaker.start();
    await running.configure("one");
    await running.configure("two");
  });
  afterEach(async () => {
    mock.timers.reset();
    await running.stop();
    expect(running.bugs).to.deep.equal([]);
    expect(running.loaded).to.deep.equal([]);
  });

  it("that fails to be created stays under its name until it is deleted, and serves nothing", async () => {
    // Prepare
    running.sagemaker.arrangeFault("create-fails");

    // Act
    const failure = await rejectionOf(create());
    const found = await describeEndpoint();
    const refusals = [
      await rejectionOf(create()),
      await rejectionOf(update()),
      await rejectionOf(
        running.runtime().send(new InvokeEndpointCommand({ EndpointName, Body: "x" })),
      ),
    ];
    await remove();
    await create();

    // Assess
    expect(failure).to.include({ name: "EndpointStateError", status: "Failed" });
    expect(found).to.include({ EndpointStatus: "Failed", EndpointConfigName: "one" });
    expect(found.FailureReason).to.match(/variant variant-one did not pass the ping health check/);
    expect(refusals.map((error) => (error as Error).message)).to.deep.equal([
      'Cannot create already existing endpoint "live".',
      `Cannot update failed endpoint "${arnOf("endpoint/live")}".`,
      "Endpoint live not found.",
    ]);
    expect(await describeEndpoint()).to.include({ EndpointStatus: "InService" });
  });

  it("whose model does not load has failed, with the reason", async () => {
    // Prepare
    await running.upload("models/one", "no archive");

    // Act
    const failure = await rejectionOf(create());

    // Assess
    expect(failure).to.include({ status: "Failed" });
    const { EndpointStatus, FailureReason } = await describeEndpoint();
    expect([EndpointStatus, FailureReason]).to.deep.equal([
      "Failed",
      (failure as { reason: string }).reason,
    ]);
  });

  it("that hangs in its creation is not to be deleted before it has failed", async () => {
    // Prepare
    running.sagemaker.arrangeFault("create-hangs");
    mock.timers.enable({ apis: ["setTimeout"] });

    // Act
    const failure = await rejectionOf(create());
    mock.timers.tick(59_999);
    const [during, refusal] = [running.sagemaker.describeEndpoint("live"), rejectionOf(remove())];
    const refused = await refusal;
    mock.timers.tick(1);
    mock.timers.reset();
    const after = await describeEndpoint();
    await remove();

    // Assess
    expect(failure).to.include({ name: "EndpointStateError", status: "Creating" });
    expect(during?.status).to.equal("Creating");
    expect(refused).to.have.property("message").that.includes("in-progress endpoint");
    expect(after).to.include({ EndpointStatus: "Failed" });
    expect(running.sagemaker.names.endpoints).to.deep.equal([]);
  });

  it("is rolled back by an alarm that its deployment is watched by", async () => {
    // Prepare
    await create();
    running.sagemaker.arrangeFault("update-rolls-back");

    // Act
    await update({ RetainDeploymentConfig: true });
    const first = await settled();
    await update({ RetainDeploymentConfig: true });
    const second = await settled();

    // Assess
    expect(first).to.deep.include({
      EndpointStatus: "InService",
      EndpointConfigName: "one",
      LastDeploymentConfig: WATCHED,
    });
    expect(second).to.include({ EndpointStatus: "InService", EndpointConfigName: "two" });
  });

  it("is rolled back while an alarm that it is watched by has gone off, and by no other", async () => {
    // Prepare
    await create();
    running.alarmStates.set("errors", "ALARM").set("other", "ALARM");

    // Act
    await update({ RetainDeploymentConfig: true });
    const first = await settled();
    running.alarmStates.delete("errors");
    await update({ RetainDeploymentConfig: true });
    const second = await settled();

    // Assess
    expect(first).to.include({ EndpointStatus: "InService", EndpointConfigName: "one" });
    expect(second).to.include({ EndpointStatus: "InService", EndpointConfigName: "two" });
  });

  it("is not rolled back where no alarm watches", async () => {
    // Prepare
    await create();
    running.sagemaker.arrangeFault("update-rolls-back");

    // Act
    await update();

    // Assess
    expect(await settled()).to.include({ EndpointConfigName: "two" });
    expect((await describeEndpoint()).LastDeploymentConfig).to.equal(undefined);
  });

  it("is found in lists by its state, and models page by page", async () => {
    // Prepare
    running.sagemaker.arrangeFault("create-fails");
    await rejectionOf(create());
    await running.sagemaker.createEndpoint("other", arnOf("endpoint/other"), "two");

    // Act
    const client = running.control();
    const { Endpoints = [] } = await client.send(
      new ListEndpointsCommand({ StatusEquals: "Failed" }),
    );
    const pages: (string | undefined)[][] = [];
    for await (const { Models = [] } of paginateListModels(
      { client, pageSize: 1 },
      { SortBy: "Name", SortOrder: "Ascending" },
    )) {
      pages.push(Models.map(({ ModelName }) => ModelName));
    }
    const unknown = await rejectionOf(client.send(new ListModelsCommand({ NextToken: "another" })));

    // Assess
    expect(Endpoints.map((each) => each.EndpointName)).to.deep.equal(["live"]);
    expect(pages).to.deep.equal([["one"], ["two"]]);
    expect(unknown).to.have.property("message").that.includes("NextToken");
  });
});
