export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
