import type { ERRORS } from "../contract/inference";

/** A name that the state machine may retry or catch by. */
export type ErrorName = (typeof ERRORS)[keyof typeof ERRORS];

/**
 * Every error that the functions themselves throw. Step Functions matches errors by `name`
 * (AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows"), so the
 * name comes from the contract. What led to it is kept in `cause`.
 */
export class FunctionError extends Error {
  constructor(name: ErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}
