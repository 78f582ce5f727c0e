/** An error as Step Functions sees it: `Retry` and `Catch` go by its name. */
export class StateError extends Error {
  constructor(
    /** For example `States.Timeout`, or the name of the error a Lambda function threw. */
    override readonly name: string,
    /** What AWS calls the cause. */
    message: string,
  ) {
    super(message);
  }
}
