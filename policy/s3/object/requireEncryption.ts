import { onTypes, type ResourceRule } from "../../support/rule";
import { algorithmsSetting } from "../bucket/resource";
import { defineSettings } from "../../support/settings";

const settings = defineSettings({ algorithms: algorithmsSetting });

/** An object that says nothing is encrypted as its bucket says, for which there is a policy. */
export const requireEncryption: ResourceRule = {
  name: "s3-object-require-encryption",
  displayName: "No object is encrypted by less than its bucket",
  description: "No object may be stored by an algorithm that a bucket may not use.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["s3", "encryption"],
  remediationSteps: "Leave out `serverSideEncryption`, so that the bucket's own setting holds.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
  configSchema: settings.schema,
  validateResource: onTypes(
    [
      "aws:s3/bucketObject:BucketObject",
      "aws:s3/bucketObjectv2:BucketObjectv2",
      "aws:s3/objectCopy:ObjectCopy",
    ],
    (object, report, args) => {
      const { algorithms } = settings.read(args);
      const algorithm = object.at("serverSideEncryption");
      if (algorithm.is((value) => !algorithms.includes(value as string))) {
        report(
          `The object has no key of ours: leave out \`${algorithm.path}\`, or set it to ` +
            `${algorithms.join(" or ")}.`,
        );
      }
    },
  ),
};
