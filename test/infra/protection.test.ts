import { expect } from "chai";
import type { RecordedResource } from "../../local/pulumi/graph";
import { deployProgram } from "../support/mocks";

const EVERYTHING = {
  endpoint: {
    instanceType: "ml.m5.xlarge",
    capture: 100,
    autoscaling: { minInstances: 1, maxInstances: 2, invocationsPerMinute: 60 },
  },
  workflow: { notificationEmail: "reviewer@example.com" },
  observability: { alarmEmail: "ops@example.com" },
  network: "private",
  monitoring: { managedSchedule: { enabled: true } },
  budget: { monthlyDollars: 250, email: "owner@example.com" },
};

/** What an ordinary update replaces, or drops when the config no longer asks for it. */
const REPLACEABLE = [
  "aws:appautoscaling/policy:Policy",
  "aws:appautoscaling/target:Target",
  "aws:budgets/budget:Budget",
  "aws:s3/bucketObject:BucketObject",
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
  "aws:sagemaker/model:Model",
  "aws:sagemaker/monitoringSchedule:MonitoringSchedule",
  "aws:sagemaker/trainingJob:TrainingJob",
  "aws:sns/topicSubscription:TopicSubscription",
  "command:local:Command",
  "ml-workflow-aws:infra:NodeCommand",
  "ml-workflow-aws:infra:ParityGate",
  "ml-workflow-aws:infra:Preflight",
  "ml-workflow-aws:infra:SpendingAlert",
];

describe("protect", () => {
  async function graph(protect: boolean): Promise<readonly RecordedResource[]> {
    const [, ...resources] = (await deployProgram({ ...EVERYTHING, protect })).resources;
    return resources;
  }

  it("protects everything but what an ordinary update replaces", async () => {
    // Act
    const resources = await graph(true);

    // Assess
    const unprotected = resources.filter(({ options }) => !options.protect);
    const kept = resources.filter(({ options }) => options.protect);
    expect(new Set(unprotected.map(({ type }) => type))).to.deep.equal(new Set(REPLACEABLE));
    expect(kept.filter(({ type }) => REPLACEABLE.includes(type))).to.deep.equal([]);
    // The endpoint, and with each bucket what keeps it private.
    expect(kept.map(({ type }) => type)).to.include.members([
      "aws:sagemaker/endpoint:Endpoint",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:kms/key:Key",
      "awsx:ec2:Vpc",
    ]);
  });

  it("stops a destroy at once: among what the engine would delete first, something is protected", async () => {
    // Prepare
    const resources = await graph(true);
    const needed = new Set(resources.flatMap((each) => [each.parent, ...each.dependencies]));

    // Act
    const first = resources.filter(({ urn }) => !needed.has(urn));

    // Assess
    const [kept, lost] = [true, false].map((protect) =>
      first.filter(({ options }) => options.protect === protect).map(({ type }) => type),
    );
    expect(kept).to.include("aws:cloudwatch/dashboard:Dashboard");
    // All that can be lost until then; the next update makes it again.
    expect([...new Set(lost)]).to.have.members([
      "aws:appautoscaling/policy:Policy",
      "aws:budgets/budget:Budget",
      "aws:sagemaker/monitoringSchedule:MonitoringSchedule",
      "aws:sns/topicSubscription:TopicSubscription",
    ]);
  });

  it("is off for everything when the config says so", async () => {
    const resources = await graph(false);
    expect(resources.filter(({ options }) => options.protect)).to.deep.equal([]);
  });

  it("lets the engine say so soon: it walks every path of dependencies of what it cannot delete", async () => {
    // Prepare
    const resources = await graph(true);
    const byUrn = new Map(resources.map((each) => [each.urn, each]));
    const known = new Map<string, number>();
    // As `markAsDependency` in the engine's dependency graph: a property's dependency counts again.
    const pathsFrom = (urn: string): number => {
      const { dependencies = [], propertyDependencies = {} } = byUrn.get(urn) ?? {};
      const next = [...dependencies, ...Object.values(propertyDependencies).flat()];
      const paths =
        known.get(urn) ?? next.reduce((sum, dependency) => sum + pathsFrom(dependency), 1);
      known.set(urn, paths);
      return paths;
    };

    // Act
    const slow = resources.map(({ urn }) => [urn, pathsFrom(urn)] as const);

    // Assess: two million take about two seconds
    expect(slow.filter(([, paths]) => paths > 2_000_000)).to.deep.equal([]);
  });
});
