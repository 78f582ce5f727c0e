import { onTypes, type ResourceRule } from "../../support/rule";
import { SWITCHES } from "../bucket/resource";

/** Where each type has its switches; a bucket's own block has a policy of its own. */
const PLACES: Readonly<Record<string, string>> = {
  "aws:s3/accessPoint:AccessPoint": "publicAccessBlockConfiguration",
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": "",
  "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": "details.publicAccessBlock",
};

/** In an access point every switch is on unless it is switched off; in an account it is off. */
const OFF_UNLESS_SET = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";

/** An access point cannot be changed afterwards: it has to be made anew. */
export const requirePublicAccessBlock: ResourceRule = {
  name: "s3-access-point-require-public-access-block",
  displayName: "No access point and no account can be made public",
  description:
    "Every access point, and a public access block of an account, must have all four switches on.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["s3", "security"],
  remediationSteps: "Leave the switches of an access point out; set those of an account to true.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html",
  validateResource: onTypes(Object.keys(PLACES), (resource, report, { type }) => {
    const path = PLACES[type] ?? "";
    const blocks = path === "" ? [resource] : resource.within(path);
    for (const property of blocks.flatMap((block) => SWITCHES.map((name) => block.at(name)))) {
      const isMissing = property.isAbsent && type === OFF_UNLESS_SET;
      if (isMissing || property.is((value) => value !== true)) {
        report(`Public access is not blocked: set \`${property.path}\` to true.`);
      }
    }
  }),
};
