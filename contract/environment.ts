/** Environment variables of the Lambda functions: set by `infra`, read by `functions`. */
export const ENVIRONMENT = {
  bucketName: "BUCKET_NAME",
  classNames: "CLASS_NAMES",
  confidenceThreshold: "CONFIDENCE_THRESHOLD",
  driftSettings: "DRIFT_SETTINGS",
  endpointName: "ENDPOINT_NAME",
  imageShape: "IMAGE_SHAPE",
  maxPixels: "MAX_PIXELS",
  reviewKey: "REVIEW_KEY",
  reviewPage: "REVIEW_PAGE",
  topicArn: "TOPIC_ARN",
} as const;
