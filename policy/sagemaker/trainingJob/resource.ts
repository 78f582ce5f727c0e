export const TRAINING_JOB = "aws:sagemaker/trainingJob:TrainingJob";
