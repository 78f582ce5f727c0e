/** Failures that a training job reports, in the algorithm's own words where those are known. */

/** The customer's input or settings are wrong. The failure text is `<name>: <message>`. */
export class ClientError extends Error {
  override name = "ClientError";
}

/** A `.lst` file that does not list images. */
export class InvalidListError extends ClientError {
  override name = "Customer Error";

  /** @param reason what is wrong with it, and where */
  constructor(channel: string, reason: string) {
    super(`Invalid lst file in the ${channel} channel. ${reason}`);
  }
}
