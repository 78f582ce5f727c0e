import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { Cloud } from "../../local/cloud";
import { RecordReader } from "../../common/records";
import { findFailures } from "../../operations/replay/failures";
import type { Workflow } from "../../operations/workflow";
import { PRICE } from "../support/price";
import { PROJECT_ROOT } from "../support/project";

const BUCKET = "bucket";

describe("a failure that is to be replayed", () => {
  let cloud: Cloud;
  let workflow: Workflow;

  beforeEach(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    workflow = {
      s3: new S3Client(cloud.deployerSession()),
      states: new SFNClient(cloud.deployerSession()),
      ...{ endpointName: "endpoint", inferenceBucket: BUCKET, stateMachineArn: "arn" },
      priceEstimate: PRICE,
      outputs: {},
    };
  });
  afterEach(async () => {
    workflow.s3.destroy();
    workflow.states.destroy();
    await cloud.stop();
  });

  /** The attempt, after one execution has left a record with that cause. */
  async function attemptAfter(cause: string): Promise<string | undefined> {
    const image = { bucket: BUCKET, key: "incoming/a.png", versionId: "v1" };
    const record = { image, execution: "arn:one", error: "EndpointUnavailableError", cause };
    await workflow.s3.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: "failed/incoming/a.png/v1.json",
        Body: JSON.stringify(record),
      }),
    );
    const { failures } = await findFailures(workflow, "", new RecordReader(workflow.s3, BUCKET));
    return failures[0]?.attempt;
  }

  it("is another attempt when its execution has failed again, and the same one until then", async () => {
    // Act
    const [first, same, again] = [
      await attemptAfter("throttled"),
      await attemptAfter("throttled"),
      await attemptAfter("not ready"),
    ];

    // Assess
    expect(first).to.include("arn:one");
    expect(same).to.equal(first);
    expect(again).not.to.equal(first);
  });
});
