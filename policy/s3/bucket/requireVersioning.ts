import { onEachAsAsked, type StackRule } from "../../support/rule";
import { BUCKETS, companionsOf, countsInline } from "./resource";

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
  ...onEachAsAsked(BUCKETS, (bucket, stack, report) => {
    const companions = companionsOf(bucket, stack, TYPES);
    const separate = companions.map(({ props }) =>
      props.at("versioningConfiguration").at("status"),
    );
    // The deprecated properties of the bucket itself, of both of its resources.
    const inline = countsInline(bucket, companions)
      ? [bucket.asked("versioning"), ...bucket.asked("versionings").blocks()].filter(
          ({ isAbsent }) => !isAbsent,
        )
      : [];
    const statuses = [...separate, ...inline.map((versioning) => versioning.at("enabled"))];
    if (statuses.length === 0) {
      report(
        "The bucket keeps no versions: add an `aws.s3.BucketVersioning` for it, with " +
          "`versioningConfiguration.status` Enabled.",
      );
    }
    // One that is off undoes another that is on.
    for (const { path } of statuses.filter((status) => !status.mayBe(isOn))) {
      const on = separate.some((status) => status.path === path) ? "Enabled" : "true";
      report(`The bucket keeps no versions: set \`${path}\` to ${on}.`);
    }
  }),
};

function isOn(value: unknown): boolean {
  return value === "Enabled" || value === true;
}
