export const TRAINING_JOB = "aws:sagemaker/trainingJob:TrainingJob";

/**
 * What training runs on unless told: one GPU each, of the families that the built-in image
 * classification algorithm runs on.
 */
export const TRAINING_TYPES = [
  "ml.g4dn.xlarge",
  "ml.g4dn.2xlarge",
  "ml.g5.xlarge",
  "ml.g5.2xlarge",
];
