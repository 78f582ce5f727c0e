/** Environment variables of the Lambda functions: set by `infra`, read by `functions`. */
export const ENVIRONMENT = {
  classNames: "CLASS_NAMES",
  confidenceThreshold: "CONFIDENCE_THRESHOLD",
  endpointName: "ENDPOINT_NAME",
  imageShape: "IMAGE_SHAPE",
  maxPixels: "MAX_PIXELS",
} as const;
