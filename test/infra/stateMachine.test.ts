import { expect } from "chai";
import {
  ENDPOINT_DISABLED,
  ERRORS,
  INFERENCE_PREFIXES,
  PREFIX_REFUSED,
} from "../../contract/inference";
import { BATCH_CHOICES } from "../../infra/batches";
import { parseConfig } from "../../infra/config";
import { disabledDefinition, stateMachineDefinition } from "../../infra/stateMachine";
import { validateDefinition } from "../support/asl";

const REFERENCES = {
  partition: "aws",
  serializeFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:serialize",
  classifyFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:classify",
  filterFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:filter",
  bucketName: "inference",
};

interface Matcher {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts?: number;
  readonly JitterStrategy?: string;
  readonly Next?: string;
}

interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly Type: string;
  readonly ItemProcessor?: States;
  readonly ItemBatcher?: object;
  readonly MaxConcurrency?: number;
  readonly ToleratedFailurePercentage?: number;
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

const endpoint = { instanceType: "ml.m5.xlarge", capture: 100 };
const BATCH = { size: 20, concurrency: 10, toleratedFailurePercentage: 5 };

const definition = stateMachineDefinition(REFERENCES, BATCH);
/** As it is deployed. */
const machine = JSON.parse(JSON.stringify(definition)) as States;
const states = Object.entries(machine.States);
/** Of one image; those in the maps are the same under other names. */
const tasks = states.filter(([, { Type }]) => Type === "Task");
const processors = processorsIn(machine);
const allTasks = [machine, ...processors]
  .flatMap(({ States }) => Object.entries(States))
  .filter(([, { Type }]) => Type === "Task");

