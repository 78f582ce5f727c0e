import { subject, type Subject } from "../../../support/policy";

/** An access point that keeps every policy, as its switches are on unless switched off. */
export const accessPoint: Subject = subject("aws:s3/accessPoint:AccessPoint", {
  bucket: "inference",
  publicAccessBlockConfiguration: { blockPublicPolicy: true },
});

export const accountBlock: Subject = subject(
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
);

export const multiRegionAccessPoint: Subject = subject(
  "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint",
  { details: { name: "everywhere", publicAccessBlock: {}, regions: [{ bucket: "inference" }] } },
);
