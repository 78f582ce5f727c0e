import { expect } from "chai";
import { ENDPOINT_DISABLED, ERRORS, INFERENCE_PREFIXES } from "../../contract/inference";
import { disabledDefinition, stateMachineDefinition } from "../../infra/stateMachine";
import { validateDefinition } from "../support/asl";

const REFERENCES = {
  partition: "aws",
  serializeFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:serialize",
  classifyFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:classify",
  filterFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:filter",
  bucketName: "inference",
  reviewTopicArn: "arn:aws:sns:eu-west-1:123456789012:review",
};

interface Matcher {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts?: number;
  readonly JitterStrategy?: string;
  readonly Next?: string;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly Retry?: readonly Matcher[];
  readonly Catch?: readonly Matcher[];
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
}

const definition = stateMachineDefinition(REFERENCES);
const states = Object.entries(definition.States as Readonly<Record<string, State>>);
const tasks = states.filter(([, { Type }]) => Type === "Task");

function targetsOf({ Next, Default, Choices = [], Catch = [] }: State): readonly string[] {
  return [
    Next,
    Default,
    ...Choices.map((each) => each.Next),
    ...Catch.map((each) => each.Next),
  ].filter((target) => target !== undefined);
}

describe("the state machine", () => {
  it("is valid Amazon States Language", () => {
    expect(validateDefinition(definition)).to.deep.equal([]);
  });

  it("would be found invalid if a task named nothing to call, or a transition led nowhere", () => {
    // Prepare
    const { KeepAccepted } = definition.States;
    const withState = (KeptState: object) =>
      validateDefinition({ ...definition, States: { ...definition.States, KeptState } });
    const lost = { ...definition, StartAt: "Nowhere" };

    // Act and assess
    expect(withState({ Type: "Task", End: true }).join()).to.contain("SCHEMA_VALIDATION_FAILED");
    expect(withState({ ...KeepAccepted, End: undefined, Next: "Nowhere" })).not.to.be.empty;
    expect(validateDefinition(lost).join()).to.contain("Nowhere");
  });

  it("reaches every state from the first one", () => {
    // Prepare
    const reached = new Set([definition.StartAt]);

    // Act
    for (const name of reached) {
      const [, state] = states.find(([each]) => each === name) ?? [];
      expect(state, name).not.to.equal(undefined);
      targetsOf(state as State).forEach((target) => reached.add(target));
    }

    // Assess
    expect([...reached]).to.have.members(states.map(([name]) => name));
  });

  for (const [name, task] of tasks) {
    it(`${name}: retries in bounds and with jitter, and catches everything`, () => {
      for (const { MaxAttempts, JitterStrategy } of task.Retry ?? []) {
        expect(MaxAttempts).to.be.within(1, 10);
        expect(JitterStrategy).to.equal("FULL");
      }
      expect(task.Retry).to.have.length.above(0);
      expect(task.Catch?.at(-1)?.ErrorEquals).to.deep.equal(["States.ALL"]);
    });

    it(`${name}: matches all errors alone and last, as States.ALL must be`, () => {
      for (const matchers of [task.Retry ?? [], task.Catch ?? []]) {
        matchers.forEach(({ ErrorEquals }, index) => {
          if (ErrorEquals.includes("States.ALL")) {
            expect(ErrorEquals).to.have.length(1);
            expect(index).to.equal(matchers.length - 1);
          }
        });
      }
    });

    it(`${name}: beats, if at all, more often than it may take`, () => {
      const { HeartbeatSeconds = 0, TimeoutSeconds = 99_999_999 } = task;
      expect(HeartbeatSeconds).to.be.below(TimeoutSeconds);
      expect(TimeoutSeconds).to.be.at.least(1);
    });
  }

  it("says which function each invocation calls, and waits longer than the function may take", () => {
    // Act
    const invocations = tasks.filter(([, { Resource }]) => Resource?.endsWith(":lambda:invoke"));

    // Assess
    expect(
      invocations.map(([name, { Parameters }]) => [name, Parameters?.["FunctionName"]]),
    ).to.deep.equal([
      ["SerializeImage", REFERENCES.serializeFunctionArn],
      ["ClassifyImage", REFERENCES.classifyFunctionArn],
      ["FilterInference", REFERENCES.filterFunctionArn],
    ]);
    for (const [, { TimeoutSeconds = 0 }] of invocations) {
      expect(TimeoutSeconds).to.be.above(90);
    }
  });

  it("calls services of the account's own partition", () => {
    const chinese = JSON.stringify(stateMachineDefinition({ ...REFERENCES, partition: "aws-cn" }));
    expect(chinese).to.contain("arn:aws-cn:states:::lambda:invoke");
    expect(chinese).not.to.contain("arn:aws:states");
  });

  it("tries again when the Lambda service has trouble, ever more rarely, five times", () => {
    const { SerializeImage, FilterInference } = definition.States;
    const retry = {
      ErrorEquals: [
        "Lambda.ClientExecutionTimeoutException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException",
      ],
      IntervalSeconds: 2,
      MaxAttempts: 5,
      BackoffRate: 2,
      MaxDelaySeconds: 60,
      JitterStrategy: "FULL",
    };
    expect(SerializeImage.Retry).to.deep.equal([retry]);
    expect(FilterInference.Retry).to.deep.equal([retry]);
  });

  it("writes JSON into its own bucket, and goes on with what it had", () => {
    const { KeepAccepted, KeepForReview, RecordFailure, RecordFailureByHash } = definition.States;
    for (const state of [KeepAccepted, KeepForReview, RecordFailure, RecordFailureByHash]) {
      expect(state.Resource).to.equal("arn:aws:states:::aws-sdk:s3:putObject");
      expect(state.Parameters).to.deep.include({
        Bucket: "inference",
        ContentType: "application/json",
      });
      expect(state.ResultPath).to.equal(null);
    }
    expect(KeepAccepted.Parameters).to.have.property("Body.$", "$");
    expect(KeepForReview.Parameters).to.have.property("Body.$", "$");
  });

  it("tells reviewers the whole verdict", () => {
    const { NotifyReviewers } = definition.States;
    expect(NotifyReviewers).to.deep.include({
      Resource: "arn:aws:states:::sns:publish",
      Parameters: {
        TopicArn: REFERENCES.reviewTopicArn,
        Subject: "An image needs review",
        "Message.$": "States.JsonToString($)",
      },
      End: true,
    });
  });

  it("accepts what the filter accepted, and has everything else reviewed", () => {
    expect(definition.States.ChooseVerdict).to.deep.equal({
      Type: "Choice",
      Choices: [{ Variable: "$.verdict", StringEquals: "accepted", Next: "KeepAccepted" }],
      Default: "KeepForReview",
    });
    expect(definition.TimeoutSeconds).to.equal(900);
  });

  it("tries again only what may pass: of our own errors, an unavailable endpoint", () => {
    // Prepare
    const ours = new Set<string>(Object.values(ERRORS));

    // Act
    const retried = tasks.flatMap(([name, { Retry = [] }]) =>
      Retry.flatMap(({ ErrorEquals }) => ErrorEquals)
        .filter((error) => ours.has(error))
        .map((error) => `${name}: ${error}`),
    );

    // Assess
    expect(retried).to.deep.equal([`ClassifyImage: ${ERRORS.endpointUnavailable}`]);
  });

  it("keeps accepted, doubtful and failed images apart, by key and version of the image", () => {
    // Act
    const keys = tasks.flatMap(([name, { Parameters }]) =>
      Parameters?.["Key.$"] === undefined ? [] : [[name, Parameters["Key.$"]]],
    );

    // Assess
    const { claims, failed } = INFERENCE_PREFIXES;
    const hash = (paths: string) => `States.Hash(States.Format('{}/{}', ${paths}), 'SHA-256')`;
    const claim = `States.Format('${claims}{}.json', ${hash("$.image.versionId, $.image.key")})`;
    expect(keys).to.deep.equal([
      ["ClaimUpload", claim],
      ["ReadClaim", claim],
      // The filter says it, for only code can tell whether it would be too long.
      ["KeepAccepted", "$.record"],
      ["KeepForReview", "$.record"],
      ["RecordFailure", `States.Format('${failed}{}/{}.json', $.image.key, $.image.versionId)`],
      [
        "RecordFailureByHash",
        `States.Format('${failed}{}.json', ${hash("$.image.key, $.image.versionId")})`,
      ],
    ]);
  });

  it("ends every failure as failed, with the record that it can be replayed from", () => {
    const { RecordFailure, Failed } = definition.States;
    expect(RecordFailure.Parameters).to.have.property("Body").that.deep.equals({
      "image.$": "$.image",
      "execution.$": "$$.Execution.Id",
      "error.$": "$.error.Error",
      "cause.$": "$.error.Cause",
    });
    expect(RecordFailure.Next).to.equal("Failed");
    expect(Failed).to.deep.equal({
      Type: "Fail",
      ErrorPath: "$.error.Error",
      CausePath: "$.error.Cause",
    });
  });
});

describe("the state machine while the endpoint is switched off", () => {
  const disabled = disabledDefinition(REFERENCES);

  it("is valid Amazon States Language", () => {
    expect(validateDefinition(disabled)).to.deep.equal([]);
  });

  it("calls nothing, keeps the input for later and fails with the reason", () => {
    const { EndpointDisabled } = disabled.States;
    expect(disabled.StartAt).to.equal("ReceiveImage");
    expect(EndpointDisabled).to.deep.include({ Type: "Pass", Next: "RecordFailure" });
    expect(EndpointDisabled.ResultPath).to.equal("$.error");
    expect(EndpointDisabled.Result.Error).to.equal(ENDPOINT_DISABLED);
    expect(EndpointDisabled.Result.Cause).to.contain("endpoint.enabled");
    const called = Object.values(disabled.States as Readonly<Record<string, State>>)
      .flatMap(({ Resource }) => Resource ?? [])
      .filter((resource) => !resource.includes(":s3:"));
    expect(called).to.deep.equal([]);
    expect(disabled.States.RecordFailure).to.deep.equal(definition.States.RecordFailure);
    expect(disabled.States.Failed).to.deep.equal(definition.States.Failed);
  });
});
