import { expect } from "chai";
import { restrictInstanceCounts } from "../../../../policy/sagemaker/endpointConfiguration/restrictInstanceCounts";
import {
  complaints,
  subject,
  named,
  UNKNOWN,
  withValue,
  without,
  type Subject,
} from "../../../support/policy";
import { endpointConfiguration } from "./resource";

const PRODUCTION = "productionVariants[0].initialInstanceCount";
const SHADOW = "shadowProductionVariants[0].initialInstanceCount";
const SCALING = "productionVariants[0].managedInstanceScaling";

const complaint = (path: string) =>
  `The number of instances is not approved: set \`${path}\` to 1 to 4.`;
const target = subject("aws:appautoscaling/target:Target", {
  serviceNamespace: "sagemaker",
  minCapacity: 1,
  maxCapacity: 4,
});

describe("policy sagemaker/endpointConfiguration/restrictInstanceCounts", () => {
  for (const count of [1, 4, UNKNOWN]) {
    it(`accepts ${named(count)} instances`, async () => {
      const mutant = withValue(endpointConfiguration, PRODUCTION, count);
      expect(await complaints(restrictInstanceCounts, mutant)).to.deep.equal([]);
    });
  }

  for (const path of [PRODUCTION, SHADOW]) {
    for (const count of [0, 5, "1", null]) {
      it(`refuses ${path} ${JSON.stringify(count)}, naming the property and the fix`, async () => {
        const mutant = withValue(endpointConfiguration, path, count);
        expect(await complaints(restrictInstanceCounts, mutant)).to.deep.equal([complaint(path)]);
      });
    }

    it(`refuses a variant without ${path}, unless it is serverless`, async () => {
      const mutant = without(endpointConfiguration, path);
      expect(await complaints(restrictInstanceCounts, mutant)).to.deep.equal([complaint(path)]);
      const serverless = path.replace("initialInstanceCount", "serverlessConfig");
      const serverlessOnly = withValue(mutant, serverless, { maxConcurrency: 5 });
      expect(await complaints(restrictInstanceCounts, serverlessOnly)).to.deep.equal([]);
    });
  }

  it("accepts no variants at all, and unknown ones", async () => {
    const unknown = withValue(endpointConfiguration, "productionVariants", UNKNOWN);
    expect(await complaints(restrictInstanceCounts, unknown)).to.deep.equal([]);
    const none = without(endpointConfiguration, "shadowProductionVariants");
    expect(await complaints(restrictInstanceCounts, none)).to.deep.equal([]);
  });

  it("refuses what a variant may be scaled to by itself", async () => {
    // Prepare
    const scaled = (scaling: object) => withValue(endpointConfiguration, SCALING, scaling);

    // Assess
    const bounds = scaled({ minInstanceCount: 0, maxInstanceCount: 5 });
    expect(await complaints(restrictInstanceCounts, bounds)).to.deep.equal([
      complaint(`${SCALING}.minInstanceCount`),
      complaint(`${SCALING}.maxInstanceCount`),
    ]);
    const open = scaled({ maxInstanceCount: UNKNOWN });
    expect(await complaints(restrictInstanceCounts, open)).to.deep.equal([]);
  });

  it("refuses what a variant may be scaled to by Application Auto Scaling", async () => {
    expect(await complaints(restrictInstanceCounts, target)).to.deep.equal([]);
    for (const path of ["minCapacity", "maxCapacity"]) {
      for (const mutant of [withValue(target, path, 16), without(target, path)]) {
        expect(await complaints(restrictInstanceCounts, mutant)).to.deep.equal([complaint(path)]);
      }
      const unknown = withValue(target, path, UNKNOWN);
      expect(await complaints(restrictInstanceCounts, unknown)).to.deep.equal([]);
    }
    const table = withValue(
      withValue(target, "serviceNamespace", "dynamodb"),
      "maxCapacity",
      40_000,
    );
    expect(await complaints(restrictInstanceCounts, table)).to.deep.equal([]);
  });

  it("refuses what the clock scales a variant to, and leaves a bound that is not set as it is", async () => {
    const action = (serviceNamespace: string, scalableTargetAction: object) =>
      subject("aws:appautoscaling/scheduledAction:ScheduledAction", {
        ...{ serviceNamespace, scalableTargetAction },
      });
    const said = (subject: Subject) => complaints(restrictInstanceCounts, subject);
    const path = "scalableTargetAction.maxCapacity";
    expect(await said(action("sagemaker", { maxCapacity: 4 }))).to.deep.equal([]);
    expect(await said(action("sagemaker", { maxCapacity: "4" }))).to.deep.equal([]);
    expect(await said(action("sagemaker", { maxCapacity: "four" }))).to.deep.equal([
      complaint(path),
    ]);
    expect(await said(action("sagemaker", { maxCapacity: 100 }))).to.deep.equal([complaint(path)]);
    expect(await said(action("ecs", { maxCapacity: 100 }))).to.deep.equal([]);
  });

  it("refuses a text for a variant's number of instances", async () => {
    const text = withValue(endpointConfiguration, PRODUCTION, "1");
    expect(await complaints(restrictInstanceCounts, text)).to.deep.equal([complaint(PRODUCTION)]);
  });

  it("takes the bounds from the policy's config", async () => {
    const config = { minimum: 2, maximum: 8 };
    expect(await complaints(restrictInstanceCounts, endpointConfiguration, config)).to.deep.equal([
      `The number of instances is not approved: set \`${PRODUCTION}\` to 2 to 8.`,
      `The number of instances is not approved: set \`${SHADOW}\` to 2 to 8.`,
    ]);
  });
});
