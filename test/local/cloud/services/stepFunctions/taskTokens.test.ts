import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Cloud } from "../../../../../local/cloud";
import { parseDefinition } from "../../../../../local/cloud/services/stepFunctions/definition";
import type { Execution } from "../../../../../local/cloud/services/stepFunctions/service";
import { allow, rejectionOf, startCloud, trust } from "../../../pulumi/resources/support";

const MACHINE = "arn:aws:states:eu-west-1:000000000000:stateMachine:asking";
const ANSWERS = ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"];

describe("a task that waits for its token", () => {
  let cloud: Cloud;
  let s3: S3Client;
  const clients: SFNClient[] = [];
  const clientOf = (session: ReturnType<Cloud["deployerSession"]>) => {
    const client = new SFNClient({ ...session, maxAttempts: 1 });
    clients.push(client);
    return client;
  };

  /** Starts an execution that leaves its token in the bucket `tokens`. */
  function ask(state: Record<string, unknown> = {}): Execution {
    cloud.stepFunctions.putStateMachine({
      arn: MACHINE,
      name: "asking",
      roleArn: cloud.roleArn("asking"),
      definition: JSON.stringify({
        StartAt: "Ask",
        States: {
          Ask: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:s3:putObject.waitForTaskToken",
            Parameters: { Bucket: "tokens", Key: "token", "Body.$": "$$.Task.Token" },
            End: true,
            ...state,
          },
        },
      }),
    });
    return cloud.stepFunctions.startExecution(MACHINE, {});
  }
  async function token(): Promise<string> {
    for (;;) {
      const found = await s3
        .send(new GetObjectCommand({ Bucket: "tokens", Key: "token" }))
        .catch(() => undefined);
      if (found !== undefined) {
        return (await found.Body?.transformToString()) ?? "";
      }
    }
  }

  beforeEach(async () => {
    cloud = await startCloud();
    cloud.s3.createBucket("tokens");
    cloud.authority.putRole(cloud.roleArn("asking"), trust("states.amazonaws.com"));
    cloud.authority.putRolePolicy(
      cloud.roleArn("asking"),
      "put",
      allow("s3:PutObject", "arn:aws:s3:::tokens/*"),
    );
    s3 = new S3Client(cloud.deployerSession());
  });
  afterEach(async () => {
    s3.destroy();
    clients.splice(0).forEach((client) => {
      client.destroy();
    });
    await cloud.stop();
    expect(cloud.bugs).to.deep.equal([]);
  });

  it("ends with what is sent with success, once", async () => {
    // Prepare
    const execution = ask();
    const taskToken = await token();
    const client = clientOf(cloud.deployerSession());

    // Act
    await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"label":"cat"}' }));
    await cloud.stepFunctions.settled(execution);
    const again = await rejectionOf(
      client.send(new SendTaskSuccessCommand({ taskToken, output: '"dog"' })),
    );

    // Assess
    expect(execution).to.deep.include({ status: "SUCCEEDED", output: { label: "cat" } });
    expect(again).to.have.property("name", "TaskTimedOut");
  });

  it("fails with what is sent with failure", async () => {
    // Prepare
    const execution = ask();
    const taskToken = await token();

    // Act
    await clientOf(cloud.deployerSession()).send(
      new SendTaskFailureCommand({ taskToken, error: "Unwilling", cause: "it is late" }),
    );
    await cloud.stepFunctions.settled(execution);

    // Assess
    expect(execution).to.include({ status: "FAILED", error: "Unwilling", cause: "it is late" });
  });

  it("fails when its time is up, and takes no answer any more", async () => {
    // Prepare
    const execution = ask({ TimeoutSeconds: 1 });
    const taskToken = await token();

    // Act
    await cloud.stepFunctions.settled(execution);
    const late = await rejectionOf(
      clientOf(cloud.deployerSession()).send(
        new SendTaskSuccessCommand({ taskToken, output: "{}" }),
      ),
    );

    // Assess
    expect(execution).to.include({ status: "TIMED_OUT", error: "States.Timeout" });
    expect(late).to.have.property("name", "TaskTimedOut");
  });

  it("fails when it is silent, and lives on while it is not", async () => {
    // Prepare
    const execution = ask({ HeartbeatSeconds: 1 });
    const taskToken = await token();
    const client = clientOf(cloud.deployerSession());

    // Act
    const begun = performance.now();
    while (performance.now() - begun < 1500) {
      await client.send(new SendTaskHeartbeatCommand({ taskToken }));
    }
    const statusWhileBeating = execution.status;
    await cloud.stepFunctions.settled(execution);

    // Assess
    expect(statusWhileBeating).to.equal("RUNNING");
    expect(execution).to.include({ status: "FAILED", error: "States.HeartbeatTimeout" });
  });

  it("waits for longer than one timer of Node.js can", async () => {
    // Prepare
    const execution = ask({ TimeoutSeconds: 31_536_000 });
    const taskToken = await token();

    // Act
    await clientOf(cloud.deployerSession()).send(
      new SendTaskSuccessCommand({ taskToken, output: "1" }),
    );
    await cloud.stepFunctions.settled(execution);

    // Assess
    expect(execution).to.include({ status: "SUCCEEDED", output: 1 });
  });

  it("ends with the cloud", async () => {
    // Prepare
    const execution = ask();
    await token();

    // Act
    await cloud.stop();

    // Assess
    expect(execution.status).to.equal("ABORTED");
  });

  it("is answered only by who may answer tasks of its state machine", async () => {
    // Prepare
    const execution = ask();
    const taskToken = await token();
    const role = cloud.roleArn("reviewer");
    cloud.authority.putRole(role, trust("lambda.amazonaws.com"));
    const client = clientOf({
      ...cloud.deployerSession(),
      credentials: cloud.authority.assumeRole(role, "lambda.amazonaws.com"),
    });
    const attempts = () => [
      client.send(new SendTaskHeartbeatCommand({ taskToken })),
      client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" })),
      client.send(new SendTaskFailureCommand({ taskToken })),
    ];

    // Act
    const refused = await Promise.all(attempts().map(rejectionOf));
    cloud.authority.putRolePolicy(role, "other", allow(ANSWERS, `${MACHINE}-of-another`));
    const elsewhere = await Promise.all(attempts().map(rejectionOf));
    const statusBefore = execution.status;
    cloud.authority.putRolePolicy(role, "own", allow(ANSWERS, MACHINE));
    await client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    await cloud.stepFunctions.settled(execution);

    // Assess
    for (const error of [...refused, ...elsewhere]) {
      expect(error).to.have.property("name", "AccessDeniedException");
    }
    expect(statusBefore).to.equal("RUNNING");
    expect(execution.status).to.equal("SUCCEEDED");
  });

  it("is not there for a token that nobody was given", async () => {
    const error = await rejectionOf(
      clientOf(cloud.deployerSession()).send(
        new SendTaskSuccessCommand({ taskToken: "made-up", output: "{}" }),
      ),
    );
    expect(error).to.have.property("name", "InvalidToken");
  });

  it("takes no answer that is no JSON, and waits on", async () => {
    // Prepare
    const execution = ask();
    const taskToken = await token();

    // Act
    const error = await rejectionOf(
      clientOf(cloud.deployerSession()).send(
        new SendTaskSuccessCommand({ taskToken, output: "cat" }),
      ),
    );

    // Assess
    expect(error).to.have.property("name", "InvalidOutput");
    expect(execution.status).to.equal("RUNNING");
  });

  it("is refused where it could not wait, and a heartbeat where nothing waits", () => {
    // Prepare
    const RESOURCE = "arn:aws:states:::aws-sdk:s3:putObject";
    const waiting = { Type: "Task", Resource: `${RESOURCE}.waitForTaskToken`, End: true };
    const inMap = (ProcessorConfig: object) => ({
      Map: {
        Type: "Map",
        End: true,
        ItemProcessor: { ProcessorConfig, StartAt: "Wait", States: { Wait: waiting } },
      },
    });
    const parse = (States: object) => () =>
      parseDefinition(JSON.stringify({ StartAt: Object.keys(States)[0], States }));

    // Act and assess
    expect(parse(inMap({ Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }))).to.throw(
      "Wait waits for a token, which no Express execution can",
    );
    expect(parse(inMap({ Mode: "INLINE" }))).not.to.throw();
    expect(parse({ Put: { ...waiting, Resource: RESOURCE, HeartbeatSeconds: 3 } })).to.throw(
      "Put has HeartbeatSeconds, but waits for no token",
    );
  });
});
