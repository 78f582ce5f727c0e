import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { expect } from "chai";
import type { Cloud } from "../../../../../local/cloud";
import { allow, rejectionOf, startCloud, trust } from "../../../pulumi/resources/support";

const MACHINE = "arn:aws:states:eu-west-1:000000000000:stateMachine:waiting";
const EXECUTION = MACHINE.replace(":stateMachine:", ":execution:");

describe("executions over HTTP", () => {
  let cloud: Cloud;
  let client: SFNClient;

  beforeEach(async () => {
    cloud = await startCloud();
    const roleArn = cloud.roleArn("waiting");
    cloud.authority.putRole(roleArn, trust("states.amazonaws.com"));
    cloud.authority.putRolePolicy(roleArn, "children", allow("states:StartExecution", MACHINE));
    client = new SFNClient({ ...cloud.deployerSession(), maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await cloud.stop();
    expect(cloud.bugs).to.deep.equal([]);
  });

  function machine(state: object): void {
    cloud.stepFunctions.putStateMachine({
      arn: MACHINE,
      name: "waiting",
      roleArn: cloud.roleArn("waiting"),
      definition: JSON.stringify({ StartAt: "State", States: { State: state } }),
    });
  }
  const start = (name: string, input: string) =>
    client.send(new StartExecutionCommand({ stateMachineArn: MACHINE, name, input }));
  const describeIt = (name: string) =>
    client.send(new DescribeExecutionCommand({ executionArn: `${EXECUTION}:${name}` }));
  async function ended(name: string): Promise<void> {
    await cloud.stepFunctions.settled(cloud.stepFunctions.execution(`${EXECUTION}:${name}`));
  }

  it("are listed, the latest first and page by page, each with the states it entered", async () => {
    // Prepare
    machine({ Type: "Fail", Error: "Broken" });
    for (const name of ["a", "b", "c"]) {
      await start(name, "{}");
      await ended(name);
    }
    const list = (nextToken?: string) =>
      client.send(
        new ListExecutionsCommand({ stateMachineArn: MACHINE, maxResults: 2, nextToken }),
      );

    // Act
    const first = await list();
    const second = await list(first.nextToken);
    const described = await client.send(
      new DescribeStateMachineCommand({ stateMachineArn: MACHINE }),
    );
    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({
        ...{ executionArn: `${EXECUTION}:a`, includeExecutionData: false },
      }),
    );

    // Assess
    const names = [first, second].map(({ executions = [] }) => executions.map(({ name }) => name));
    expect(names).to.deep.equal([["c", "b"], ["a"]]);
    expect(second.nextToken).to.equal(undefined);
    const [last] = first.executions ?? [];
    expect(last).to.include({ executionArn: `${EXECUTION}:c`, status: "FAILED" });
    expect(last?.stopDate).to.be.at.least(last?.startDate as Date);
    expect(described.definition).to.contain('"Broken"');
    expect(
      events.map(({ type, stateEnteredEventDetails: its }) => [type, its?.name]),
    ).to.deep.equal([["FailStateEntered", "State"]]);
  });

  it("are one while they run under the same name with the same input, and another never", async () => {
    // Prepare
    machine({ Type: "Wait", Seconds: 1, End: true });
    const first = await start("a", '{"x": 1}');

    // Act
    const same = await start("a", '{"x":1}');
    const other = await rejectionOf(start("a", '{"x": 2}'));
    await ended("a");
    const late = await rejectionOf(start("a", '{"x": 1}'));

    // Assess
    expect(same.executionArn).to.equal(first.executionArn).and.to.equal(`${EXECUTION}:a`);
    expect([other, late].map((error) => (error as Error).name)).to.deep.equal([
      "ExecutionAlreadyExists",
      "ExecutionAlreadyExists",
    ]);
    expect(cloud.stepFunctions.executions(MACHINE)).to.have.length(1);
  });

  it("tell how they ended, with output or with error", async () => {
    // Prepare
    machine({ Type: "Pass", Result: { done: true }, End: true });
    await start("well", "{}");
    await ended("well");
    machine({ Type: "Fail", Error: "Wrong", Cause: "Because" });
    await start("badly", "{}");
    await ended("badly");

    // Act
    const [well, badly] = await Promise.all([describeIt("well"), describeIt("badly")]);

    // Assess
    expect(well).to.include({ status: "SUCCEEDED", output: '{"done":true}', name: "well" });
    expect(well.stateMachineArn).to.equal(MACHINE);
    expect(well.stopDate).to.be.instanceOf(Date);
    expect(badly).to.include({ status: "FAILED", error: "Wrong", cause: "Because" });
    expect(badly.output).to.equal(undefined);
  });

  it("tell how far their distributed maps have come", async () => {
    // Prepare
    machine({
      Type: "Map",
      ItemsPath: "$",
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
        StartAt: "Item",
        States: { Item: { Type: "Pass", End: true } },
      },
      End: true,
    });
    const { executionArn } = await start("map", "[1,2,3]");
    await ended("map");

    // Act
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const run = await client.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0]?.mapRunArn }));

    // Assess
    expect(mapRuns).to.have.length(1);
    expect(run.executionArn).to.equal(executionArn);
    expect(run.itemCounts).to.include({
      total: 3,
      succeeded: 3,
      failed: 0,
      running: 0,
      pending: 0,
    });
  });

  it("have no name with a space, a control character, or what addresses are made of", async () => {
    // Prepare
    machine({ Type: "Pass", End: true });
    const between = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
    const forbidden = [
      ...between(0x00, 0x20),
      ...between(0x7f, 0x9f),
      ...'<>{}[]?*"#%\\^|~`$&,;:/',
    ];

    // Act
    const refused = await Promise.all(
      forbidden.map((character) => rejectionOf(start(`a${character}b`, "{}"))),
    );
    const taken = await start("a-b_c.d+e=f@g!h(i)é字", "{}");

    // Assess
    expect(refused.map((error) => (error as Error).name)).to.deep.equal(
      forbidden.map(() => "InvalidName"),
    );
    expect(taken.executionArn).to.equal(`${EXECUTION}:a-b_c.d+e=f@g!h(i)é字`);
  });

  it("are refused by the names that AWS has for it", async () => {
    // Prepare
    machine({ Type: "Pass", End: true });

    // Act
    const refused = await Promise.all([
      rejectionOf(start("a b", "{}")),
      rejectionOf(start("a", "no json")),
      rejectionOf(describeIt("gone")),
      rejectionOf(client.send(new DescribeMapRunCommand({ mapRunArn: "arn:gone" }))),
    ]);

    // Assess
    expect(refused.map((error) => (error as Error).name)).to.deep.equal([
      "InvalidName",
      "InvalidExecutionInput",
      "ExecutionDoesNotExist",
      "ResourceNotFound",
    ]);
  });
});
