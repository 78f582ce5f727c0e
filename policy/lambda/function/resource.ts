export const FUNCTION = "aws:lambda/function:Function";
