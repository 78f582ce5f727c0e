import { expect } from "chai";
import { handler } from "../../../functions/filter-inference/handler";
import { useEnvironment } from "../support/environment";
import { errorOf } from "../support/errors";

const EVENT = {
  image: { bucket: "uploads", key: "incoming/1.png" },
  inferenceId: "id",
  scores: [0.1, 0.9],
};

describe("handler of filter-inference", () => {
  describe("with its environment", () => {
    useEnvironment({ CLASS_NAMES: '["bicycle","motorcycle"]', CONFIDENCE_THRESHOLD: "0.95" });

    it("answers with the verdict of the threshold in its environment", async () => {
      expect(await handler(EVENT)).to.include({ verdict: "review", label: "motorcycle" });
    });

    it("refuses an event of another shape", async () => {
      expect((await errorOf(() => handler({}))).name).to.equal("InvalidEventError");
    });
  });

  it("says which variable is missing, at the first event and not before", async () => {
    // Act
    const error = await errorOf(() => handler(EVENT));

    // Assess
    expect(error.name).to.equal("InvalidEnvironmentError");
    expect(error.message).to.include("CLASS_NAMES");
  });
});
