import { expect } from "chai";
import { deployReviews, type DeployedReviews } from "./doubts";
import { describeReviews } from "./reviews";

describe("doubtful verdicts in the local cloud", function () {
  this.timeout(120_000);
  let deployed: DeployedReviews;

  before(async () => {
    deployed = await deployReviews();
  });
  after(async () => {
    await deployed.cloud.stop();
    expect(deployed.cloud.bugs).to.deep.equal([]);
  });

  describeReviews(() => deployed);

  it("ask of their roles all that these may, but for logs and traces", () => {
    const unneeded = deployed.cloud.authority
      .unneededStatements()
      .filter(({ actions }) => !actions.every((action) => /^(logs|xray):/.test(action)));
    expect(unneeded).to.deep.equal([]);
  });
});
