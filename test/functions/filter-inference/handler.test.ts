import { expect } from "chai";
import { handler } from "../../../functions/filter-inference/handler";
import { useEnvironment } from "../support/environment";
import { errorOf } from "../support/errors";
import { logsOf, metricsOf, record } from "../support/output";

const EVENT = {
  image: { bucket: "uploads", key: "incoming/1.png", versionId: "v1" },
  inferenceId: "id",
  scores: [0.1, 0.9],
};

describe("handler of filter-inference", () => {
  describe("with its environment", () => {
    useEnvironment({ CLASS_NAMES: '["bicycle","motorcycle"]', CONFIDENCE_THRESHOLD: "0.95" });

    it("answers with the verdict of the threshold in its environment", async () => {
      expect(await record(handler).call(EVENT)).to.include({
        verdict: "review",
        label: "motorcycle",
      });
    });

    it("logs the verdict, and publishes it as counts and as confidence by class", async () => {
      // Prepare
      const { call, lines } = record(handler);

      // Act
      await call(EVENT);

      // Assess
      expect(logsOf(lines())).to.have.length(1);
      expect(logsOf(lines())[0]).to.deep.include({
        image: EVENT.image,
        inferenceId: "id",
        verdict: "review",
        label: "motorcycle",
        confidence: 0.9,
      });
      expect(
        metricsOf(lines()).map(({ name, value, dimensions }) => [name, value, dimensions["label"]]),
      ).to.deep.equal([
        ["Confidence", 0.9, "motorcycle"],
        ["Accepted", 0, undefined],
        ["Review", 1, undefined],
        ["Confidence", 0.9, undefined],
      ]);
    });

    it("refuses an event of another shape", async () => {
      expect((await errorOf(() => record(handler).call({}))).name).to.equal("InvalidEventError");
    });
  });

  it("says which variable is missing, at the first event and not before", async () => {
    // Act
    const error = await errorOf(() => record(handler).call(EVENT));

    // Assess
    expect(error.name).to.equal("InvalidEnvironmentError");
    expect(error.message).to.include("CLASS_NAMES");
  });
});
