import { expect } from "chai";
import type { RecordedResource } from "../../local/pulumi/graph";
import { deployProgram, SUMMARY, type DeployOptions } from "../support/mocks";

/**
 * What a change of one setting makes of the graph. The engine names what has no fixed name, so a
 * replacement shows here as a new name: the mocks derive one from the inputs. Which inputs force a
 * replacement, and which an update, is from the provider's documentation of each resource.
 */

const CONFIG = { endpoint: { instanceType: "ml.m5.xlarge", capture: 100 } };

/** Types whose every change is a replacement under a new name (SageMaker: immutable things). */
const REPLACED = new Set([
  "aws:sagemaker/trainingJob:TrainingJob",
  "aws:sagemaker/model:Model",
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
]);

/** A model's artefact is where the job's name says. */
function artefact(jobName: string): string {
  return JSON.stringify({
    trainingJobName: jobName,
    modelDataUrl: `s3://dataset/models/${jobName}/output/model.tar.gz`,
    metrics: {},
    billableSeconds: 1,
  });
}

/** Outputs that follow from inputs, as those of AWS do. */
const following: NonNullable<DeployOptions["outputs"]> = ({ type, name, inputs }) => {
  if (REPLACED.has(type)) {
    const fixed = inputs["trainingJobName"];
    const physical = typeof fixed === "string" ? fixed : `${name}-${fingerprint(inputs)}`;
    return { name: physical, arn: `arn:aws:sagemaker:eu-west-1:123456789012:${physical}` };
  }
  if (type !== "command:local:Command") {
    return undefined;
  }
  const { interpreter, create } = inputs as { interpreter: readonly string[]; create: string };
  switch (interpreter[3] ?? "") {
    case "infra/commands/awaitTraining.ts":
      return { stdout: artefact(create) };
    case "etl/cli.ts": {
      const classes = interpreter[interpreter.indexOf("--classes") + 1] ?? "";
      const digest = fingerprint(classes).padEnd(64, "0");
      return { stdout: JSON.stringify({ ...SUMMARY, classes: classes.split(","), digest }) };
    }
    default:
      return undefined;
  }
};

function fingerprint(value: unknown): string {
  let hash = 0;
  for (const character of JSON.stringify(value)) {
    hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  }
  return (hash >>> 0).toString(16);
}

async function graph(
  config: Readonly<Record<string, unknown>>,
  options: Omit<DeployOptions, "config" | "outputs"> = {},
): Promise<ReadonlyMap<string, RecordedResource>> {
  const { resources } = await deployProgram(
    { ...CONFIG, ...config },
    { ...options, outputs: following },
  );
  return new Map(resources.map((resource) => [resource.urn, resource]));
}

/** What differs: resources that are new, gone, or have other inputs, and which inputs. */
function difference(
  before: ReadonlyMap<string, RecordedResource>,
  after: ReadonlyMap<string, RecordedResource>,
): Record<string, readonly string[]> {
  const changes: Record<string, readonly string[]> = {};
  for (const urn of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(urn), after.get(urn)];
    if (one === undefined || other === undefined) {
      changes[label(one ?? other)] = [one === undefined ? "new" : "gone"];
      continue;
    }
    const keys = [...new Set([...Object.keys(one.inputs), ...Object.keys(other.inputs)])];
    const changed = keys.filter(
      (key) => JSON.stringify(one.inputs[key]) !== JSON.stringify(other.inputs[key]),
    );
    if (changed.length > 0) {
      changes[label(one)] = changed.sort();
    }
  }
  return changes;
}

type Config = Readonly<Record<string, unknown>>;

/** Inputs whose change replaces a resource of an otherwise changeable type. */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  "command:local:Command": ["triggers"],
  "aws:sns/topicSubscription:TopicSubscription": ["endpoint", "protocol", "topic"],
};

