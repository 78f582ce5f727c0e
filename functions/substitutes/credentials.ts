/**
 * In bundles in the place of `@aws-sdk/credential-provider-node`, which looks for credentials in
 * profiles, processes, tokens and metadata services, too. Lambda has them in the environment
 * ("Defined runtime environment variables", AWS Lambda Developer Guide).
 */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
