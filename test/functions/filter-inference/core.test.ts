import { expect } from "chai";
import { filterInference } from "../../../functions/filter-inference/core";
import { errorOf } from "../support/errors";

const IMAGE = { bucket: "uploads", key: "incoming/1.png", versionId: "v1" };
const CLASSES = ["bicycle", "motorcycle", "pickup_truck"];

function filter(scores: readonly number[], threshold: number) {
  return filterInference(
    { image: IMAGE, inferenceId: "id", scores },
    { classNames: CLASSES, threshold },
  );
}

describe("filterInference", () => {
  it("accepts what is more probable than the threshold, and keeps all that led to it", () => {
    expect(filter([0.05, 0.9, 0.05], 0.8)).to.deep.equal({
      image: IMAGE,
      inferenceId: "id",
      verdict: "accepted",
      record: "accepted/incoming/1.png/v1.json",
      label: "motorcycle",
      confidence: 0.9,
      threshold: 0.8,
      scores: { bicycle: 0.05, motorcycle: 0.9, pickup_truck: 0.05 },
    });
  });

  it("accepts what is just as probable as the threshold", () => {
    expect(filter([0.8, 0.1, 0.1], 0.8).verdict).to.equal("accepted");
  });

  it("sends to review what is less probable, with the label it would have had", () => {
    // Act
    const verdict = filter([0.3, 0.3, 0.4], 0.8);

    // Assess
    expect(verdict).to.include({
      verdict: "review",
      record: "review/incoming/1.png/v1.json",
      label: "pickup_truck",
      confidence: 0.4,
    });
  });

  it("takes the first of equally probable classes", () => {
    expect(filter([0.5, 0.5, 0], 0.5).label).to.equal("bicycle");
  });

  it("accepts everything at threshold 0, and only certainty at 1", () => {
    expect(filter([0.4, 0.3, 0.3], 0).verdict).to.equal("accepted");
    expect(filter([0.9999, 0.0001, 0], 1).verdict).to.equal("review");
    expect(filter([1, 0, 0], 1).verdict).to.equal("accepted");
  });

  it("refuses scores that do not match the classes", async () => {
    expect((await errorOf(() => filter([0.5, 0.5], 0.8))).name).to.equal("MalformedInferenceError");
  });
});
