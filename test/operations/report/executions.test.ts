import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { findExecutions } from "../../../operations/report/executions";
import { withServer } from "../../support/awsServer";

const MACHINE = "arn:aws:states:eu-west-1:000000000000:stateMachine:workflow";
const RANGE = { from: new Date("2026-11-26T10:00:00Z"), to: new Date("2026-11-26T11:00:00Z") };

/** As ListExecutions tells it: seconds since 1970. */
function execution(name: string, startedAt: string, seconds?: number) {
  const startDate = Date.parse(startedAt) / 1000;
  return {
    ...{ executionArn: name, stateMachineArn: MACHINE, name, status: "SUCCEEDED", startDate },
    ...(seconds === undefined ? {} : { stopDate: startDate + seconds }),
  };
}

describe("executions of a time", () => {
  it("are those that began in it and have ended, and of each the way is asked for", async () => {
    // Prepare: the latest come first
    const executions = [
      execution("too late", "2026-11-26T11:00:00Z", 1),
      execution("last", "2026-11-26T10:59:59Z", 2),
      execution("runs", "2026-11-26T10:30:00Z"),
      execution("first", "2026-11-26T10:00:00Z", 3),
      execution("too early", "2026-11-26T09:59:59Z", 4),
    ];
    const answers: Readonly<Record<string, unknown>> = {
      DescribeStateMachine: { definition: "{}" },
      ListExecutions: { executions },
      GetExecutionHistory: { events: [] },
    };
    const answer = ({ target = "" }) => ({
      status: 200,
      body: answers[target.replace(/.*\./, "")],
    });

    // Act
    const [found, asked] = await withServer(answer, async ({ environment, requests }) => {
      const states = new SFNClient({
        endpoint: environment["AWS_ENDPOINT_URL"] ?? "",
        region: "eu-west-1",
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
      });
      const result = await findExecutions(states, MACHINE, RANGE);
      states.destroy();
      const histories = requests.filter(({ target }) => target?.endsWith("GetExecutionHistory"));
      const arnOf = (body: string) => (JSON.parse(body) as { executionArn: string }).executionArn;
      return [result, histories.map(({ body }) => arnOf(body))] as const;
    });

    // Assess
    expect(found.milliseconds).to.deep.equal([2_000, 3_000]);
    expect([...asked].sort()).to.deep.equal(["first", "last"]);
  });
});
