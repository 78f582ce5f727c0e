/**
 * On-demand prices in US dollars, us-east-1, without taxes and free tiers, **not verified**: they
 * were written down by hand in June 2025 and have not been compared with AWS's price pages since.
 * They give the order of magnitude of a bill; look at the pages named below before you rely on one.
 * Two sets of prices of SageMaker's instances circulate, of which these are the lower: for hosting
 * on ml.m5.xlarge public sources of 2025 and 2026 have 0.23 as well as 0.269.
 */
export const PRICES = {
  /** What a reader of the estimate has to know, printed with it. */
  basis:
    "Unverified: list prices written down by hand in June 2025, not compared with AWS's since. " +
    "For your own see https://calculator.aws",
  region: "us-east-1",
  /** Per instance and hour ("Amazon SageMaker AI pricing", real-time inference). */
  hostingHour: {
    "ml.t2.medium": 0.056,
    "ml.m5.large": 0.115,
    "ml.m5.xlarge": 0.23,
    "ml.m5.2xlarge": 0.461,
    "ml.c5.xlarge": 0.204,
    "ml.g4dn.xlarge": 0.736,
  } as Readonly<Record<string, number>>,
  /** Per instance and hour ("Amazon SageMaker AI pricing", training). */
  trainingHour: {
    "ml.g4dn.xlarge": 0.736,
    "ml.g4dn.2xlarge": 0.94,
    "ml.g5.xlarge": 1.408,
    "ml.g5.2xlarge": 1.515,
  } as Readonly<Record<string, number>>,
  /** Per instance and hour ("Amazon SageMaker AI pricing", processing). */
  processingHour: { "ml.m5.large": 0.115 },
  /** Per customer managed key and month ("AWS KMS pricing"). */
  keyMonth: 1,
  /** Per alarm on one metric and month ("Amazon CloudWatch pricing"). */
  alarmMonth: 0.1,
  /** Per dashboard and month, the same page. */
  dashboardMonth: 3,
  /** Per interface endpoint, availability zone and hour ("AWS PrivateLink pricing"). */
  interfaceEndpointHour: 0.01,
  /** Per transition between states of a standard workflow ("AWS Step Functions pricing"). */
  stateTransition: 0.000025,
  /**
   * Per execution of an Express workflow, and per GB-hour of a month: the first 1,000, the next 4,000,
   * and all others (the same page, of which an archived copy was read on 2026-11-26).
   */
  expressRequest: 0.000001,
  expressGigabyteHour: 0.06,
  expressGigabyteHourNext: 0.03,
  expressGigabyteHourRest: 0.01642,
  /** Per request of a Lambda function ("AWS Lambda pricing"). */
  lambdaRequest: 0.0000002,
  /** Per GB-second of an arm64 function, the same page. */
  lambdaGigabyteSecond: 0.0000133334,
} as const;

/** Average hours in a month, as AWS's own calculator takes them. */
export const HOURS_PER_MONTH = 730;
