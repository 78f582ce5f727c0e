import { mock } from "node:test";
import { expect } from "chai";
import { ERRORS } from "../../contract/inference";
import { AwsError } from "../../local/cloud/protocol";
import { KEYS, REQUESTS, WorkflowCloud } from "./workflowCloud";

/** What throttles, and what a failure is called in the end that was tried in vain. */
const THROTTLES = {
  "Lambda, of the first step": "Lambda.TooManyRequestsException",
  "Lambda, of the second step": "Lambda.TooManyRequestsException",
  "Lambda, of the third step": "Lambda.TooManyRequestsException",
  "S3, in the first step": "SlowDown",
  "the endpoint": ERRORS.endpointUnavailable,
  "S3, of the state machine": "S3.S3Exception",
} as const;
type Throttle = keyof typeof THROTTLES;

/** Without it nothing can be recorded: such images are found by `npm run replay -- --missing`. */
const FOR_RECORDS = new Set<Throttle>(["S3, of the state machine"]);

describe("what is throttled in the workflow", () => {
  let workflow: WorkflowCloud;
  /** Refusals that are still to come, of each call of each image. */
  let refusals: { readonly by: Throttle; readonly times: number };
  let refused: Map<string, number>;

  const isRefused = (by: Throttle, call: string) => {
    const before = refused.get(call) ?? 0;
    if (refusals.by !== by || before >= refusals.times) {
      return false;
    }
    refused.set(call, before + 1);
    return true;
  };

  beforeEach(async () => {
    refused = new Map();
    // Retries wait for a share of their time that chance decides: here for next to none of it.
    mock.method(Math, "random", () => 0.0001);
    workflow = await WorkflowCloud.start((step, key) => {
      const call = `${step} ${key}`;
      if (isRefused(LAMBDA[step], call)) {
        throw new AwsError("TooManyRequestsException", 429, "Rate Exceeded.");
      }
      for (const [by, name] of FAILURES[step]) {
        if (isRefused(by, call)) {
          return { error: { name, message: "slow down", trace: [] } };
        }
      }
      return undefined;
    });
    const { s3: service } = workflow.cloud;
    const handle = service.handle.bind(service);
    service.handle = (request) => {
      const call = `${request.method} ${request.url.pathname}`;
      return request.callerArn.includes("workflow") && isRefused("S3, of the state machine", call)
        ? Promise.reject(new AwsError("SlowDown", 503, "Please reduce your request rate."))
        : handle(request);
    };
  });
  afterEach(async () => {
    mock.restoreAll();
    await workflow.stop();
  });

  for (const [ways, requests] of Object.entries(REQUESTS)) {
    for (const by of Object.keys(THROTTLES) as Throttle[]) {
      it(`is tried again until all images ${ways} have their verdicts: ${by}`, async () => {
        // Prepare
        refusals = { by, times: 2 };

        // Act
        const executions = await workflow.run(requests);

        // Assess
        expect(refused.size, "refused").to.be.at.least(1);
        for (const { status, error, cause } of executions) {
          expect(status, `${error}: ${cause}`).to.equal("SUCCEEDED");
        }
        expect(await workflow.recorded("accepted/")).to.have.members(KEYS);
        expect(await workflow.recorded("failed/")).to.deep.equal([]);
      });
    }

    for (const by of (Object.keys(THROTTLES) as Throttle[]).filter(
      (each) => !FOR_RECORDS.has(each),
    )) {
      it(`is told in the end of each image ${ways}, by its error: ${by}`, async () => {
        // Prepare
        refusals = { by, times: Infinity };

        // Act
        const executions = await workflow.run(requests);

        // Assess: what has many images ends well, and says of each what became of it.
        const status = ways === "one by one" ? "FAILED" : "SUCCEEDED";
        expect(executions.map((each) => each.status)).to.deep.equal(requests.map(() => status));
        expect(await workflow.recorded("accepted/")).to.deep.equal([]);
        expect(await workflow.recorded("failed/")).to.have.members(KEYS);
        const errors = (await workflow.records("failed/")).map(
          (record) => (record as { readonly error: string }).error,
        );
        expect(new Set(errors)).to.deep.equal(new Set([THROTTLES[by]]));
      });
    }
  }
});

/** Lambda, as it throttles each function. */
const LAMBDA = {
  serialize: "Lambda, of the first step",
  classify: "Lambda, of the second step",
  filter: "Lambda, of the third step",
} as const;

/** What a function throws when what it calls throttles it for longer than its client tries. */
const FAILURES = {
  serialize: [["S3, in the first step", "SlowDown"]],
  classify: [["the endpoint", ERRORS.endpointUnavailable]],
  filter: [],
} as const;
