export const DOMAIN = "aws:sagemaker/domain:Domain";
