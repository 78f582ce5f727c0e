import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";

const settings = defineSettings({
  allowed: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    // What every new bucket is set to.
    default: ["BucketOwnerEnforced"],
    description: "Settings of the ownership of objects that a bucket may have",
  },
});

/** With any other, access control lists count again, and what others upload may stay theirs. */
export const restrictOwnership: ResourceRule = {
  name: "s3-bucket-restrict-ownership",
  displayName: "What is in a bucket is its owner's",
  description:
    "A bucket must own all of its objects, and give access by policies, not by access control lists.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["s3", "security"],
  remediationSteps: "Set `rule.objectOwnership` to BucketOwnerEnforced.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  configSchema: settings.schema,
  validateResource: onTypes(
    ["aws:s3/bucketOwnershipControls:BucketOwnershipControls"],
    (controls, report, args) => {
      const { allowed } = settings.read(args);
      const ownership = controls.at("rule").at("objectOwnership");
      if (!ownership.mayBe((value) => allowed.includes(value as string))) {
        report(
          `Objects may be somebody else's: set \`${ownership.path}\` to ${allowed.join(" or ")}.`,
        );
      }
    },
  ),
};
