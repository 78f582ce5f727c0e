/**
 * Regions in which AWS keeps the image of the built-in image-classification algorithm
 * (`image_uri_config/image-classification.json` of the SageMaker Python SDK).
 */
export const ALGORITHM_REGIONS: ReadonlySet<string> = new Set([
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2"],
  ...["ca-central-1", "ca-west-1", "sa-east-1", "af-south-1"],
  ...["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-central-2"],
  ...["eu-north-1", "eu-south-1", "eu-south-2"],
  ...["ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2"],
  ...["ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-east-1"],
  ...["me-south-1", "me-central-1", "il-central-1"],
  ...["cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"],
  ...["us-iso-east-1", "us-isob-east-1", "us-isof-east-1", "us-isof-south-1"],
]);
