import { expect } from "chai";
import { EndpointMismatchError, verifyEndpoint } from "../../../infra/commands/verifyEndpoint";
import { runCommand } from "./runCommand";

const run = (args: readonly string[], description: object) =>
  runCommand("infra/commands/verifyEndpoint.ts", args, [{ status: 200, body: description }]);

describe("verifyEndpoint", () => {
  it("accepts an endpoint in service with the configuration of the graph", () => {
    const description = { EndpointStatus: "InService", EndpointConfigName: "new" } as const;
    expect(() => {
      verifyEndpoint("e", "new", description);
    }).not.to.throw();
  });

  it("refuses a silent rollback: in service, but with the configuration before", () => {
    const description = { EndpointStatus: "InService", EndpointConfigName: "old" } as const;
    expect(() => {
      verifyEndpoint("e", "new", description);
    }).to.throw(EndpointMismatchError, "Endpoint e serves with old, not with new");
  });

  for (const EndpointStatus of ["Failed", "Updating", "RollingBack", "OutOfService"] as const) {
    it(`refuses an endpoint that is ${EndpointStatus}, with SageMaker's reason`, () => {
      const description = { EndpointStatus, EndpointConfigName: "new", FailureReason: "a reason" };
      expect(() => {
        verifyEndpoint("e", "new", description);
      }).to.throw(EndpointMismatchError, `is ${EndpointStatus}, not InService: a reason`);
    });
  }

  it("asks SageMaker, and prints what it found", async () => {
    const { stdout, code, requests } = await run(["live", "new"], {
      EndpointStatus: "InService",
      EndpointConfigName: "new",
    });
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal({ endpoint: "live", configuration: "new" });
    expect(requests.map(({ target, body }) => [target, body])).to.deep.equal([
      ["SageMaker.DescribeEndpoint", '{"EndpointName":"live"}'],
    ]);
  });

  it("fails, and says why, when the live endpoint is another one", async () => {
    const { stdout, stderr, code } = await run(["live", "new"], {
      EndpointStatus: "InService",
      EndpointConfigName: "old",
    });
    expect([stdout, code]).to.deep.equal(["", 1]);
    expect(stderr).to.contain("rolled the update back");
  });

  it("says how it is used when it is given too little", async () => {
    const { stderr, code } = await run(["live"], {});
    expect([stderr, code]).to.deep.equal([
      "UsageError: usage: verifyEndpoint.ts ENDPOINT CONFIGURATION\n",
      1,
    ]);
  });
});
