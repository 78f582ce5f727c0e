import { expect } from "chai";
import { inventory } from "../support/graph";
import { deployProgram, SUMMARY, TRAINING_RESULT } from "../support/mocks";
import { valueOf } from "../support/outputs";
import type * as pulumi from "@pulumi/pulumi";

const CONFIG = { endpoint: { instanceType: "ml.m5.xlarge", capture: 100 } };

describe("the program", () => {
  it("registers the same resources in a preview as in an update", async () => {
    const updated = await deployProgram(CONFIG);
    const previewed = await deployProgram(CONFIG, { preview: true });
    expect(inventory(previewed.resources)).to.have.members([...inventory(updated.resources)]);
  });

  it("puts every resource into a component of ours", async () => {
    const { resources } = await deployProgram(CONFIG);
    const outside = resources.filter(
      ({ custom, parent }) => custom && !parent.includes("ml-workflow-aws:infra:"),
    );
    expect(inventory([resources[0], ...outside].filter((each) => each !== undefined))).to.be.empty;
  });

  it("exports what a user of the stack needs", async () => {
    // Act
    const { value } = await deployProgram(CONFIG);

    // Assess
    const exported = Object.entries(value).map(async ([name, output]) => [
      name,
      await valueOf(output as pulumi.Output<unknown>),
    ]);
    const outputs = Object.fromEntries(await Promise.all(exported)) as Record<string, unknown>;
    expect(outputs).to.deep.include({
      datasetBucket: "dataset-1a2b3c4",
      datasetSummary: SUMMARY,
      trainingResult: TRAINING_RESULT,
      inferenceBucket: "inference-1a2b3c4",
      endpointName: "ml-workflow-aws-test",
    });
  });

  it("makes nothing at all from a wrong configuration", async () => {
    // Act
    const outcome = await deployProgram({ endpoint: { instanceType: "ml.m5.xlarge" } }).catch(
      String,
    );

    // Assess
    expect(outcome).to.contain("endpoint.capture");
  });

  it("refuses a key that no setting has", async () => {
    const outcome = await deployProgram({ ...CONFIG, endpiont: {} }).catch(String);
    expect(outcome).to.contain("endpiont");
  });
});
