import { expect } from "chai";
import { restrictDestinations } from "../../../../policy/sagemaker/endpointConfiguration/restrictDestinations";
import { complaints, UNKNOWN, withValue, without, type Subject } from "../../../support/policy";
import { itDecides } from "../../cases";
import { lambdaFunction } from "../../lambda/function/resource";
import { bucket } from "../../s3/bucket/resource";
import { endpointConfiguration } from "./resource";

const URI = "dataCaptureConfig.destinationS3Uri";
const ANSWERS = "asyncInferenceConfig.outputConfig.s3OutputPath";
const DUMPS = "productionVariants[0].coreDumpConfig.destinationS3Uri";

const complaint = (path: string) =>
  `Data leaves the stack: set \`${path}\` to a place in a bucket of the stack, or list its bucket ` +
  "in the policy's config.";
const to = (uri: unknown) => withValue(endpointConfiguration, URI, uri);
const answers = (s3OutputPath: string) =>
  withValue(endpointConfiguration, "asyncInferenceConfig", { outputConfig: { s3OutputPath } });
const dumps = (destinationS3Uri: string) =>
  withValue(endpointConfiguration, "productionVariants[0].coreDumpConfig", { destinationS3Uri });
const made = (subject: Subject, from: Subject, property = "dataCaptureConfig"): Subject => ({
  ...subject,
  propertyDependencies: { [property]: [from] },
});
const unnamed = withValue(bucket, "bucket", UNKNOWN);

describe("policy sagemaker/endpointConfiguration/restrictDestinations", () => {
  itDecides(restrictDestinations, {
    accepts: {
      "captures in a bucket of the stack": [endpointConfiguration, bucket],
      "captures in a bucket without a name yet": [made(to(UNKNOWN), unnamed), unnamed],
      "a configuration that captures nothing": [
        without(endpointConfiguration, "dataCaptureConfig"),
        bucket,
      ],
      "answers and core dumps in a bucket of the stack": [
        withValue(answers("s3://inference/answers"), "productionVariants[0].coreDumpConfig", {
          destinationS3Uri: "s3://inference/dumps",
        }),
        bucket,
      ],
    },
    refuses: {
      "captures in a foreign bucket with the right prefix": [
        [to("s3://elsewhere/Project_2_Extended/data_capture"), bucket],
        complaint(URI),
      ],
      "captures in a bucket whose name begins alike": [
        [to("s3://inference2/Project_2_Extended/data_capture"), bucket],
        complaint(URI),
      ],
      "a known place elsewhere, made beside a bucket that has no name yet": [
        [made(to("s3://elsewhere/Project_2_Extended/data_capture"), unnamed), unnamed],
        complaint(URI),
      ],
      "a place made from something other than a bucket": [
        [made(to(UNKNOWN), lambdaFunction), bucket, lambdaFunction],
        complaint(URI),
      ],
      "no place at all": [[to(""), bucket], complaint(URI)],
      "asynchronous answers elsewhere": [
        [answers("s3://elsewhere/answers"), bucket],
        complaint(ANSWERS),
      ],
      "core dumps elsewhere": [[dumps("s3://elsewhere/dumps"), bucket], complaint(DUMPS)],
    },
    ignores: { "a stack without endpoint configurations": bucket },
  });

  it("takes other buckets from the policy's config, by names with wildcards", async () => {
    const elsewhere = to("s3://team-captures-1/Project_2_Extended/data_capture");
    const judged = (buckets: readonly string[]) =>
      complaints(restrictDestinations, [elsewhere], { buckets });
    expect(await judged(["team-captures-*"])).to.deep.equal([]);
    expect(await judged(["captures-*"])).to.deep.equal([complaint(URI)]);
  });
});
