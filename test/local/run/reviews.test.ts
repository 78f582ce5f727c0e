import * as path from "node:path";
import { expect } from "chai";
import { Cloud } from "../../../local/cloud";
import { deployProgram } from "../../../local/pulumi/deployment";
import { readStackConfig } from "../../../local/pulumi/stackConfig";
import { encode, patterned } from "../../functions/support/images";
import { PROJECT_ROOT } from "../../support/project";
import { describeReviews, type DeployedReviews } from "./reviews";

describe("doubtful verdicts in the local cloud", function () {
  this.timeout(120_000);
  let deployed: DeployedReviews;
  let cloud: Cloud;

  before(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    const program = path.join(__dirname, "fixtures", "reviews");
    const config = readStackConfig(PROJECT_ROOT, "dev", []);
    const { outputs } = await deployProgram({ program, config, cloud }, () => undefined);
    const { inferenceBucket, reviewTopicArn } = outputs as Record<string, string>;
    deployed = {
      cloud,
      bucket: inferenceBucket ?? "",
      reviewTopicArn: reviewTopicArn ?? "",
      pictures: [await encode(patterned(300, 200), "image/jpeg")],
    };
  });
  after(async () => {
    await cloud.stop();
    expect(cloud.bugs).to.deep.equal([]);
  });

  describeReviews(() => deployed);

  it("ask of their roles all that these may, but for logs and traces", () => {
    const unneeded = cloud.authority
      .unneededStatements()
      .filter(({ actions }) => !actions.every((action) => /^(logs|xray):/.test(action)));
    expect(unneeded).to.deep.equal([]);
  });
});
