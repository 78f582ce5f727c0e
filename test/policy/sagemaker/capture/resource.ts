import { subject, type Subject } from "../../../support/policy";

/** Rules of a bucket that keeps captures for a season. */
export const lifecycle: Subject = subject(
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  {
    bucket: "inference",
    rules: [
      {
        id: "captures",
        status: "Enabled",
        filter: { prefix: "Project_2_Extended/data_capture/" },
        expiration: { days: 90 },
      },
      { id: "others", status: "Enabled", filter: { prefix: "tmp/" }, expiration: { days: 1 } },
    ],
  },
);
