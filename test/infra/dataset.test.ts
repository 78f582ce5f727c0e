import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { recipeDigest } from "../../etl/recipe";
import { DataKey } from "../../infra/dataKey";
import { Dataset, parseSummary, type DatasetArgs } from "../../infra/dataset";
import { resource } from "../support/graph";
import { deploy, SUMMARY } from "../support/mocks";
import { valueOf } from "../support/outputs";

const RECIPE: DatasetArgs["recipe"] = {
  classes: ["bicycle", "motorcycle"],
  validationFraction: 0.1,
  format: "image",
};
const BUCKET = "dataset-1a2b3c4";

function dataset(recipe: DatasetArgs["recipe"] = RECIPE): Dataset {
  const key = new DataKey("data");
  const inference = { name: pulumi.output("inference-1a2b3c4") };
  return new Dataset("dataset", { recipe, inference, key, keepObjects: false });
}

describe("Dataset", () => {
  it("has the ETL fill its bucket, again whenever the recipe or the bucket changes", async () => {
    // Act
    const { resources } = await deploy(() => dataset());

    // Assess
    const { interpreter, create, triggers } = resource(
      resources,
      "command:local:Command",
      "dataset-etl",
    ).inputs;
    expect([...(interpreter as string[]), create]).to.deep.equal([
      ...["node", "--import", "tsx", "etl/cli.ts", "run", "--json"],
      ...[
        "--classes",
        "bicycle,motorcycle",
        "--validation-fraction",
        "0.1",
        "--format",
        "image",
        "--prune",
        "--bucket",
        BUCKET,
      ],
    ]);
    expect(triggers).to.deep.equal([recipeDigest(RECIPE), BUCKET]);
  });

  it("passes on where the archive is and what it must hash to", async () => {
    // Prepare
    const recipe = { ...RECIPE, archive: "/data/archive.tar.gz", archiveMd5: "0".repeat(32) };

    // Act
    const { resources } = await deploy(() => dataset(recipe));

    // Assess
    const { interpreter } = resource(resources, "command:local:Command").inputs;
    const words = (interpreter as string[]).join(" ");
    expect(words).to.contain(
      "--archive /data/archive.tar.gz --md5 00000000000000000000000000000000",
    );
  });

  it("has it learn from reviewers' answers up to a time, and once more from those until another", async () => {
    // Prepare
    const until = (labelsUntil: string) => ({ ...RECIPE, labelsUntil });

    // Act
    const { resources } = await deploy(() => dataset(until("2026-11-26T12:00:00Z")));

    // Assess
    const { interpreter, triggers } = resource(resources, "command:local:Command").inputs;
    expect((interpreter as string[]).join(" ")).to.contain(
      "--labels s3://inference-1a2b3c4/labels/ --labels-until 2026-11-26T12:00:00Z",
    );
    expect(triggers).to.deep.equal([recipeDigest(until("2026-11-26T12:00:00Z")), BUCKET]);
    const digests = [RECIPE, until("2026-11-26T12:00:00Z"), until("2026-11-26T12:00:01Z")];
    expect(new Set(digests.map(recipeDigest))).to.have.property("size", 3);
  });

  it("tells what is in the bucket once the ETL is done", async () => {
    const { value } = await deploy(() => dataset());
    expect(await valueOf(value.summary)).to.deep.equal(SUMMARY);
    expect(await valueOf(value.uri("trainList"))).to.equal(`s3://${BUCKET}/train.lst`);
  });

  it("is refused when a split is empty, for nothing can be built on it", () => {
    const empty = { ...SUMMARY, counts: { ...SUMMARY.counts, validation: 0 } };
    expect(() => parseSummary(JSON.stringify(empty))).to.throw("no validation images");
  });
});