/** What the engine would delete on the way from one graph to another, replacements included. */
function deleted(
  before: ReadonlyMap<string, RecordedResource>,
  after: ReadonlyMap<string, RecordedResource>,
): readonly RecordedResource[] {
  return [...before.values()].filter((one) => {
    const other = after.get(one.urn);
    const differs = (key: string) =>
      JSON.stringify(one.inputs[key]) !== JSON.stringify(other?.inputs[key]);
    const replacing = REPLACED.has(one.type)
      ? [...Object.keys(one.inputs), ...Object.keys(other?.inputs ?? {})]
      : (REPLACING[one.type] ?? []);
    return other === undefined || replacing.some(differs);
  });
}

function label(resource: RecordedResource | undefined): string {
  return `${resource?.type.split(":").at(-1) ?? ""} ${resource?.name ?? ""}`;
}

/** What the checks before an update are about has changed. */
const CHECKED_AGAIN = { "Command preflight": ["create", "triggers"] };

/** They are made again, about the same: a training, or another fleet, will cost. */
const CHECKED_ONCE_MORE = { "Command preflight": ["triggers"] };

/** What follows when the endpoint is to serve with another configuration: it alone is updated. */
const NEW_CONFIGURATION = {
  // The alarms that decide about the update watch the new fleet; the endpoint's own stay.
  "MetricAlarm hosting-update-server-errors": ["dimensions"],
  "MetricAlarm hosting-update-model-errors": ["dimensions"],
  "MetricAlarm hosting-update-latency": ["dimensions"],
  "Endpoint hosting": ["endpointConfigName"],
  "Command hosting-verify": ["create", "triggers"],
  "Command parity": ["triggers"],
};

/** What follows from another model. */
const NEW_MODEL = {
  "Command training-gate": ["create", "triggers"],
  "Model hosting": ["primaryContainer"],
  "EndpointConfiguration hosting": ["productionVariants"],
  ...NEW_CONFIGURATION,
};

const CHANGES: readonly {
  readonly what: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, readonly string[]>>;
}[] = [
  { what: "nothing", config: {}, expected: {} },
  {
    what: "a hyperparameter",
    config: { training: { learningRate: 0.01 } },
    expected: {
      ...CHECKED_ONCE_MORE,
      "TrainingJob training": ["hyperParameters", "trainingJobName"],
      ...NEW_MODEL,
    },
  },
  {
    what: "the wish to train again",
    config: { training: { run: 2 } },
    expected: {
      ...CHECKED_ONCE_MORE,
      "TrainingJob training": ["trainingJobName"],
      ...NEW_MODEL,
    },
  },
  {
    what: "the image's tag",
    config: { training: { imageTag: "latest" } },
    expected: {
      ...CHECKED_ONCE_MORE,
      "TrainingJob training": ["algorithmSpecification", "trainingJobName"],
      ...NEW_MODEL,
    },
  },
  {
    what: "the class list",
    config: { dataset: { classes: ["bicycle", "bus", "tractor"] } },
    expected: {
      ...CHECKED_AGAIN,
      "Command dataset-etl": ["interpreter", "triggers"],
      "TrainingJob training": ["trainingJobName"],
      ...NEW_MODEL,
      "Function workflow-classify": ["environment"],
      "Function workflow-filter": ["environment"],
      "Function review-page": ["environment"],
    },
  },
  {
    what: "the number of instances",
    config: { endpoint: { ...CONFIG.endpoint, instanceCount: 2 } },
    expected: {
      ...CHECKED_AGAIN,
      "EndpointConfiguration hosting": ["productionVariants"],
      ...NEW_CONFIGURATION,
    },
  },
  {
    what: "the share of captured requests",
    config: { endpoint: { ...CONFIG.endpoint, capture: 50 } },
    expected: {
      ...CHECKED_ONCE_MORE,
      "EndpointConfiguration hosting": ["dataCaptureConfig"],
      ...NEW_CONFIGURATION,
    },
  },
  {
    what: "how updates take over",
    config: { endpoint: { ...CONFIG.endpoint, bakeSeconds: 60 } },
    expected: { ...CHECKED_ONCE_MORE, "Endpoint hosting": ["deploymentConfig"] },
  },
  {
    what: "the threshold",
    config: { workflow: { confidenceThreshold: 0.9 } },
    expected: {
      "Function workflow-filter": ["environment"],
      "Function monitoring-drift": ["environment"],
    },
  },
  {
    what: "the accuracy floor",
    config: { training: { accuracyFloor: 0.6 } },
    expected: { ...CHECKED_ONCE_MORE, "Command parity": ["create", "triggers"] },
  },
  {
    what: "how long captures are kept",
    config: { storage: { captureDays: 30 } },
    expected: { "BucketLifecycleConfiguration inference-lifecycle": ["rules"] },
  },
  {
    what: "who is told of alarms",
    config: { observability: { alarmEmail: "ops@example.com" } },
    expected: {
      "TopicSubscription alarms-email": ["new"],
      "TopicSubscription monitoring-drift-email": ["new"],
    },
  },
];

