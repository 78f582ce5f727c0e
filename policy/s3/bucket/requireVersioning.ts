import { onEach, type StackRule } from "../../support/rule";
import { BUCKETS, companionsOf } from "./resource";

const TYPES = [
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketVersioningV2:BucketVersioningV2",
];

export const requireVersioning: StackRule = {
  name: "s3-bucket-require-versioning",
  displayName: "What is overwritten can be had back",
  description: "Every bucket must keep the versions of its objects.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["s3", "availability"],
  remediationSteps:
    "Add an `aws.s3.BucketVersioning` for the bucket with `versioningConfiguration.status` Enabled.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  validateStack: onEach(BUCKETS, (bucket, stack, report) => {
    const separate = companionsOf(bucket, stack, TYPES).map(({ props }) =>
      props.at("versioningConfiguration").at("status"),
    );
    // The deprecated properties of the bucket itself, of both of its resources.
    const inline = [bucket.props.at("versioning"), ...bucket.props.at("versionings").blocks()].map(
      (versioning) => versioning.at("enabled"),
    );
    const isOn = (value: unknown) => value === "Enabled" || value === true;
    if (![...separate, ...inline].some((status) => status.mayBe(isOn))) {
      report(
        "The bucket keeps no versions: add an `aws.s3.BucketVersioning` for it, with " +
          "`versioningConfiguration.status` Enabled.",
      );
    }
  }),
};
