import { requirePublicAccessBlock } from "../../../../policy/s3/accessPoint/requirePublicAccessBlock";
import { subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { accessPoint, accountBlock, multiRegionAccessPoint } from "./resource";

const BLOCK = "publicAccessBlockConfiguration";
const off = (path: string) => `Public access is not blocked: set \`${path}\` to true.`;

describe("policy s3/accessPoint/requirePublicAccessBlock", () => {
  itDecides(requirePublicAccessBlock, {
    accepts: {
      "an access point with a switch on": accessPoint,
      "an access point that says nothing": without(accessPoint, BLOCK),
      "an access point in two regions": multiRegionAccessPoint,
      "a switch that the update will know": withValue(
        accessPoint,
        `${BLOCK}.blockPublicPolicy`,
        UNKNOWN,
      ),
      "an account with all switches on": accountBlock,
    },
    refuses: {
      "an access point with a switch off": [
        withValue(accessPoint, `${BLOCK}.restrictPublicBuckets`, false),
        off(`${BLOCK}.restrictPublicBuckets`),
      ],
      "an access point in two regions with a switch off": [
        withValue(multiRegionAccessPoint, "details.publicAccessBlock.blockPublicAcls", false),
        off("details.publicAccessBlock.blockPublicAcls"),
      ],
      "an account with a switch off": [
        withValue(accountBlock, "blockPublicAcls", false),
        off("blockPublicAcls"),
      ],
      "an account that leaves a switch off": [
        without(accountBlock, "ignorePublicAcls"),
        off("ignorePublicAcls"),
      ],
    },
    ignores: { "a bucket's own block": subject("aws:s3/bucket:Bucket", {}) },
  });
});