describe("a change of the stack", () => {
  let before: ReadonlyMap<string, RecordedResource> = new Map();

  beforeEach(async function () {
    before = before.size === 0 ? await graph({}) : before;
  });

  for (const { what, config, expected } of CHANGES) {
    it(`of ${what} changes ${Object.keys(expected).length} resources, and these only`, async () => {
      expect(difference(before, await graph(config))).to.deep.equal(expected);
    });
  }

  it("that is ordinary deletes nothing that is protected", async () => {
    // Prepare
    const told = { workflow: { notificationEmail: "a@example.com" } };
    const autoscaling = { minInstances: 1, maxInstances: 2, invocationsPerMinute: 60 };
    const scaled = { endpoint: { ...CONFIG.endpoint, autoscaling } };
    const budget = { budget: { monthlyDollars: 100, email: "a@example.com" } };
    const pairs: readonly (readonly [Config, Config])[] = [
      ...CHANGES.map(({ config }) => [{}, config] as const),
      [told, { workflow: { notificationEmail: "b@example.com" } }],
      [told, {}],
      [scaled, {}],
      [budget, {}],
    ];

    // Act and assess
    for (const [one, other] of pairs) {
      const [old, now] = [await graph(one), await graph(other)];
      const refused = deleted(old, now).filter(({ options }) => options.protect);
      expect(refused.map(label), JSON.stringify(other)).to.deep.equal([]);
    }
  });

  it("of the classes gives the managed schedule another script, and no other definition", async () => {
    // Prepare
    const on = { monitoring: { managedSchedule: { enabled: true } } };
    const classes = { dataset: { classes: ["bicycle", "bus", "tractor"] } };

    // Act
    const changes = difference(await graph(on), await graph({ ...on, ...classes }));

    // Assess
    const managed = Object.entries(changes).filter(([label]) => label.includes("managed"));
    expect(managed).to.deep.equal([["BucketObject monitoring-managed-preprocessor", ["content"]]]);
  });

  it("of how often the managed schedule runs changes that alone", async () => {
    const every = (period: string) =>
      graph({ monitoring: { managedSchedule: { enabled: true, period } } });
    expect(difference(await every("day"), await every("hour"))).to.deep.equal({
      "MonitoringSchedule monitoring-managed": ["monitoringScheduleConfig"],
    });
  });

  it("of a function's code changes that function only", async () => {
    // Act
    const after = await graph(
      {},
      { bundle: (name, files) => (name === "filter-inference" ? { "index.js": "other" } : files) },
    );

    // Assess
    expect(difference(before, after)).to.deep.equal({ "Function workflow-filter": ["code"] });
  });

  it("replaces under new names what is immutable, and never renames the endpoint", async () => {
    // Act
    const after = await graph({ training: { epochs: 5 } });

    // Assess
    const nameOf = (resources: typeof after, type: string) =>
      [...resources.values()].find((resource) => resource.type === type)?.outputs["name"];
    for (const type of REPLACED) {
      expect(nameOf(after, type), type).not.to.equal(nameOf(before, type));
    }
    const endpoint = "aws:sagemaker/endpoint:Endpoint";
    expect(nameOf(after, endpoint)).to.equal(nameOf(before, endpoint));
  });
});
