import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { INFERENCE_PREFIXES } from "../../../contract/inference";
import { Doubts, deployReviews, type DeployedReviews } from "./doubts";
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

  describe("in the end", () => {
    it("count an answer that cannot be kept for now, before they wait to try again", async () => {
      // Prepare
      const { cloud, bucket } = deployed;
      const doubts = new Doubts(deployed);
      const { link } = await doubts.raise(`${INFERENCE_PREFIXES.batches}doubtful.png`);
      doubts.close();
      const labels = `arn:aws:s3:::${bucket}/${INFERENCE_PREFIXES.labels}*`;
      cloud.authority.putResourcePolicy(
        `arn:aws:s3:::${bucket}`,
        JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: labels },
        }),
      );
      const [machine = ""] = cloud.stepFunctions.arns;
      const held = () =>
        cloud.stepFunctions
          .executions(machine)
          .map(({ states }) => states.map(({ name }) => name))
          .find((names) => names.includes("CountTrouble"));

      // Act
      const form = { link: link.searchParams.get("link") ?? "", answer: "bicycle" };
      await fetch(new URL("/", link), { method: "POST", body: new URLSearchParams(form) });
      while (held() === undefined) {
        await setTimeout(50);
      }

      // Assess
      expect(held()).to.include.members(["KeepLabel", "ChooseKept"]);
    });

    it("ask of their roles all that these may, but for logs and traces", () => {
      const unneeded = deployed.cloud.authority
        .unneededStatements()
        .filter(({ actions }) => !actions.every((action) => /^(logs|xray):/.test(action)));
      expect(unneeded).to.deep.equal([]);
    });
  });
});
