/** How programs tell what ended them. */

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** What AWS, or the SDK before it asks, says of credentials that are missing, wrong or too old. */
const CREDENTIAL_ERRORS = [
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "TokenProviderError",
  "UnrecognizedClientException",
];

/** What to do about an error of this name, if credentials are at fault. */
export function adviceOnCredentials(name: string): string | undefined {
  return CREDENTIAL_ERRORS.includes(name)
    ? "Log in, or name a profile in AWS_PROFILE; `aws sts get-caller-identity` shows who you are."
    : undefined;
}

/** @returns one line with the error's name and message, and what to do where credentials are at fault */
export function describeFailure(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const advice = adviceOnCredentials(name);
  return advice === undefined
    ? `${name}: ${message}`
    : `${name}: ${message.replace(/\.$/, "")}. ${advice}`;
}