/** What the items of all maps go through, those of maps in maps too. */
function processorsIn({ States }: States): readonly States[] {
  return Object.values(States).flatMap(({ ItemProcessor }) =>
    ItemProcessor === undefined ? [] : [ItemProcessor, ...processorsIn(ItemProcessor)],
  );
}

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
    const { KeepVerdict } = definition.States;
    const withState = (KeptState: object) =>
      validateDefinition({ ...definition, States: { ...definition.States, KeptState } });
    const lost = { ...definition, StartAt: "Nowhere" };

    // Act and assess
    expect(withState({ Type: "Task", End: true }).join()).to.contain("SCHEMA_VALIDATION_FAILED");
    expect(withState({ ...KeepVerdict, End: undefined, Next: "Nowhere" })).not.to.be.empty;
    expect(validateDefinition(lost).join()).to.contain("Nowhere");
  });

  it("reaches every state from the first one, in each of its maps too", () => {
    for (const { StartAt, States } of [machine, ...processors]) {
      // Prepare
      const reached = new Set([StartAt]);

      // Act
      for (const name of reached) {
        const state = States[name];
        expect(state, name).not.to.equal(undefined);
        targetsOf(state as State).forEach((target) => reached.add(target));
      }

      // Assess
      expect([...reached]).to.have.members(Object.keys(States));
    }
  });

  for (const [name, task] of allTasks) {
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

    it(`${name}: ends in time, and beats, if at all, more often than that`, () => {
      const { HeartbeatSeconds = 0, TimeoutSeconds = 0 } = task;
      expect(HeartbeatSeconds).to.be.below(TimeoutSeconds);
      expect(TimeoutSeconds).to.be.within(1, 120);
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
    const chinese = JSON.stringify(
      stateMachineDefinition({ ...REFERENCES, partition: "aws-cn" }, BATCH),
    );
    expect(chinese).to.contain("arn:aws-cn:states:::lambda:invoke");
    expect(chinese).not.to.contain("arn:aws:states");
  });

  it("tries again when Lambda or S3 has trouble, ever more rarely, five times", () => {
    const { SerializeImage, FilterInference } = definition.States;
    const ofLambda = [
      "Lambda.ClientExecutionTimeoutException",
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
      "Lambda.TooManyRequestsException",
    ];
    const ofS3 = [
      "InternalError",
      "RequestTimeout",
      "ServiceUnavailable",
      "SlowDown",
      "TimeoutError",
    ];
    const retry = {
      IntervalSeconds: 2,
      MaxAttempts: 5,
      BackoffRate: 2,
      MaxDelaySeconds: 60,
      JitterStrategy: "FULL",
    };
    expect(SerializeImage.Retry).to.deep.equal([{ ErrorEquals: [...ofLambda, ...ofS3], ...retry }]);
    expect(FilterInference.Retry).to.deep.equal([{ ErrorEquals: ofLambda, ...retry }]);
  });

  it("writes JSON into its own bucket, and goes on with what it had", () => {
    const { KeepVerdict, RecordFailure, RecordFailureByHash } = definition.States;
    for (const state of [KeepVerdict, RecordFailure, RecordFailureByHash]) {
      expect(state.Resource).to.equal("arn:aws:states:::aws-sdk:s3:putObject");
      expect(state.Parameters).to.deep.include({
        Bucket: "inference",
        ContentType: "application/json",
      });
      expect(state.ResultPath).to.equal(null);
    }
    expect(KeepVerdict.Parameters).to.have.property("Body.$", "$");
  });

  it("keeps the first verdict on a version: of a second record S3's refusal is no failure", () => {
    expect(definition.States.KeepVerdict.Parameters).to.include({ IfNoneMatch: "*" });
    expect(definition.States.ChooseKept).to.deep.equal({
      Type: "Choice",
      Choices: [
        {
          Variable: "$.error.Cause",
          StringMatches: "*Status Code: 412*",
          Next: "ReadVerdict",
        },
      ],
      Default: "RecordFailure",
    });
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
      ["ClaimImage", claim],
      ["ReadClaim", claim],
      // The filter says it, for only code can tell whether it would be too long.
      ["KeepVerdict", "$.record"],
      ["ReadVerdict", "$.record"],
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

  it("takes a list through a map of its own, and a prefix or a manifest through Express children", () => {
    // Act
    const kinds = ["ClassifyList", "ClassifyPrefix", "ClassifyManifest"].map((name) => {
      const { ItemBatcher, MaxConcurrency, ToleratedFailurePercentage } =
        machine.States[name] ?? {};
      const processor = machine.States[name]?.ItemProcessor as States & { ProcessorConfig: object };
      return [processor.ProcessorConfig, ItemBatcher, MaxConcurrency, ToleratedFailurePercentage];
    });

    // Assess
    const express = { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" };
    expect(kinds).to.deep.equal([
      [{ Mode: "INLINE" }, undefined, 40, undefined],
      [express, { MaxItemsPerBatch: 20 }, 10, 5],
      [express, { MaxItemsPerBatch: 20 }, 10, 5],
    ]);
  });

  it("works on all images of a batch at once, so that none waits beyond an Express child's time", () => {
    const inner = processors.filter(({ StartAt }) => StartAt.startsWith("ClassifyBatch"));
    expect(inner.map(({ StartAt, States }) => States[StartAt]?.MaxConcurrency)).to.deep.equal([
      40, 40,
    ]);
    expect(() => parseConfig({ endpoint, workflow: { batch: { size: 41 } } })).to.throw(
      "workflow.batch.size",
    );
  });

  it("takes no prefix but those of images, and says so", () => {
    const { RefusePrefix, ReceiveRequest } = machine.States;
    const choices = ReceiveRequest?.Choices?.filter((each) =>
      JSON.stringify(each).includes("$.prefix"),
    );
    expect(choices?.map(({ Next }) => Next)).to.deep.equal([
      "ClassifyPrefix",
      "ClassifyPrefix",
      "RefusePrefix",
    ]);
    expect(RefusePrefix).to.deep.equal({
      Type: "Fail",
      Error: PREFIX_REFUSED,
      Cause: "Images are under incoming/ and batches/: begin the prefix with one of these.",
    });
  });

  it("waits for nothing in Express children that they cannot wait for", () => {
    const waiting = allTasks.filter(([, { Resource = "" }]) => /\.(sync|waitFor)/.test(Resource));
    expect(waiting).to.deep.equal([]);
  });

  it("takes each image of many through the states of one, and ends it with a result", () => {
    // Act
    const items = processors.filter(({ StartAt }) => StartAt.startsWith("ReceiveItem"));

    // Assess
    expect(items).to.have.length(3);
    for (const { StartAt, States } of items) {
      const suffix = StartAt.slice("ReceiveItem".length);
      for (const name of ["SerializeImage", "ClassifyImage", "FilterInference", "KeepVerdict"]) {
        const { Resource, Parameters } = machine.States[name] ?? {};
        expect(States[name + suffix]).to.deep.include({ Resource, Parameters });
      }
      expect(Object.values(States).map(({ Type }) => Type)).not.to.include("Fail");
    }
  });

  it("fails a batch when more than half of its images have failed", () => {
    const [batch] = processors.filter(({ StartAt }) => StartAt === "ClassifyBatchOfPrefix");
    expect(batch?.States["FindFailuresOfPrefix"]?.Parameters).to.deep.equal({
      "results.$": "$",
      "failed.$": "$[?(@.verdict == 'failed')]",
    });
    expect(batch?.States["ChooseBatchOfPrefix"]?.Choices).to.deep.equal([
      { Variable: "$.failed[10]", IsPresent: true, Next: "FailBatchOfPrefix" },
    ]);
  });
});

describe("the state machine while the endpoint is switched off", () => {
  const disabled = disabledDefinition(REFERENCES);

  it("is valid Amazon States Language", () => {
    expect(validateDefinition(disabled)).to.deep.equal([]);
  });

  it("calls nothing, keeps the input for later and fails with the reason", () => {
    const { EndpointDisabled } = disabled.States;
    expect(disabled.StartAt).to.equal("ReceiveRequest");
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

  it("refuses requests for many images at once, with the reason", () => {
    const { ReceiveRequest, RefuseBatch } = disabled.States;
    const refused = BATCH_CHOICES.length;
    expect(ReceiveRequest.Choices.filter(({ Next }) => Next === "RefuseBatch")).to.have.length(
      refused,
    );
    expect(RefuseBatch.Error).to.equal(ENDPOINT_DISABLED);
    expect(RefuseBatch.Cause).to.contain("endpoint.enabled");
  });
});
