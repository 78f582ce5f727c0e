import { readFileSync } from "node:fs";
import { expect } from "chai";
import { DOCUMENT, withTables } from "../../bench/scaling/docs";
import { FACTS } from "../../bench/scaling/facts";
import { concurrencyFor, estimate, ScalingInputError, type Load } from "../../bench/scaling/model";

const LOAD: Load = {
  images: 1_000_000,
  way: "map of Express children",
  instances: 5,
  instanceHour: 0.2,
  ratePerInstance: 20,
  batchSize: 20,
  concurrency: 3,
  latency: 0.5,
};

describe("docs/scaling.md", () => {
  it("has the tables that the model makes; write them anew with: npm run docs", () => {
    const document = readFileSync(DOCUMENT, "utf8");
    expect(withTables(document)).to.equal(document);
  });
});

describe("the model of scale", () => {
  it("says of every number where it is from", () => {
    for (const { source, means, unit } of Object.values(FACTS)) {
      expect(source).to.match(/^(".+", |infra\/|assumed|the state machine)/);
      expect([means, unit]).not.to.include("");
    }
  });

  it("is held back by the slowest of all that an image goes through", () => {
    const bound = (changes: Partial<Load>) => estimate({ ...LOAD, ...changes }).boundBy;

    expect(bound({})).to.equal("instances");
    expect(bound({ concurrency: 1, instances: 50 })).to.equal("workflow.batch.concurrency");
    expect(bound({ instances: 500, concurrency: 1000 })).to.equal("Lambda's concurrency");
    expect(bound({ way: "uploads", instances: 500 })).to.equal("Step Functions' transitions");
    expect(bound({ way: "Batch Transform", instances: 500 })).to.equal("instances");
  });

  it("takes as long as its images at that rate, and its instances cost for that time", () => {
    const { hours, imagesPerSecond, cost } = estimate(LOAD);

    expect(imagesPerSecond).to.equal(100);
    expect(hours).to.be.closeTo(1_000_000 / 100 / 3600, 1e-9);
    expect(cost.instances).to.be.closeTo(5 * 0.2 * hours, 1e-9);
  });

  it("reckons Express as AWS's own example does: 100 million workflows of 10 seconds", () => {
    // Pricing example of the page that facts.ts names: $100.00 for requests, $382.97 for duration.
    const { cost } = estimate({ ...LOAD, images: 100_000_000, batchSize: 1, latency: 10 });

    expect(cost.orchestration).to.be.closeTo(482.97, 0.01);
  });

  it("bills a started tenth of a second whole, and none more", () => {
    const at = (latency: number) => estimate({ ...LOAD, latency }).cost.orchestration;

    expect(at(0.3)).to.be.closeTo(at(0.25), 1e-12);
    expect(at(0.31)).to.be.above(at(0.3));
  });

  it("names what cannot be done", () => {
    expect(estimate({ ...LOAD, images: 100_000_000, instances: 1 }).problems).to.have.length(1);
    expect(estimate({ ...LOAD, images: 100_000_001, instances: 50 }).problems.join()).to.include(
      "several prefixes",
    );
    expect(estimate({ ...LOAD, latency: 301, concurrency: 200 }).problems.join()).to.include(
      "Express",
    );
  });

  it("finds the children at once that keep a fleet busy", () => {
    const concurrency = concurrencyFor({ ...LOAD, instances: 50 });

    expect(estimate({ ...LOAD, instances: 50, concurrency }).boundBy).to.equal("instances");
    expect(estimate({ ...LOAD, instances: 50, concurrency: concurrency - 1 }).boundBy).to.equal(
      "workflow.batch.concurrency",
    );
  });

  for (const wrong of [
    { images: 0 },
    { instances: 1.5 },
    { latency: Number.NaN },
    { instanceHour: -1 },
  ]) {
    it(`refuses ${JSON.stringify(wrong)} ${String(Object.values(wrong))}, naming it`, () => {
      expect(() => estimate({ ...LOAD, ...wrong }))
        .to.throw(ScalingInputError)
        .with.property("message")
        .that.includes(Object.keys(wrong)[0] ?? "");
    });
  }
});
